#include "server/catalog/transform_proto.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd::catalog {
namespace {

using Proto = ::calibration::v1::Transform;
using MapProto = ::calibration::v1::LabelMap;

absl::StatusOr<LabelMap> MapFromProto(const MapProto& proto, int label) {
  LabelMap map;
  switch (proto.kind()) {
    case MapProto::KIND_LINEAR:
      map.kind = LabelMap::Kind::kLinear;
      break;
    case MapProto::KIND_STEP:
      map.kind = LabelMap::Kind::kStep;
      break;
    default:
      return InvalidField(reason::kInvalidTransform,
                          absl::StrCat("maps[", label, "].kind"),
                          "kind has to be KIND_LINEAR or KIND_STEP");
  }
  map.x.assign(proto.x().begin(), proto.x().end());
  map.y.assign(proto.y().begin(), proto.y().end());
  return map;
}

MapProto MapToProto(const LabelMap& map) {
  MapProto proto;
  proto.set_kind(map.kind == LabelMap::Kind::kLinear ? MapProto::KIND_LINEAR
                                                     : MapProto::KIND_STEP);
  proto.mutable_x()->Assign(map.x.begin(), map.x.end());
  proto.mutable_y()->Assign(map.y.begin(), map.y.end());
  return proto;
}

}  // namespace

absl::StatusOr<Transform> TransformFromProto(const Proto& proto, int label_count) {
  Transform transform;
  transform.label_count = label_count;
  switch (proto.input()) {
    case Proto::INPUT_PROBABILITY:
      transform.input = Transform::Input::kProbability;
      break;
    case Proto::INPUT_LOG_PROBABILITY:
      transform.input = Transform::Input::kLogProbability;
      break;
    default:
      return InvalidField(
          reason::kInvalidTransform, "input",
          "input has to be INPUT_PROBABILITY (W p + b) or INPUT_LOG_PROBABILITY "
          "(W ln p + b)");
  }
  transform.weights.assign(proto.weights().begin(), proto.weights().end());
  transform.bias.assign(proto.bias().begin(), proto.bias().end());
  for (int k = 0; k < proto.maps_size(); ++k) {
    absl::StatusOr<LabelMap> map = MapFromProto(proto.maps(k), k);
    if (!map.ok()) return map.status();
    transform.maps.push_back(*std::move(map));
  }
  if (absl::Status bad = CheckTransform(transform); !bad.ok()) return bad;
  return transform;
}

Proto TransformToProto(const Transform& transform) {
  Proto proto;
  proto.set_input(transform.input == Transform::Input::kProbability
                      ? Proto::INPUT_PROBABILITY
                      : Proto::INPUT_LOG_PROBABILITY);
  proto.mutable_weights()->Assign(transform.weights.begin(), transform.weights.end());
  proto.mutable_bias()->Assign(transform.bias.begin(), transform.bias.end());
  for (const LabelMap& map : transform.maps) *proto.add_maps() = MapToProto(map);
  return proto;
}

}  // namespace calibrd::catalog

#include "server/catalog/transform_proto.h"

#include "calibration/error.h"

namespace calibrd::catalog {
namespace {

using Proto = ::calibration::v1::Transform;

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
  return proto;
}

}  // namespace calibrd::catalog

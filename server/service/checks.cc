#include "server/service/checks.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "server/service/resource_name.h"
#include "server/store/stable_hash.h"

namespace calibrd::service {
namespace {

absl::Status InvalidLabels(absl::string_view field, absl::string_view message) {
  return InvalidField(reason::kInvalidLabels, field, message);
}

absl::Status CheckLabelNames(const std::vector<std::string>& names) {
  absl::flat_hash_map<absl::string_view, size_t> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string field = absl::StrCat("labels[", i, "].name");
    if (names[i].empty()) {
      return InvalidLabels(field, absl::StrCat("label ", i, " has no name"));
    }
    if (names[i].size() > kMaxLabelNameBytes) {
      return InvalidLabels(
          field, absl::StrCat("the name of label ", i, ", ", Quoted(names[i]), ", has ",
                              names[i].size(), " bytes; at most ", kMaxLabelNameBytes,
                              " are allowed"));
    }
    const auto [first, is_new] = seen.try_emplace(names[i], i);
    if (!is_new) {
      return InvalidLabels(field,
                           absl::StrCat("labels ", first->second, " and ", i,
                                        " have the same name, ", Quoted(names[i])));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Labels> CheckLabels(
    const google::protobuf::RepeatedPtrField<proto::Label>& labels, int label_count,
    const Limits& limits) {
  if (labels.empty() && label_count == 0) {
    return InvalidLabels("labels",
                         "no labels; send `labels`, or `label_count` for a profile "
                         "whose labels have no names");
  }
  const int64_t count = labels.empty() ? label_count : labels.size();
  if (!labels.empty() && label_count != 0 && label_count != count) {
    return InvalidLabels("label_count",
                         absl::StrCat("label_count is ", label_count, " but ", count,
                                      " labels were sent"));
  }
  if (count < 1 || count > limits.labels) {
    return InvalidLabels(labels.empty() ? "label_count" : "labels",
                         absl::StrCat(count, " labels; 1 to ", limits.labels,
                                      " are allowed (--max_labels)"));
  }
  Labels checked{static_cast<int>(count), {}};
  for (const proto::Label& label : labels) checked.names.push_back(label.name());
  if (absl::Status s = CheckLabelNames(checked.names); !s.ok()) return s;
  return checked;
}

absl::StatusOr<Rows> RowsView(const proto::Rows& rows, absl::string_view field,
                              int label_count, absl::Span<const std::string> label_names,
                              const Limits& limits) {
  Rows view;
  view.label_count = label_count;
  std::string path;
  switch (rows.format_case()) {
    case proto::Rows::kProbabilities:
      view.values = rows.probabilities().values();
      path = absl::StrCat(field, ".probabilities.");
      break;
    case proto::Rows::kLogProbabilities:
      view.values = rows.log_probabilities().values();
      view.scale = Scale::kLogProbability;
      path = absl::StrCat(field, ".log_probabilities.");
      break;
    case proto::Rows::FORMAT_NOT_SET:
      return InvalidField(reason::kInvalidRows, field,
                          absl::StrCat("no rows; set ", field, ".probabilities or ",
                                       field, ".log_probabilities"));
  }
  if (view.count() > limits.rows) {
    return InvalidField(reason::kInvalidRows, absl::StrCat(path, "values"),
                        absl::StrCat(view.count(), " rows; at most ", limits.rows,
                                     " are allowed in one call (--max_rows)"));
  }
  if (absl::Status s = CheckRows(view, label_names); !s.ok()) return PrefixField(s, path);
  return view;
}

absl::StatusOr<LabelledRows> LabelledRowsView(const proto::LabelledRows& rows,
                                              absl::string_view field, int label_count,
                                              absl::Span<const std::string> label_names,
                                              const Limits& limits) {
  absl::StatusOr<Rows> view = RowsView(rows.rows(), absl::StrCat(field, ".rows"),
                                       label_count, label_names, limits);
  if (!view.ok()) return view.status();
  LabelledRows labelled{*view, rows.labels(), rows.weights()};
  if (absl::Status s = CheckLabelledRows(labelled, label_names); !s.ok()) {
    return PrefixField(s, absl::StrCat(field, "."));
  }
  return labelled;
}

absl::Status CheckInputs(const proto::Rows& rows, absl::string_view field,
                         int64_t count) {
  if (rows.inputs().empty()) return absl::OkStatus();
  if (rows.inputs_size() != count) {
    return InvalidField(reason::kInvalidRows, absl::StrCat(field, ".inputs"),
                        absl::StrCat(rows.inputs_size(), " inputs for ", count,
                                     " rows; send none or one for each row"));
  }
  for (int i = 0; i < rows.inputs_size(); ++i) {
    if (rows.inputs(i).size() <= kMaxInputBytes) continue;
    return InvalidField(reason::kInvalidRows, absl::StrCat(field, ".inputs[", i, "]"),
                        absl::StrCat("input ", i, " has ", rows.inputs(i).size(),
                                     " bytes; at most ", kMaxInputBytes, " are allowed"));
  }
  return absl::OkStatus();
}

absl::Status CheckAnnotations(
    const google::protobuf::Map<std::string, std::string>& map) {
  if (map.size() > kMaxAnnotations) {
    return InvalidField(reason::kInvalidArgument, "annotations",
                        absl::StrCat(map.size(), " annotations; at most ",
                                     kMaxAnnotations, " are allowed"));
  }
  for (const auto& [key, value] : map) {
    const std::string field = absl::StrCat("annotations[", Quoted(key), "]");
    if (key.empty() || key.size() > kMaxAnnotationKeyBytes) {
      return InvalidField(
          reason::kInvalidArgument, field,
          absl::StrCat("an annotation's key has ", key.size(), " bytes; 1 to ",
                       kMaxAnnotationKeyBytes, " are allowed"));
    }
    if (value.size() > kMaxAnnotationValueBytes) {
      return InvalidField(
          reason::kInvalidArgument, field,
          absl::StrCat("the value of annotation ", Quoted(key), " has ", value.size(),
                       " bytes; at most ", kMaxAnnotationValueBytes, " are allowed"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRequestId(absl::string_view request_id) {
  const bool printable = std::all_of(request_id.begin(), request_id.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
  if (request_id.size() <= kMaxRequestIdBytes && printable) return absl::OkStatus();
  return InvalidField(
      reason::kInvalidArgument, "request_id",
      absl::StrCat("the request id ", Quoted(request_id), " has to be 1 to ",
                   kMaxRequestIdBytes, " printable ASCII characters, such as a UUID"));
}

uint64_t Fingerprint(const google::protobuf::Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);  // maps in the order of their keys
    request.SerializeToCodedStream(&coded);
  }
  store::StableHash hash;
  hash.Add(bytes);
  return hash.value();
}

}  // namespace calibrd::service

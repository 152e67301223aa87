// Which column of a row a label name belongs to.
//
//   auto columns = LabelColumns::Make({"World", "Technology"}, 0,
//   {"Technology=Science"}); columns->Find("Science")   // 1: its probability is added to
//   Technology's
//
// Immutable once made; safe to share between threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_LABEL_COLUMNS_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_LABEL_COLUMNS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

class LabelColumns {
 public:
  // `labels` in the order of the columns, or none with a `label_count` above 0.
  // Each of `aliases` is LABEL=ALIAS. Errors: neither labels nor a count, a count
  // that disagrees, a name that is there twice, an alias of an unknown label.
  static absl::StatusOr<LabelColumns> Make(std::vector<std::string> labels,
                                           int label_count,
                                           const std::vector<std::string>& aliases);

  // K.
  int count() const { return count_; }

  // The names, K of them; empty where only their number is known.
  const std::vector<std::string>& labels() const { return labels_; }

  // The column of a label or of an alias.
  std::optional<int> Find(absl::string_view name) const;

  // "label 1 (\"Positive\")", or "label 1" without names.
  std::string Describe(int column) const;

 private:
  LabelColumns() = default;
  absl::Status AddAlias(absl::string_view alias);

  std::vector<std::string> labels_;
  int count_ = 0;
  absl::flat_hash_map<std::string, int> columns_;
};

// The names in --labels: divided by commas, or a JSON array of strings where a name
// holds a comma.
absl::StatusOr<std::vector<std::string>> ParseLabelNames(absl::string_view text);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_LABEL_COLUMNS_H_

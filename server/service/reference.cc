#include "server/service/reference.h"

#include <algorithm>
#include <vector>

#include "calibration/drift.h"
#include "calibration/kernel.h"
#include "calibration/signal.h"
#include "server/catalog/live_statistics.h"

namespace calibrd::service {
namespace {

namespace proto = ::calibration::v1;

void Fill(const RowSummary& summary, proto::Reference::Summary& out) {
  out.set_row_count(summary.count());
  out.mutable_numbers()->Add(summary.numbers().begin(), summary.numbers().end());
}

}  // namespace

void AddContentFreeReference(const Rows& rows, proto::Profile& profile) {
  if (profile.label_count() > catalog::kMaxLiveLabels) return;
  const SignalReference signal = SignalReference::Of(rows);
  proto::Reference& reference = *profile.mutable_reference();
  reference.set_content_free_rows(signal.row_count);
  reference.set_variance(signal.variance);
  reference.set_degrees_of_freedom(signal.degrees_of_freedom);
}

void AddRowReference(const Rows& rows, const Transform& transform,
                     proto::Profile& profile) {
  const int k = profile.label_count();
  if (k > catalog::kMaxLiveLabels || rows.count() < kFewestDriftRows) return;
  const Kernel unchanged = Kernel::Compile({.label_count = k});
  const Kernel kernel = Kernel::Compile(transform);
  RowSummary input(k);
  RowSummary output(k);
  std::vector<float> row(static_cast<size_t>(k));
  for (int64_t i = 0; i < rows.count(); ++i) {
    unchanged.Apply(rows.row(i), rows.scale, absl::MakeSpan(row));
    input.Add(row);
    kernel.Apply(rows.row(i), rows.scale, absl::MakeSpan(row));
    output.Add(row);
  }
  proto::Reference& reference = *profile.mutable_reference();
  Fill(input, *reference.mutable_input());
  Fill(output, *reference.mutable_output());
}

}  // namespace calibrd::service

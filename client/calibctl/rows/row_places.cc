#include "client/calibctl/rows/row_places.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

// Longer numbers would not fit; what is before them belongs to the prefix then.
constexpr std::size_t kMostDigits = 18;

std::size_t PrefixLength(absl::string_view place) {
  std::size_t length = place.size();
  while (length > 0 && place.size() - length < kMostDigits &&
         absl::ascii_isdigit(static_cast<unsigned char>(place[length - 1]))) {
    --length;
  }
  return length;
}

}  // namespace

void RowPlaces::Add(absl::string_view place) {
  const std::size_t length = PrefixLength(place);
  const absl::string_view prefix = place.substr(0, length);
  int64_t number = 0;
  if (!absl::SimpleAtoi(place.substr(length), &number)) number = 0;
  // Rows come file by file, so a prefix that is known is the last one.
  if (prefixes_.empty() || prefixes_.back() != prefix) prefixes_.emplace_back(prefix);
  const Stretch next{size_, number, prefixes_.size() - 1};
  ++size_;
  if (!stretches_.empty()) {
    const Stretch& last = stretches_.back();
    const bool follows = last.prefix == next.prefix &&
                         number - last.first_number == next.first_row - last.first_row;
    if (follows) return;
  }
  stretches_.push_back(next);
}

std::string RowPlaces::Of(int64_t row) const {
  const auto after = std::upper_bound(
      stretches_.begin(), stretches_.end(), row,
      [](int64_t r, const Stretch& stretch) { return r < stretch.first_row; });
  const Stretch& stretch = *(after - 1);
  return absl::StrCat(prefixes_[stretch.prefix],
                      stretch.first_number + row - stretch.first_row);
}

std::string RowPlaces::Between(int64_t first, int64_t last) const {
  return first == last ? Of(first) : absl::StrCat(Of(first), " to ", Of(last));
}

}  // namespace calibrd::calibctl

#include "server/service/paging.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "calibration/error.h"
#include "server/service/limits.h"

namespace calibrd::service {
namespace {

// Before the position in a token: its list, behind its length.
std::string TokenPrefix(absl::string_view list) {
  return absl::StrCat(list.size(), ":", list, ":");
}

}  // namespace

absl::StatusOr<Page> PageOf(int page_size, const std::string& page_token,
                            absl::string_view list) {
  if (page_size < 0) {
    return InvalidField(reason::kInvalidArgument, "page_size",
                        absl::StrCat("page_size is ", page_size, "; it has to be 0 (",
                                     kDefaultPageSize, ") or more"));
  }
  Page page{page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize), ""};
  if (page_token.empty()) return page;
  std::string token;
  absl::string_view position;
  const bool readable = absl::WebSafeBase64Unescape(page_token, &token);
  position = token;
  if (!readable || !absl::ConsumePrefix(&position, TokenPrefix(list)) ||
      position.empty()) {
    return InvalidField(
        reason::kInvalidArgument, "page_token",
        "the page token is not one of this list; send next_page_token of the "
        "page before, with the same request otherwise");
  }
  page.position = std::string(position);
  return page;
}

std::string TokenOf(absl::string_view position, absl::string_view list) {
  if (position.empty()) return "";
  return absl::WebSafeBase64Escape(absl::StrCat(TokenPrefix(list), position));
}

::calibration::v1::Profile Summary(::calibration::v1::Profile profile) {
  profile.clear_transform();
  if (profile.has_options()) profile.mutable_options()->clear_target_prior();
  profile.mutable_bias()->clear_prior();
  profile.mutable_bias()->clear_rows();
  if (profile.has_prediction_sets()) profile.mutable_prediction_sets()->clear_scores();
  if (profile.live().has_adaptive()) {
    profile.mutable_live()->mutable_adaptive()->clear_prior();
  }
  return profile;
}

}  // namespace calibrd::service

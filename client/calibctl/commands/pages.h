// Reads all pages of a list (AIP-158).
//
//   absl::StatusOr<std::vector<Profile>> profiles =
//       AllPages(*server, &Connection::Stub::ListProfiles, request, limit);

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_PAGES_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_PAGES_H_

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/connection.h"

namespace calibrd::calibctl {

// The first `limit` profiles that `request` asks for, whatever its page.
template <typename Request, typename Response>
absl::StatusOr<std::vector<calibration::v1::Profile>> AllPages(
    const Connection& server,
    grpc::Status (Connection::Stub::*method)(grpc::ClientContext*, const Request&,
                                             Response*),
    Request request, int64_t limit) {
  constexpr int64_t kLargestPage = 1000;
  std::vector<calibration::v1::Profile> profiles;
  int64_t left = limit;
  do {
    request.set_page_size(static_cast<int32_t>(std::min(left, kLargestPage)));
    absl::StatusOr<Response> page = server.Call(method, request);
    if (!page.ok()) return page.status();
    for (auto& profile : *page->mutable_profiles()) {
      profiles.push_back(std::move(profile));
    }
    left = limit - static_cast<int64_t>(profiles.size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && left > 0);
  return profiles;
}

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_PAGES_H_

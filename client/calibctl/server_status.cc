#include "client/calibctl/server_status.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

constexpr absl::string_view kServer = "calibctl/server";
constexpr absl::string_view kDetails = "calibctl/details";

std::string PayloadOf(const absl::Status& status, absl::string_view url) {
  const absl::optional<absl::Cord> payload = status.GetPayload(url);
  return payload ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status StatusFromServer(const grpc::Status& call, absl::string_view server) {
  if (call.ok()) return absl::OkStatus();
  absl::Status status(static_cast<absl::StatusCode>(call.error_code()),
                      call.error_message());
  status.SetPayload(kServer, absl::Cord(server));
  if (!call.error_details().empty()) {
    status.SetPayload(kDetails, absl::Cord(call.error_details()));
  }
  return status;
}

bool FromServer(const absl::Status& status) {
  return status.GetPayload(kServer).has_value();
}

std::string ServerOf(const absl::Status& status) {
  return PayloadOf(status, kServer);
}

google::rpc::Status ServerDetails(const absl::Status& status) {
  google::rpc::Status details;
  // Details that cannot be parsed add nothing to the status itself.
  if (!details.ParseFromString(PayloadOf(status, kDetails))) details.Clear();
  return details;
}

absl::Status WithContext(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status longer(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload([&longer](absl::string_view url, const absl::Cord& payload) {
    longer.SetPayload(url, payload);
  });
  return longer;
}

}  // namespace calibrd::calibctl

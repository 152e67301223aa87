#include "server/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace calibrd {

bool IsServedUnixSocket(absl::string_view address) {
  if (!absl::ConsumePrefix(&address, "unix:")) return false;
  if (absl::StartsWith(address, "//")) address.remove_prefix(2);  // unix://absolute
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  if (address.size() >= sizeof(name.sun_path)) return false;
  std::copy(address.begin(), address.end(), name.sun_path);
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return false;
  const bool answered =
      connect(connection, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) == 0;
  close(connection);
  return answered;
}

}  // namespace calibrd

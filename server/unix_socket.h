// Whether a Unix socket is another server's.

#ifndef CALIBRD_SERVER_UNIX_SOCKET_H_
#define CALIBRD_SERVER_UNIX_SOCKET_H_

#include "absl/strings/string_view.h"

namespace calibrd {

// Whether somebody answers at `address`, such as "unix:/run/calibrd.sock"; false for
// addresses of another kind and for a file that a crash left behind. gRPC removes the
// file before it listens, so a second server would take the socket of the first one,
// silently.
bool IsServedUnixSocket(absl::string_view address);

}  // namespace calibrd

#endif  // CALIBRD_SERVER_UNIX_SOCKET_H_

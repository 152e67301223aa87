#include "client/calibctl/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace calibrd::calibctl {
namespace {

constexpr int kUsualWidth = 80;

int TerminalWidth() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kUsualWidth;
  }
  return size.ws_col;
}

}  // namespace

Console ProcessConsole() {
  // https://no-color.org: set and not empty.
  const char* no_color = std::getenv("NO_COLOR");
  return Console{.in = std::cin,
                 .out = std::cout,
                 .err = std::cerr,
                 .in_is_terminal = isatty(STDIN_FILENO) != 0,
                 .out_is_terminal = isatty(STDOUT_FILENO) != 0,
                 .err_is_terminal = isatty(STDERR_FILENO) != 0,
                 .width = TerminalWidth(),
                 .no_color = no_color != nullptr && *no_color != '\0'};
}

}  // namespace calibrd::calibctl

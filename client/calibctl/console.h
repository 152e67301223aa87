// The streams of one run of calibctl, and what is behind them.
//
// A run gets its console passed in, so tests give it string streams. The streams have
// to outlive it.

#ifndef CALIBRD_CLIENT_CALIBCTL_CONSOLE_H_
#define CALIBRD_CLIENT_CALIBCTL_CONSOLE_H_

#include <istream>
#include <ostream>

namespace calibrd::calibctl {

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 80;         // columns of the terminal
  bool no_color = false;  // NO_COLOR is set in the environment
};

// The console of this process.
Console ProcessConsole();

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_CONSOLE_H_

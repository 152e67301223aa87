// calibctl: calibrd from the command line.

#include <string>
#include <vector>

#include "client/calibctl/application.h"

int main(int argc, char** argv) {
  calibrd::calibctl::Console console = calibrd::calibctl::ProcessConsole();
  const std::vector<std::string> words(argv + 1, argv + argc);
  return static_cast<int>(calibrd::calibctl::RunCalibctl(words, console));
}

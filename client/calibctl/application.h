// calibctl as a whole: from the words of a command line to an exit code.
//
//   Console console = ProcessConsole();
//   return static_cast<int>(RunCalibctl({"get", "models/gpt2/prompts/sst2"}, console));
//
// Reads CALIBCTL_SERVER from the environment. Nothing throws out of it.

#ifndef CALIBRD_CLIENT_CALIBCTL_APPLICATION_H_
#define CALIBRD_CLIENT_CALIBCTL_APPLICATION_H_

#include <memory>
#include <string>
#include <vector>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/console.h"
#include "client/calibctl/exit_code.h"

namespace calibrd::calibctl {

// The parser with every command and option; `line`, which it fills, has to outlive it.
std::unique_ptr<CLI::App> MakeApplication(CommandLine& line);

// Runs one command line, without the program's name.
ExitCode RunCalibctl(std::vector<std::string> words, Console& console);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_APPLICATION_H_

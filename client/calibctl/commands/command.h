// The commands of calibctl, one file each.
//
//   CommandLine line;
//   AddGet(app, line);             // declares `calibctl get` and its options
//   app.parse(arguments);          // sets line.action to what get does
//   absl::Status status = line.action(session);
//
// An action writes its result to session.out() and returns the status that decides the
// exit code. It runs once, on one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_COMMAND_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_COMMAND_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "client/calibctl/session.h"

namespace calibrd::calibctl {

// A command line, once it is parsed.
struct CommandLine {
  GlobalOptions global;
  std::function<absl::Status(Session&)> action;
};

// Each declares one command. `line` has to outlive `app`.
void AddFit(CLI::App& app, CommandLine& line);
void AddCalibrate(CLI::App& app, CommandLine& line);
void AddEvaluate(CLI::App& app, CommandLine& line);
void AddGet(CLI::App& app, CommandLine& line);
void AddList(CLI::App& app, CommandLine& line);
void AddRank(CLI::App& app, CommandLine& line);
void AddDelete(CLI::App& app, CommandLine& line);
void AddRevisions(CLI::App& app, CommandLine& line);
void AddRollback(CLI::App& app, CommandLine& line);
void AddImport(CLI::App& app, CommandLine& line);
void AddExport(CLI::App& app, CommandLine& line);
void AddVersion(CLI::App& app, CommandLine& line);
void AddCompletion(CLI::App& app, CommandLine& line);

// How help and shell completion call the kinds of values.
inline constexpr char kProfileValue[] = "PROFILE";
inline constexpr char kFileValue[] = "FILE";

// The positional NAME of a profile, shared by most commands.
CLI::Option* AddProfileName(CLI::App& command, std::string& name);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_COMMAND_H_

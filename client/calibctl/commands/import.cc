// calibctl import FILE [--name NAME]

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/message_json.h"
#include "client/calibctl/rows/input_file.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string file;
  std::string name;
  std::string etag;
  std::string request_id;
  bool validate_only = false;
};

absl::StatusOr<calibration::v1::ImportProfileRequest> ReadRequest(
    Session& session, const Arguments& arguments) {
  absl::StatusOr<InputFile> file = InputFile::Open(arguments.file, session.console().in);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::string> json = file->ReadAll();
  if (!json.ok()) return json.status();
  absl::StatusOr<calibration::v1::ImportProfileRequest> request =
      ParseImportRequest(*json, file->name());
  if (!request.ok()) return request;
  if (!arguments.name.empty()) request->set_name(arguments.name);
  if (!arguments.etag.empty()) request->set_etag(arguments.etag);
  if (!arguments.request_id.empty()) request->set_request_id(arguments.request_id);
  if (arguments.validate_only) request->set_validate_only(true);
  return request;
}

absl::Status Import(Session& session, const Arguments& arguments) {
  const absl::StatusOr<calibration::v1::ImportProfileRequest> request =
      ReadRequest(session, arguments);
  if (!request.ok()) return request.status();
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<calibration::v1::Profile> profile =
      server->Call(&Connection::Stub::ImportProfile, *request);
  if (!profile.ok()) return profile.status();
  return WriteProfile(session, *profile, [&] {
    return absl::StrCat(
        Printable(profile->name()), "  revision ", profile->revision(),
        request->validate_only() ? "  checked, not stored\n" : "  imported\n");
  });
}

}  // namespace

void AddImport(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("import", "Store parameters that export or another tool wrote");
  command->add_option("FILE", arguments->file, "What export wrote; - is standard input")
      ->type_name(kFileValue)
      ->required();
  command
      ->add_option("--name", arguments->name, "The profile, in place of the file's name")
      ->type_name(kProfileValue);
  command->add_option("--etag", arguments->etag,
                      "Import only if the profile still has this etag");
  command->add_option("--request-id", arguments->request_id,
                      "A unique id; the same import sent twice is stored once");
  command->add_flag("--validate-only", arguments->validate_only,
                    "Check the parameters, store nothing");
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Import(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl

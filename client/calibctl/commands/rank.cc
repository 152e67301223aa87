// calibctl rank --order signal [--parent models/MODEL] [--limit N]

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/live_text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::RankProfilesRequest;

struct Arguments {
  std::string order;
  std::string parent;
  int32_t limit = 0;
};

absl::Status Rank(Session& session, const Arguments& arguments) {
  RankProfilesRequest request;
  // The command line has checked the word against the ones it offers.
  request.set_order_by(EnumOf<RankProfilesRequest::Order>(arguments.order, "ORDER_"));
  request.set_parent(arguments.parent);
  request.set_limit(arguments.limit);
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<calibration::v1::RankProfilesResponse> ranked =
      server->Call(&Connection::Stub::RankProfiles, request);
  if (!ranked.ok()) return ranked.status();
  return WriteProfiles(session, {ranked->profiles().begin(), ranked->profiles().end()},
                       RankTable);
}

}  // namespace

void AddRank(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "rank", "List the profiles that are worst off, by what they have seen");
  command
      ->add_option("--order", arguments->order,
                   "By which figure: the largest drift of rows as they came or as they "
                   "were corrected, the lowest signal, the largest learned shift")
      ->check(CLI::IsMember({"input-drift", "output-drift", "signal", "shift"}))
      ->required();
  command->add_option("--parent", arguments->parent,
                      "Only the profiles of this model, models/MODEL");
  command->add_option("--limit", arguments->limit, "How many at most, up to 1000 (20)")
      ->check(CLI::Range(1, 1000));
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Rank(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl

// What it costs to learn from live rows: the server's CPU time for a Calibrate call of an
// adaptive profile against that of a plain one that observes nothing, measured in turn.
//
//   learning_bench [--profiles=100000] [--rounds=25] [--seconds=0.4] [--json=FILE]
//
// Eight clients call one hot profile, then profiles drawn at random from many. An echo of
// the same messages tells what gRPC takes of it. Also printed: what the statistics of a
// profile take of the memory.

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/load/closed_loop.h"
#include "bench/load/process.h"
#include "bench/load/requests.h"
#include "bench/load/rounds.h"

ABSL_FLAG(int, profiles, 100'000, "Profiles of the case with many.");
// Many short rounds: what else the machine does changes from second to second.
ABSL_FLAG(int, rounds, 25, "How often every case is measured.");
ABSL_FLAG(double, seconds, 0.4, "How long a case is measured each time.");
ABSL_FLAG(int, labels, 2, "Labels of a profile.");
ABSL_FLAG(absl::Duration, echo_burn, absl::ZeroDuration(),
          "CPU time that the echo wastes in each call, to see that the table shows it.");
ABSL_FLAG(std::string, json, "", "A file that receives the figures.");

namespace calibrd {
namespace {

constexpr int kClients = 8;

template <typename T>
T Check(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::fprintf(stderr, "learning_bench: %s\n",
               std::string(value.status().message()).c_str());
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) Check(absl::StatusOr<int>(status));
}

std::string ProgramBeside(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

class LearningBench {
 public:
  explicit LearningBench(const std::string& directory)
      : labels_(absl::GetFlag(FLAGS_labels)),
        many_(absl::GetFlag(FLAGS_profiles)),
        echo_(Check(Process::Start(
            ProgramBeside("echo_server"),
            {absl::StrCat("--burn=",
                          absl::FormatDuration(absl::GetFlag(FLAGS_echo_burn)))},
            directory))),
        calibrd_(Check(
            Process::Start(ProgramBeside("calibrd"), {"--store=memory:"}, directory))) {}

  void Run() {
    std::printf("%d clients, K = %d, one row in a call, %d profiles\n\n", kClients,
                labels_, many_);
    for (const bool adaptive : {false, true}) FitAndCall(adaptive);
    const Rounds hot = Measure("one hot profile", 1);
    const Rounds many = Measure("many profiles", many_);
    const std::string file = absl::GetFlag(FLAGS_json);
    if (file.empty()) return;
    std::ofstream out(file);
    out << "{\"one_hot_profile\": " << hot.Json()
        << ",\n\"many_profiles\": " << many.Json() << "}\n";
    if (!out.flush()) Check(absl::InternalError("cannot write " + file));
  }

 private:
  // Makes the profiles, and their statistics, which the first row of a profile does.
  void FitAndCall(bool adaptive) {
    const char* const set = adaptive ? "adaptive" : "plain";
    ClosedLoop fits(calibrd_->address(), Method("FitProfile"), {kClients, 8});
    Check(fits.CallEach(
        FitRequests(set, many_, {.labels = labels_, .adaptive = adaptive})));
    const int64_t before = calibrd_->ResidentBytes();
    ClosedLoop calls(calibrd_->address(), Method("Calibrate"), {kClients, 8});
    Check(calls.CallEach(CalibrateRequests(set, many_, {.labels = labels_})));
    std::printf("%-8s what a profile has seen takes %5.0f bytes\n", set,
                static_cast<double>(calibrd_->ResidentBytes() - before) / many_);
  }

  Case CaseOf(const std::string& name, const Process& server,
              std::vector<grpc::ByteBuffer> requests) {
    auto loop = std::make_shared<ClosedLoop>(server.address(), Method("Calibrate"),
                                             ClosedLoop::Shape{.channels = kClients});
    return {name, [loop, &server, sent = std::move(requests)](uint64_t seed) {
              return loop->Run(sent,
                               {.warm_up = absl::Milliseconds(50),
                                .time = absl::Seconds(absl::GetFlag(FLAGS_seconds)),
                                .seed = seed},
                               [&server] { return server.CpuTime(); });
            }};
  }

  Rounds Measure(const std::string& title, int count) {
    const auto requests = [&](const char* set, bool observe) {
      return CalibrateRequests(set, count, {.labels = labels_, .observe = observe});
    };
    Rounds rounds({
        CaseOf("plain, nothing observed", *calibrd_, requests("plain", false)),
        CaseOf("plain: drift and signal", *calibrd_, requests("plain", true)),
        CaseOf("adaptive, nothing observed", *calibrd_, requests("adaptive", false)),
        CaseOf("adaptive: prior, drift and signal", *calibrd_,
               requests("adaptive", true)),
        CaseOf("echo of the same messages", *echo_, requests("plain", true)),
    });
    Check(rounds.Measure(absl::GetFlag(FLAGS_rounds)));
    std::printf("\n%s\n", title.c_str());
    rounds.Print(stdout);
    return rounds;
  }

  const int labels_;
  const int many_;
  const std::unique_ptr<Process> echo_;
  const std::unique_ptr<Process> calibrd_;
};

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  std::string directory =
      (std::filesystem::temp_directory_path() / "calibrd-learning-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  calibrd::LearningBench(directory).Run();
  std::filesystem::remove_all(directory);
  return 0;
}

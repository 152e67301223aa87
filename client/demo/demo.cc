// Shows what calibration does to the answers of a real model: fits content-free rows over
// RPC, calibrates labelled rows, and prints accuracy, NLL and ECE before and after.
//
//   calibrd_demo --server=127.0.0.1:50051 --rows=tests/data/llm-rows [--json]
//
// The labels are used for measuring only; the server never sees them.

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "calibration/kernel.h"
#include "calibration/metrics.h"
#include "calibration/reliability.h"
#include "client/calibctl/connection.h"
#include "client/calibctl/terminal/bars.h"
#include "client/calibctl/terminal/style.h"
#include "client/calibctl/terminal/table.h"
#include "client/demo/recorded_task.h"
#include "nlohmann/json.hpp"

namespace calibrd::demo {
namespace {

namespace proto = ::calibration::v1;
using calibctl::Connection;

const char kModel[] = "smollm2-135m-instruct";
constexpr int kBins = 15;

// How good a set of rows is.
struct Score {
  double accuracy;
  double nll;
  double ece;
};

// What one output did to one task.
struct Outcome {
  std::string output;
  proto::Profile profile;
  std::vector<float> calibrated;
  Score score;
};

Score ScoreOf(const RecordedTask& task, const std::vector<float>& probabilities) {
  const Rows rows{.values = probabilities,
                  .label_count = static_cast<int>(task.labels.size())};
  return {Accuracy(rows, task.answers), NegativeLogLikelihood(rows, task.answers),
          ExpectedCalibrationError(rows, task.answers, kBins, Binning::kEqualWidth)};
}

// The rows as the model gave them, each divided by its sum.
std::vector<float> Uncalibrated(const RecordedTask& task) {
  const size_t k = task.labels.size();
  std::vector<float> rows(task.test.size());
  std::vector<double> row(k);
  for (size_t i = 0; i < rows.size(); i += k) {
    Normalize(absl::MakeConstSpan(task.test).subspan(i, k), Scale::kProbability,
              absl::MakeSpan(row));
    for (size_t j = 0; j < k; ++j) rows[i + j] = static_cast<float>(row[j]);
  }
  return rows;
}

proto::FitProfileRequest FitRequest(const RecordedTask& task, const std::string& output) {
  proto::FitProfileRequest request;
  request.set_name(
      absl::StrCat("models/", kModel, "/prompts/", task.prompt, "/", output));
  for (const std::string& label : task.labels) request.add_labels()->set_name(label);
  proto::Rows* rows = request.mutable_content_free();
  rows->mutable_probabilities()->mutable_values()->Assign(task.content_free.begin(),
                                                          task.content_free.end());
  rows->mutable_inputs()->Assign(task.inputs.begin(), task.inputs.end());
  request.mutable_options()->set_output(output == "softmax"
                                            ? proto::FitOptions::OUTPUT_SOFTMAX
                                            : proto::FitOptions::OUTPUT_NORMALIZED);
  return request;
}

absl::StatusOr<std::vector<float>> Calibrate(const Connection& server,
                                             const std::string& profile,
                                             const std::vector<float>& rows) {
  proto::CalibrateRequest request;
  request.set_name(profile);
  request.mutable_rows()->mutable_probabilities()->mutable_values()->Assign(rows.begin(),
                                                                            rows.end());
  absl::StatusOr<proto::CalibrateResponse> reply =
      server.Call(&Connection::Stub::Calibrate, request);
  if (!reply.ok()) return reply.status();
  return std::vector<float>(reply->probabilities().begin(), reply->probabilities().end());
}

absl::StatusOr<Outcome> Run(const Connection& server, const RecordedTask& task,
                            const std::string& output) {
  absl::StatusOr<proto::Profile> profile =
      server.Call(&Connection::Stub::FitProfile, FitRequest(task, output));
  if (!profile.ok()) return profile.status();
  absl::StatusOr<std::vector<float>> rows = Calibrate(server, profile->name(), task.test);
  if (!rows.ok()) return rows.status();
  const Score score = ScoreOf(task, *rows);
  return Outcome{output, *std::move(profile), *std::move(rows), score};
}

// The bias of the first task, as bars: what the model says to no content, before and
// after.
absl::Status ShowBias(const Connection& server, const RecordedTask& task,
                      const proto::Profile& profile, const calibctl::Style& style) {
  const std::vector<float> prior(profile.bias().prior().begin(),
                                 profile.bias().prior().end());
  absl::StatusOr<std::vector<float>> after = Calibrate(server, profile.name(), prior);
  if (!after.ok()) return after.status();
  std::cout << "\nAsked about \"N/A\", \"[MASK]\" and nothing at all, " << kModel
            << " already has an opinion\non " << task.name << ":\n\n"
            << calibctl::RenderShares(
                   task.labels,
                   {{"before", {prior.begin(), prior.end()}, calibctl::Paint::kBefore},
                    {"after", {after->begin(), after->end()}, calibctl::Paint::kAfter}},
                   20, style)
            << absl::StreamFormat(
                   "\nIt favours %s; total variation from an even prior: %.3f.\n",
                   profile.bias().favored_label_name(), profile.bias().total_variation());
  return absl::OkStatus();
}

// How many decisions changed, and whether for the better.
std::string Changes(const RecordedTask& task, const std::vector<float>& before,
                    const std::vector<float>& after) {
  const auto k = static_cast<int>(task.labels.size());
  const Rows old_rows{.values = before, .label_count = k};
  const Rows new_rows{.values = after, .label_count = k};
  int changed = 0;
  int better = 0;
  int worse = 0;
  for (int64_t i = 0; i < old_rows.count(); ++i) {
    const int old_best = BestLabel(old_rows.row(i));
    const int new_best = BestLabel(new_rows.row(i));
    const int answer = task.answers[static_cast<size_t>(i)];
    changed += old_best != new_best;
    better += old_best != answer && new_best == answer;
    worse += old_best == answer && new_best != answer;
  }
  return absl::StrFormat("%d of %d (%d right now, %d wrong now)", changed,
                         old_rows.count(), better, worse);
}

void AddScore(calibctl::Table& table, const std::string& task, const std::string& rows,
              const Score& score, const std::string& changes) {
  table.Add({task, rows, absl::StrFormat("%.3f", score.accuracy),
             absl::StrFormat("%.3f", score.nll), absl::StrFormat("%.3f", score.ece),
             changes});
}

nlohmann::ordered_json ToJson(const Score& score) {
  return {{"accuracy", score.accuracy}, {"nll", score.nll}, {"ece", score.ece}};
}

absl::Status Show(const Connection& server, const std::string& directory, bool as_json) {
  const calibctl::Style style{.bars = true};
  nlohmann::ordered_json json;
  calibctl::Table table({{"task"},
                         {"rows"},
                         {"accuracy", calibctl::Align::kRight},
                         {"NLL", calibctl::Align::kRight},
                         {"ECE", calibctl::Align::kRight},
                         {"decisions changed"}});
  bool first = true;
  for (const char* name : {"sst2", "trec", "agnews"}) {
    absl::StatusOr<RecordedTask> task = ReadRecordedTask(directory, kModel, name);
    if (!task.ok()) return task.status();
    const std::vector<float> before = Uncalibrated(*task);
    const Score score = ScoreOf(*task, before);
    json[name]["before"] = ToJson(score);
    AddScore(table, name, "as the model gives them", score, "");
    for (const std::string output : {"normalized", "softmax"}) {
      absl::StatusOr<Outcome> outcome = Run(server, *task, output);
      if (!outcome.ok()) return outcome.status();
      if (first && !as_json) {
        absl::Status shown = ShowBias(server, *task, outcome->profile, style);
        if (!shown.ok()) return shown;
      }
      first = false;
      json[name][output] = ToJson(outcome->score);
      AddScore(table, "", absl::StrCat("calibrated, ", output), outcome->score,
               Changes(*task, before, outcome->calibrated));
    }
  }
  if (as_json) {
    std::cout << json.dump(2) << "\n";
  } else {
    std::cout << "\nReal rows, 150 of each task, no demonstrations in the prompt:\n\n"
              << table.Render(style) << "\nNLL in nats; ECE with " << kBins
              << " bins of equal width.\n";
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  std::string address = "127.0.0.1:50051";
  std::string rows = "tests/data/llm-rows";
  bool as_json = false;
  CLI::App app("Shows what calibration does to the answers of a real model.");
  app.add_option("--server", address, "Address of calibrd");
  app.add_option("--rows", rows, "Folder of the recorded rows");
  app.add_flag("--json", as_json, "Print the figures as JSON");
  CLI11_PARSE(app, argc, argv);
  absl::StatusOr<Connection> server = Connection::Open(address, absl::Seconds(30));
  const absl::Status status =
      server.ok() ? Show(*server, rows, as_json) : server.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "calibrd_demo: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace calibrd::demo

int main(int argc, char** argv) {
  return calibrd::demo::Main(argc, argv);
}

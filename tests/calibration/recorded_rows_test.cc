// Real rows of a language model, corrected: against the published table (three digits)
// and against the numpy computation beside this file (1e-6).

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "calibration/metrics.h"
#include "calibration/reliability.h"
#include "nlohmann/json.hpp"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Json = nlohmann::json;
using Pooling = PriorOptions::Pooling;

struct Task {
  int label_count = 0;
  std::vector<float> test, content_free, domain;  // rows, not normalised
  std::vector<int> answers;
};

// For each label the sum of the probabilities of its aliases.
void AppendRow(const Json& record, const Json& labels, std::vector<float>& rows) {
  for (const Json& label : labels) {
    double sum = 0;
    for (const Json& alias : label["aliases"]) {
      sum += std::exp(record["logprobs"][alias.get<std::string>()].get<double>());
    }
    rows.push_back(static_cast<float>(sum));
  }
}

// The plain prompt without demonstrations.
Task Load(const std::string& name) {
  const std::string path = std::string(CALIBRD_TEST_DATA) +
                           "/llm-rows/smollm2-135m-instruct." + name + ".jsonl";
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  const std::set<std::string> content_free = {"N/A", "[MASK]", ""};
  Task task;
  Json labels;
  for (std::string line; std::getline(file, line);) {
    const Json record = Json::parse(line);
    const std::string kind = record["kind"];
    if (kind == "task") {
      labels = record["labels"];
      task.label_count = static_cast<int>(labels.size());
    } else if (record["prompt"] != name + "/plain-0shot-0") {
      continue;
    } else if (kind == "test") {
      AppendRow(record, labels, task.test);
      task.answers.push_back(record["label"]);
    } else if (kind == "domain") {
      AppendRow(record, labels, task.domain);
    } else if (kind == "content_free" && content_free.contains(record["text"])) {
      AppendRow(record, labels, task.content_free);
    }
  }
  return task;
}

Rows View(const Task& task, const std::vector<float>& values) {
  return {.values = values, .label_count = task.label_count};
}

std::vector<float> Corrected(const Task& task, const Transform& transform) {
  const Kernel kernel = Kernel::Compile(transform);
  const Rows rows = View(task, task.test);
  std::vector<float> q(task.test.size());
  for (int64_t i = 0; i < rows.count(); ++i) {
    const auto k = static_cast<size_t>(task.label_count);
    kernel.Apply(rows.row(i), rows.scale,
                 absl::MakeSpan(q).subspan(static_cast<size_t>(i) * k, k));
  }
  return q;
}

// The test rows under one column of the table.
std::vector<float> Column(const Task& task, const std::string& method) {
  if (method == "none") return Corrected(task, {.label_count = task.label_count});
  PriorOptions options;
  if (method == "softmax_parameters") options = Softmax();
  if (method == "identity") options = Identity();
  if (method == "normalized_probabilities") options.pooling = Pooling::kProbabilities;
  const std::vector<float>& source = method == "random_words"      ? task.domain
                                     : method == "rows_themselves" ? task.test
                                                                   : task.content_free;
  return Corrected(task, Fit(source, task.label_count, options).transform);
}

struct Figures {
  double accuracy, nll, ece;
};

Figures Measure(const Task& task, const std::string& method) {
  const std::vector<float> q = Column(task, method);
  const Rows rows = View(task, q);
  return {Accuracy(rows, task.answers), NegativeLogLikelihood(rows, task.answers),
          ExpectedCalibrationError(rows, task.answers, 15, Binning::kEqualWidth)};
}

// Accuracy and NLL of the column, to three digits.
struct Cell {
  const char* method;
  double accuracy, nll;
};

const std::map<std::string, std::vector<Cell>>& Table() {
  static const auto* const table = new std::map<std::string, std::vector<Cell>>{
      {"sst2",
       {{"none", 0.520, 0.794},
        {"normalized_parameters", 0.767, 0.518},
        {"softmax_parameters", 0.767, 0.532},
        {"normalized_probabilities", 0.767, 0.518},
        {"identity", 0.767, 0.627},
        {"random_words", 0.800, 0.513},
        {"rows_themselves", 0.827, 0.507}}},
      {"trec",
       {{"none", 0.333, 2.027},
        {"normalized_parameters", 0.333, 1.843},
        {"softmax_parameters", 0.333, 4.777},
        {"normalized_probabilities", 0.347, 1.816},
        {"identity", 0.273, 1.762},
        {"random_words", 0.393, 1.522},
        {"rows_themselves", 0.500, 1.316}}},
      {"agnews",
       {{"none", 0.580, 1.009},
        {"normalized_parameters", 0.607, 1.059},
        {"softmax_parameters", 0.607, 2.046},
        {"normalized_probabilities", 0.607, 1.057},
        {"identity", 0.607, 1.212},
        {"random_words", 0.627, 0.919},
        {"rows_themselves", 0.660, 0.814}}},
  };
  return *table;
}

class RecordedRows : public testing::TestWithParam<const char*> {};

TEST_P(RecordedRows, AreAllThere) {
  const Task task = Load(GetParam());
  EXPECT_EQ(task.answers.size(), 150u);
  EXPECT_EQ(View(task, task.test).count(), 150);
  EXPECT_EQ(View(task, task.content_free).count(), 3);
  EXPECT_EQ(View(task, task.domain).count(), 10);
}

TEST_P(RecordedRows, GiveThePublishedTable) {
  const Task task = Load(GetParam());
  for (const Cell& cell : Table().at(GetParam())) {
    const Figures figures = Measure(task, cell.method);
    EXPECT_NEAR(figures.accuracy, cell.accuracy, 0.0005 + 1e-9) << cell.method;
    EXPECT_NEAR(figures.nll, cell.nll, 0.0005 + 1e-9) << cell.method;
  }
}

TEST_P(RecordedRows, GiveWhatNumpyGives) {
  std::ifstream file(std::string(CALIBRD_TEST_DATA) + "/../golden/recorded_rows.json");
  ASSERT_TRUE(file);
  const Json golden = Json::parse(file).at(GetParam());
  ASSERT_EQ(golden.size(), Table().at(GetParam()).size());
  const Task task = Load(GetParam());
  for (const auto& [method, expected] : golden.items()) {
    const Figures figures = Measure(task, method);
    EXPECT_NEAR(figures.accuracy, expected.at("accuracy"), 1e-6) << method;
    EXPECT_NEAR(figures.nll, expected.at("nll"), 1e-6) << method;
    EXPECT_NEAR(figures.ece, expected.at("ece"), 1e-6) << method;
  }
}

INSTANTIATE_TEST_SUITE_P(Task, RecordedRows, testing::Values("sst2", "trec", "agnews"),
                         [](const auto& task) { return std::string(task.param); });

}  // namespace
}  // namespace calibrd

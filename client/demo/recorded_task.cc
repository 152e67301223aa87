#include "client/demo/recorded_task.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace calibrd::demo {
namespace {

using nlohmann::json;

const std::vector<std::string> kContentFreeInputs = {"N/A", "[MASK]", ""};

// Appends the probabilities of one recorded row to `rows`.
void AppendRow(const json& labels, const json& line, std::vector<float>& rows) {
  for (const json& label : labels) {
    double probability = 0;
    for (const json& alias : label.at("aliases")) {
      probability +=
          std::exp(line.at("logprobs").at(alias.get<std::string>()).get<double>());
    }
    rows.push_back(static_cast<float>(probability));
  }
}

void ReadLine(const json& line, json& labels, RecordedTask& task) {
  const auto kind = line.at("kind").get<std::string>();
  if (kind == "task") {
    labels = line.at("labels");
    for (const json& label : labels) task.labels.push_back(label.at("name"));
  } else if (line.at("prompt") != task.prompt) {
    return;
  } else if (kind == "content_free") {
    const auto text = line.at("text").get<std::string>();
    if (std::find(kContentFreeInputs.begin(), kContentFreeInputs.end(), text) ==
        kContentFreeInputs.end()) {
      return;
    }
    task.inputs.push_back(text);
    AppendRow(labels, line, task.content_free);
  } else if (kind == "test") {
    AppendRow(labels, line, task.test);
    task.answers.push_back(line.at("label"));
  }
}

}  // namespace

absl::StatusOr<RecordedTask> ReadRecordedTask(const std::string& directory,
                                              const std::string& model,
                                              const std::string& task_name) {
  const std::string path = absl::StrCat(directory, "/", model, ".", task_name, ".jsonl");
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  RecordedTask task;
  task.name = task_name;
  task.prompt = absl::StrCat(task_name, "/plain-0shot-0");
  json labels;
  int number = 0;
  try {  // nlohmann's accessors throw
    for (std::string line; std::getline(file, line);) {
      ++number;
      ReadLine(json::parse(line), labels, task);
    }
  } catch (const std::exception& e) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":", number, ": ", e.what()));
  }
  if (task.inputs.size() != kContentFreeInputs.size() || task.answers.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds no rows of ", task.prompt));
  }
  return task;
}

}  // namespace calibrd::demo

// Recorded answers of a real model to one task: tests/data/llm-rows/{model}.{task}.jsonl.
//
//   absl::StatusOr<RecordedTask> sst2 = ReadRecordedTask("tests/data/llm-rows",
//                                                        "smollm2-135m-instruct",
//                                                        "sst2");
//   sst2->content_free   // three rows: "N/A", "[MASK]", ""
//
// Read is the plain prompt without demonstrations. A label's probability is the sum over
// its aliases; rows do not sum to 1. Thread-safety: a value.

#ifndef CALIBRD_CLIENT_DEMO_RECORDED_TASK_H_
#define CALIBRD_CLIENT_DEMO_RECORDED_TASK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace calibrd::demo {

struct RecordedTask {
  std::string name;                 // "sst2"
  std::string prompt;               // "sst2/plain-0shot-0"
  std::vector<std::string> labels;  // K
  std::vector<float> content_free;  // 3×K, row-major
  std::vector<std::string> inputs;  // their 3 texts
  std::vector<float> test;          // n×K, row-major
  std::vector<int> answers;         // n indices of right labels
};

absl::StatusOr<RecordedTask> ReadRecordedTask(const std::string& directory,
                                              const std::string& model,
                                              const std::string& task);

}  // namespace calibrd::demo

#endif  // CALIBRD_CLIENT_DEMO_RECORDED_TASK_H_

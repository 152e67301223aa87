// A file to read, or standard input, called "-".
//
//   absl::StatusOr<InputFile> file = InputFile::Open("rows.jsonl", console.in);
//   RowReader reader(file->stream(), file->name(), …);
//
// Owns the file, not the standard input, which has to outlive it. Not safe from two
// threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_INPUT_FILE_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_INPUT_FILE_H_

#include <cstdint>
#include <fstream>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace calibrd::calibctl {

class InputFile {
 public:
  static absl::StatusOr<InputFile> Open(const std::string& path,
                                        std::istream& standard_input);

  std::istream& stream() { return file_ ? *file_ : *standard_input_; }

  // The path, or "standard input".
  const std::string& name() const { return name_; }

  // In bytes, where it is known: nothing for a pipe.
  std::optional<int64_t> size() const { return size_; }

  // All that is left to read.
  absl::StatusOr<std::string> ReadAll();

 private:
  InputFile() = default;

  std::unique_ptr<std::ifstream> file_;
  std::istream* standard_input_ = nullptr;
  std::string name_;
  std::optional<int64_t> size_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_INPUT_FILE_H_

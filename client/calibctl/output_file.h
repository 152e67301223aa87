// A file that is written as a whole or not at all.
//
//   absl::StatusOr<OutputFile> file = OutputFile::Create("report.html");  // before the
//   work … absl::Status written = file->Commit(text);      // replaces what was there
//
// Create makes a file beside the target, so that a folder that is missing or cannot be
// written to is known before hours of work; Commit writes it, and gives it the name. What
// was there before stays until then, and for good where Commit is not called. Anything
// but a regular file, such as a device, is refused.
//
// Errors are local and name the path. Not safe from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_OUTPUT_FILE_H_
#define CALIBRD_CLIENT_CALIBCTL_OUTPUT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

class OutputFile {
 public:
  static absl::StatusOr<OutputFile> Create(const std::string& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  // Writes `text` to the disk and puts it in place. Once only.
  absl::Status Commit(absl::string_view text);

 private:
  OutputFile(std::string path, std::string draft, int descriptor);

  absl::Status Write(absl::string_view text);

  std::string path_;
  std::string draft_;  // beside it; empty once it is in place
  int descriptor_;     // of the draft; -1: closed
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_OUTPUT_FILE_H_

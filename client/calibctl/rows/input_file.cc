#include "client/calibctl/rows/input_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {

absl::StatusOr<InputFile> InputFile::Open(const std::string& path,
                                          std::istream& standard_input) {
  InputFile input;
  if (path == "-") {
    input.standard_input_ = &standard_input;
    input.name_ = "standard input";
    return input;
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a directory"));
  }
  input.name_ = path;
  errno = 0;
  input.file_ = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!input.file_->is_open()) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  if (std::filesystem::is_regular_file(path, ignored)) {
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    if (!ignored) input.size_ = static_cast<int64_t>(size);
  }
  return input;
}

absl::StatusOr<std::string> InputFile::ReadAll() {
  std::string text(std::istreambuf_iterator<char>(stream()), {});
  if (stream().bad()) return absl::DataLossError(absl::StrCat(name_, ": cannot be read"));
  return text;
}

}  // namespace calibrd::calibctl

#include "client/calibctl/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

absl::Status LocalError(absl::string_view path, int error) {
  return absl::UnknownError(absl::StrCat(path, ": ", std::strerror(error)));
}

// Where a link leads to: it is what it names that is replaced, not the link.
std::string Target(const std::string& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

}  // namespace

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("the name of a file is empty");
  std::error_code ignored;
  const std::filesystem::file_status there = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is no regular file"));
  }
  const std::string target = Target(path);
  if (std::filesystem::exists(there) && access(target.c_str(), W_OK) != 0) {
    return LocalError(path, errno);
  }
  std::string draft = absl::StrCat(target, ".", getpid(), ".tmp");
  const int descriptor = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                              S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH);
  if (descriptor < 0) return LocalError(path, errno);
  return OutputFile(target, std::move(draft), descriptor);
}

OutputFile::OutputFile(std::string path, std::string draft, int descriptor)
    : path_(std::move(path)), draft_(std::move(draft)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      draft_(std::exchange(other.draft_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!draft_.empty()) unlink(draft_.c_str());
}

absl::Status OutputFile::Commit(absl::string_view text) {
  if (absl::Status written = Write(text); !written.ok()) return written;
  if (fsync(descriptor_) != 0) return LocalError(draft_, errno);
  if (close(std::exchange(descriptor_, -1)) != 0) return LocalError(draft_, errno);
  if (rename(draft_.c_str(), path_.c_str()) != 0) return LocalError(path_, errno);
  draft_.clear();
  return absl::OkStatus();
}

absl::Status OutputFile::Write(absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return LocalError(draft_, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace calibrd::calibctl

// Runs inputs that are there already: the seeds, in every build, and one that made
// libFuzzer stop. Fails where an input is refused, as it then tests nothing.
//
//   fit_fuzz FILE|DIRECTORY…

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "grpcpp/support/byte_buffer.h"
#include "server/service/wire.h"
#include "tests/fuzz/input.h"

namespace {

bool Replay(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  const grpc::Slice slice(bytes.str());
  const bool answered = calibrd::RunInput(grpc::ByteBuffer(&slice, 1));
  std::fprintf(stderr, "%s, %zu bytes: %s\n", path.c_str(), slice.size(),
               answered ? "answered" : "refused");
  return answered;
}

std::vector<std::filesystem::path> FilesOf(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    files.push_back(entry.path());
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  calibrd::service::CatchProtobufLog();
  int answered = 0;
  int refused = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& file : FilesOf(argv[i])) ++(Replay(file) ? answered : refused);
  }
  return answered > 0 && refused == 0 ? 0 : 1;
}

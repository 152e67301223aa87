#include "client/calibctl/output_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/output-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  int FileCount() const {
    return static_cast<int>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
};

TEST_F(OutputFileTest, WhatIsCommittedReplacesWhatWasThere) {
  std::ofstream(Path("page")) << "a long old text";
  auto file = OutputFile::Create(Path("page"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(Content(Path("page")), "a long old text") << "until then";
  ASSERT_TRUE(file->Commit("new").ok());
  EXPECT_EQ(Content(Path("page")), "new");
  EXPECT_EQ(FileCount(), 1) << "no draft is left";
}

TEST_F(OutputFileTest, WhatIsNotCommittedLeavesNothing) {
  std::ofstream(Path("page")) << "old";
  { const auto file = OutputFile::Create(Path("page")); }
  EXPECT_EQ(Content(Path("page")), "old");
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(OutputFileTest, HasTheRightsThatTheProcessGives) {
  const mode_t before = umask(027);
  auto file = OutputFile::Create(Path("page"));
  umask(before);
  ASSERT_TRUE(file->Commit("new").ok());
  struct stat status = {};
  ASSERT_EQ(stat(Path("page").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST_F(OutputFileTest, ALinkIsFollowed) {
  std::ofstream(Path("page")) << "old";
  std::filesystem::create_symlink("page", Path("link"));
  auto file = OutputFile::Create(Path("link"));
  ASSERT_TRUE(file->Commit("new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link")));
  EXPECT_EQ(Content(Path("page")), "new");
}

TEST_F(OutputFileTest, WhatIsNoFileIsRefusedAndNamed) {
  EXPECT_EQ(OutputFile::Create(folder_).status().message(),
            folder_ + ": is no regular file");
  EXPECT_EQ(OutputFile::Create("/dev/null").status().message(),
            "/dev/null: is no regular file");
  EXPECT_THAT(std::string(OutputFile::Create(Path("no/page")).status().message()),
              HasSubstr("no/page: No such file or directory"));
  EXPECT_FALSE(OutputFile::Create("").ok());
  EXPECT_EQ(FileCount(), 0);
}

}  // namespace
}  // namespace calibrd::calibctl

#include "server/cpus.h"

#include "gtest/gtest.h"

namespace calibrd {
namespace {

TEST(CpusOfQuota, RoundsUp) {
  EXPECT_EQ(CpusOfQuota("200000 100000\n"), 2);
  EXPECT_EQ(CpusOfQuota("150000 100000\n"), 2);
  EXPECT_EQ(CpusOfQuota("10000 100000"), 1);
}

TEST(CpusOfQuota, IsNoneWhereThereIsNoLimit) {
  EXPECT_EQ(CpusOfQuota("max 100000\n"), 0);
}

TEST(CpusOfQuota, IsNoneWhereItCannotBeRead) {
  for (const char* text :
       {"", "x y", "100000", "0 100000", "100000 0", "-1 100000", "1 2 3"}) {
    EXPECT_EQ(CpusOfQuota(text), 0) << text;
  }
}

TEST(AvailableCpus, IsAtLeastOne) {
  EXPECT_GE(AvailableCpus(), 1);
}

}  // namespace
}  // namespace calibrd

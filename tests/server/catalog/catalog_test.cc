#include "server/catalog/catalog.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/server/catalog/profiles.h"

namespace calibrd::catalog {
namespace {

std::string Name(int i) {
  return absl::StrCat("models/m/prompts/", i);
}

TEST(Catalog, FindsNothingInTheBeginning) {
  const Catalog catalog;
  EXPECT_EQ(catalog.Read().Find(Name(1)), nullptr);
  EXPECT_EQ(catalog.profile_count(), 0);
}

TEST(Catalog, ServesTheProfileThatWasPutLast) {
  Catalog catalog;
  catalog.Put(Served(Name(1), 1));
  catalog.Put(Served(Name(1), 2));
  ASSERT_NE(catalog.Read().Find(Name(1)), nullptr);
  EXPECT_EQ(catalog.Read().Find(Name(1))->revision, 2);
  EXPECT_EQ(catalog.profile_count(), 1);
}

TEST(Catalog, CountsTheRevisionsThatAreKept) {
  Catalog catalog;
  catalog.Put(Served(Name(1), 3, 3));
  catalog.Put(Served(Name(2), 5, 5));
  EXPECT_EQ(catalog.revision_count(), 8);
  catalog.Put(Served(Name(1), 4, 4));
  EXPECT_EQ(catalog.revision_count(), 9);
  catalog.Remove(Name(2));
  EXPECT_EQ(catalog.revision_count(), 4);
}

TEST(Catalog, ARemovedProfileCanComeBack) {
  Catalog catalog;
  catalog.Put(Served(Name(1), 1));
  catalog.Remove(Name(1));
  EXPECT_EQ(catalog.Read().Find(Name(1)), nullptr);
  EXPECT_EQ(catalog.profile_count(), 0);
  catalog.Put(Served(Name(1), 2));
  ASSERT_NE(catalog.Read().Find(Name(1)), nullptr);
  EXPECT_EQ(catalog.profile_count(), 1);
}

TEST(Catalog, RemovingWhatIsNotThereChangesNothing) {
  Catalog catalog;
  catalog.Put(Served(Name(1), 1));
  catalog.Remove(Name(2));
  EXPECT_EQ(catalog.profile_count(), 1);
  EXPECT_NE(catalog.Read().Find(Name(1)), nullptr);
}

TEST(Catalog, AViewKeepsWhatItFoundWhileItIsReplacedAndRemoved) {
  Catalog catalog;
  catalog.Put(Served(Name(1), 1));
  const Catalog::View view = catalog.Read();
  const ServedProfile* profile = view.Find(Name(1));
  catalog.Put(Served(Name(1), 2));
  catalog.Remove(Name(1));
  for (int i = 10; i < 200; ++i) catalog.Put(Served(Name(i), 1));  // tables grow, too
  EXPECT_EQ(profile->revision, 1);
  EXPECT_EQ(profile->name, Name(1));
}

TEST(Catalog, FindsEachOfTenThousandProfiles) {
  Catalog catalog;
  for (int i = 0; i < 10'000; ++i) catalog.Put(Served(Name(i), i + 1));
  const Catalog::View view = catalog.Read();
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_NE(view.Find(Name(i)), nullptr) << i;
    ASSERT_EQ(view.Find(Name(i))->revision, i + 1);
  }
  EXPECT_EQ(view.Find(Name(10'000)), nullptr);
}

TEST(Catalog, DoesNotGrowByRemovingAndPuttingAgain) {
  Catalog catalog;
  for (int i = 0; i < 100'000; ++i) {
    catalog.Put(Served(Name(i % 7), i + 1));
    catalog.Remove(Name(i % 7));
  }
  EXPECT_EQ(catalog.profile_count(), 0);
  EXPECT_EQ(catalog.Read().Find(Name(3)), nullptr);
}

RC_GTEST_PROP(CatalogProperty, AgreesWithAMap, ()) {
  Catalog catalog;
  std::map<int, int64_t> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 20), rc::gen::arbitrary<bool>()));
  int64_t revision = 0;
  for (const auto& [name, put] : steps) {
    if (put) {
      model[name] = ++revision;
      catalog.Put(Served(Name(name), revision));
    } else {
      model.erase(name);
      catalog.Remove(Name(name));
    }
  }
  RC_ASSERT(catalog.profile_count() == static_cast<int64_t>(model.size()));
  const Catalog::View view = catalog.Read();
  for (int name = 0; name < 20; ++name) {
    const ServedProfile* found = view.Find(Name(name));
    const auto expected = model.find(name);
    RC_ASSERT((found != nullptr) == (expected != model.end()));
    if (found != nullptr) RC_ASSERT(found->revision == expected->second);
  }
}

// Writers replace, remove and add while readers look: a reader finds a whole profile of
// the right name or none, and never goes back to an older revision.
TEST(Catalog, ReadersSeeWholeProfilesWhileWritersChangeThem) {
  constexpr int kNames = 8;
  Catalog catalog;
  std::atomic<bool> stop{false};
  std::atomic<int64_t> wrong{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&] {
      std::vector<int64_t> last(kNames, 0);
      while (!stop) {
        for (int i = 0; i < kNames; ++i) {
          const Catalog::View view = catalog.Read();
          const ServedProfile* profile = view.Find(Name(i));
          if (profile == nullptr) continue;
          const float uniform[] = {0.5f, 0.5f};
          float q[2];
          profile->kernel.Apply(uniform, Scale::kProbability, absl::MakeSpan(q));
          const bool belongs = (q[1] > q[0]) == (profile->revision % 50 != 0);
          wrong += profile->name != Name(i) || profile->revision < last[i] || !belongs;
          last[i] = profile->revision;
        }
      }
    });
  }
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      for (int64_t revision = 1; revision <= 5'000; ++revision) {
        for (int i = w; i < kNames; i += 2) {
          if (revision % 10 == 9) catalog.Remove(Name(i));
          catalog.Put(Served(Name(i), revision));
        }
        catalog.Put(Served(absl::StrCat("models/new/prompts/", w, "-", revision), 1));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(catalog.profile_count(), kNames + 2 * 5'000);
}

}  // namespace
}  // namespace calibrd::catalog

#include "server/statistics_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace calibrd {
namespace {

using catalog::LiveStatistics;

// How many records go into one commit.
constexpr size_t kWrittenAtOnce = 1000;

}  // namespace

void StatisticsWriter::Start(store::ProfileStore& store) {
  store_ = &store;
  thread_ = std::thread([this] {
    while (WaitForInterval()) WriteOnce();
  });
}

void StatisticsWriter::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  news_.notify_all();
  thread_.join();
  WriteOnce();
}

bool StatisticsWriter::WaitForInterval() {
  const absl::Time end = absl::Now() + options_.interval;
  MutexLock lock(mutex_);
  while (!stopping_ && absl::Now() < end) {
    news_.wait_until(mutex_, absl::ToChronoTime(end));
  }
  return !stopping_;
}

void StatisticsWriter::WriteOnce() {
  telemetry::Metrics::LiveCounts counts;
  std::vector<LiveStatistics*> changed;
  std::vector<store::LiveRecord> records;
  const absl::Time now = absl::Now();
  registry_.ForEach([&](LiveStatistics& live) {
    const LiveStatistics::Condition condition = live.condition();
    ++counts.observed;
    counts.adaptive += condition.adaptive;
    counts.drifting += condition.drift > options_.drift_threshold;
    counts.weak_signal += condition.weak_signal;
    std::optional<store::LiveRecord> record = live.TakeChanges(now);
    if (!record) return;
    changed.push_back(&live);
    records.push_back(*std::move(record));
    if (records.size() < kWrittenAtOnce) return;
    Write(changed, records);
    changed.clear();
    records.clear();
  });
  Write(changed, records);
  registry_.FreeRetired();
  metrics_.SetLiveCounts(counts);
}

void StatisticsWriter::Write(const std::vector<LiveStatistics*>& changed,
                             const std::vector<store::LiveRecord>& records) {
  if (absl::Status status = store_->PutLive(records); !status.ok()) {
    log_.Warning("statistics could not be stored; they will be tried again",
                 {{"profiles", records.size()}, {"error", status.message()}});
    for (LiveStatistics* live : changed) live->KeepChanges();
  }
}

}  // namespace calibrd

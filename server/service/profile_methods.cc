// The methods of CalibrationService that read and manage the resource.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/service/calibration_service.h"
#include "server/service/checks.h"
#include "server/service/paging.h"
#include "server/service/ranking.h"
#include "server/service/resource_name.h"

namespace calibrd::service {
namespace {

absl::Status ReplyTooLarge(int index) {
  return InvalidField(
      reason::kReplyTooLarge, absl::StrCat("names[", index, "]"),
      absl::StrCat("the profiles up to names[", index, "] take more than ",
                   kMaxBatchGetBytes, " bytes; ask for fewer at once"));
}

}  // namespace

bool CalibrationService::ServesRevision(const std::string& name, int64_t revision) const {
  const catalog::Catalog::View view = parts_.catalog.Read();
  const catalog::ServedProfile* profile = view.Find(name);
  return profile != nullptr && profile->revision == revision;
}

void CalibrationService::AddLive(proto::Profile& profile) const {
  if (!profile.active()) return;
  const catalog::Catalog::View view = parts_.catalog.Read();
  const catalog::ServedProfile* served = view.Find(profile.name());
  if (served == nullptr || served->revision != profile.revision()) return;
  catalog::LiveStatistics* live = served->live.load();
  if (live != nullptr) *profile.mutable_live() = live->Describe();
}

absl::Status CalibrationService::DoGetProfile(const proto::GetProfileRequest& request,
                                              proto::Profile& reply) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  absl::StatusOr<proto::Profile> profile =
      store()->Get(request.name(), request.revision());
  if (!profile.ok()) return profile.status();
  reply = *std::move(profile);
  AddLive(reply);
  return absl::OkStatus();
}

absl::Status CalibrationService::DoBatchGetProfiles(
    const proto::BatchGetProfilesRequest& request,
    proto::BatchGetProfilesResponse& reply) {
  if (request.names().empty() || request.names_size() > kMaxBatchGet) {
    return InvalidField(reason::kInvalidArgument, "names",
                        absl::StrCat(request.names_size(), " names; 1 to ", kMaxBatchGet,
                                     " are allowed"));
  }
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    if (absl::Status s = CheckProfileName(request.names(i), field); !s.ok()) return s;
  }
  size_t bytes = 0;
  for (int i = 0; i < request.names_size(); ++i) {
    absl::StatusOr<proto::Profile> profile = store()->Get(request.names(i), 0);
    if (!profile.ok()) return profile.status();
    bytes += profile->ByteSizeLong();
    if (bytes > kMaxBatchGetBytes) return ReplyTooLarge(i);
    AddLive(*profile);
    *reply.add_profiles() = *std::move(profile);
  }
  return absl::OkStatus();
}

absl::Status CalibrationService::DoListProfiles(const proto::ListProfilesRequest& request,
                                                proto::ListProfilesResponse& reply) {
  if (absl::Status s = CheckParent(request.parent(), "parent"); !s.ok()) return s;
  absl::StatusOr<Page> page =
      PageOf(request.page_size(), request.page_token(), request.parent());
  if (!page.ok()) return page.status();
  const std::string prefix =
      request.parent().empty() ? "" : absl::StrCat(request.parent(), "/prompts/");
  absl::StatusOr<store::ProfilePage> found =
      store()->List(prefix, page->size, page->position);
  if (!found.ok()) return found.status();
  for (proto::Profile& profile : found->profiles) {
    // The prefix of model "a" is also one of a model that is called "a/prompts/b".
    if (!request.parent().empty() && ParentOf(profile.name()) != request.parent())
      continue;
    AddLive(profile);
    *reply.add_profiles() = Summary(std::move(profile));
  }
  reply.set_next_page_token(TokenOf(found->next, request.parent()));
  return absl::OkStatus();
}

absl::Status CalibrationService::DoListProfileRevisions(
    const proto::ListProfileRevisionsRequest& request,
    proto::ListProfileRevisionsResponse& reply) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  absl::StatusOr<Page> page =
      PageOf(request.page_size(), request.page_token(), request.name());
  if (!page.ok()) return page.status();
  absl::StatusOr<store::ProfilePage> found =
      store()->ListRevisions(request.name(), page->size, page->position);
  if (!found.ok()) return found.status();
  for (proto::Profile& profile : found->profiles) {
    *reply.add_profiles() = Summary(std::move(profile));
  }
  reply.set_next_page_token(TokenOf(found->next, request.name()));
  return absl::OkStatus();
}

absl::Status CalibrationService::DoDeleteProfile(
    const proto::DeleteProfileRequest& request, google::protobuf::Empty&) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  if (absl::Status s = store()->Delete(request.name(), request.etag()); !s.ok()) return s;
  parts_.metrics.deletions.Add();
  parts_.log.Info("profile deleted", {{"name", request.name()}});
  return absl::OkStatus();
}

absl::Status CalibrationService::DoRollbackProfile(
    const proto::RollbackProfileRequest& request, proto::Profile& reply) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  if (request.revision() < 1) {
    return InvalidField(
        reason::kInvalidArgument, "revision",
        "the revision to go back to is required; ListProfileRevisions shows "
        "which are kept");
  }
  const bool was_active = ServesRevision(request.name(), request.revision());
  absl::StatusOr<proto::Profile> profile =
      store()->Rollback(request.name(), request.revision(), request.etag());
  if (!profile.ok()) return profile.status();
  reply = *std::move(profile);
  if (was_active) return absl::OkStatus();  // nothing was changed
  parts_.metrics.rollbacks.Add();
  parts_.log.Info("profile rolled back",
                  {{"name", reply.name()}, {"revision", reply.revision()}});
  return absl::OkStatus();
}

absl::Status CalibrationService::DoRankProfiles(const proto::RankProfilesRequest& request,
                                                proto::RankProfilesResponse& reply) {
  if (absl::Status s = CheckParent(request.parent(), "parent"); !s.ok()) return s;
  return Rank(request, parts_.live, reply);
}

}  // namespace calibrd::service

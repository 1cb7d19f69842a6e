// SPDX-License-Identifier: Apache-2.0
#include "engine/retention.h"

#include <utility>
#include <vector>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using metadata::Artifact;
using metadata::Run;
using metadata::Transaction;

namespace {

constexpr int64_t kBatch = 200;

}  // namespace

Retention::Retention(const RetentionOptions& options, metadata::MetadataStore& metadata,
                     Executor& executor, ArtifactStore& artifacts, const base::Clock& clock,
                     base::Logger& logger, RunRoot run_root)
    : options_(options),
      metadata_(metadata),
      executor_(executor),
      artifacts_(artifacts),
      clock_(clock),
      logger_(logger),
      run_root_(std::move(run_root)) {}

Retention::~Retention() { Stop(); }

void Retention::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Retention::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Retention::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (Status swept = Sweep(); !swept) {
      logger_.Warning("cannot delete what is over its time; trying again later",
                      {{"error", swept.error().message()}});
    }
    lock.lock();
    wake_.wait_for(lock, options_.between_sweeps, [this] { return stopping_; });
  }
}

Status Retention::DeleteRun(const std::string& run_id, bool with_artifacts) {
  std::string root;
  std::vector<std::string> removals;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Run run, metadata_.runs.Get(tx, run_id));
    if (!metadata::IsFinal(run.state)) {
      return Fail(Code::kAborted, "Run " + run_id + " has not ended");
    }
    PENSTOCK_TRY(std::string heir, metadata_.runs.UnfinishedHeir(tx, run_id));
    if (!heir.empty()) {
      return Fail(Code::kFailedPrecondition, "Run " + heir + " takes results from run " + run_id +
                                                 " and has not ended: delete it when that has");
    }
    if (!with_artifacts) PENSTOCK_RETURN_IF_ERROR(metadata_.artifacts.DisownByRun(tx, run_id));
    if (with_artifacts) root = run_root_(run);
    PENSTOCK_TRY(auto unused, metadata_.artifacts.OnlyOfRun(tx, run_id));
    PENSTOCK_RETURN_IF_ERROR(metadata_.runs.Delete(tx, run_id));
    for (const Artifact& artifact : unused) {
      PENSTOCK_RETURN_IF_ERROR(metadata_.artifacts.Delete(tx, artifact.id));
      // What it had taken over from a run that is gone lies at that one's address.
      const bool elsewhere = root.empty() || !artifact.uri.starts_with(root + "/");
      if (!with_artifacts || !artifact.owned || artifact.deleted_at || !elsewhere) continue;
      PENSTOCK_RETURN_IF_ERROR(metadata_.removals.Ask(tx, artifact.uri, clock_.Now()));
      removals.push_back(artifact.uri);
    }
    if (root.empty()) return {};
    return metadata_.removals.Ask(tx, root, clock_.Now());
  };
  PENSTOCK_RETURN_IF_ERROR(metadata_.database.Write(write));
  executor_.ForgetRun(run_id);
  if (!root.empty()) removals.push_back(root);
  for (const std::string& uri : removals) {
    if (Status removed = Remove(uri); !removed) {
      logger_.Warning("cannot remove what a deleted run has stored; trying again later",
                      {{"run", run_id}, {"error", removed.error().message()}});
    }
  }
  return {};
}

// Carries out an order to remove, and forgets it unless something is locked.
Status Retention::Remove(const std::string& uri) {
  PENSTOCK_TRY(auto keep, metadata_.artifacts.UrisBelow(uri));
  auto locked = artifacts_.Remove(uri, keep);
  // What is no place of this store is not ours to remove.
  const bool foreign = !locked && locked.error().code() == Code::kInvalidArgument;
  if (!locked && !foreign) return Fail(std::move(locked).error());
  if (!foreign && *locked > 0) return {};
  return metadata_.database.Write(
      [&](Transaction& tx) { return metadata_.removals.Done(tx, uri); });
}

Status Retention::CheckDeletable(Transaction& tx, const Artifact& artifact, bool force) {
  const std::string what = "Artifact " + artifact.id;
  if (artifact.deleted_at) return Fail(Code::kFailedPrecondition, what + " is deleted already");
  if (!artifact.owned) {
    return Fail(Code::kFailedPrecondition,
                what + " was not stored by a task of a run that is kept: delete " + artifact.uri +
                    " where it lies");
  }
  PENSTOCK_TRY(std::string run, metadata_.artifacts.UnfinishedUser(tx, artifact.id));
  if (!run.empty()) {
    return Fail(Code::kFailedPrecondition,
                what + " is used by run " + run + ", which has not ended");
  }
  PENSTOCK_TRY(int64_t entries, metadata_.cache.CountOf(tx, artifact.id));
  if (entries > 0 && !force) {
    return Fail(Code::kFailedPrecondition, what +
                                               " is kept for the cache: invalidate its entries, "
                                               "or say force=true to drop them with it");
  }
  return metadata_.cache.DeleteOf(tx, artifact.id);
}

Status Retention::DeleteArtifact(const std::string& artifact_id, bool force) {
  PENSTOCK_TRY(Artifact artifact, metadata_.artifacts.Get(artifact_id));
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(CheckDeletable(tx, artifact, force));
    PENSTOCK_RETURN_IF_ERROR(metadata_.artifacts.MarkDeleted(tx, artifact.id, clock_.Now()));
    return metadata_.removals.Ask(tx, artifact.uri, clock_.Now());
  };
  PENSTOCK_RETURN_IF_ERROR(metadata_.database.Write(write));
  PENSTOCK_TRY(uint64_t locked, artifacts_.Remove(artifact.uri, {}));
  auto finish = [&](Transaction& tx) -> Status {
    if (locked > 0) {
      PENSTOCK_RETURN_IF_ERROR(metadata_.artifacts.MarkDeleted(tx, artifact.id, std::nullopt));
    }
    return metadata_.removals.Done(tx, artifact.uri);
  };
  PENSTOCK_RETURN_IF_ERROR(metadata_.database.Write(finish));
  if (locked == 0) return {};
  return Fail(Code::kFailedPrecondition, "Artifact " + artifact.id +
                                             " is locked in its bucket, by a retention or a legal "
                                             "hold, and stays");
}

Status Retention::Sweep() {
  std::lock_guard lock(sweeping_);
  PENSTOCK_RETURN_IF_ERROR(ForgetCache());
  PENSTOCK_RETURN_IF_ERROR(ExpireRuns());
  PENSTOCK_RETURN_IF_ERROR(ExpireExperiments());
  PENSTOCK_RETURN_IF_ERROR(CollectArtifacts());
  return RemoveBytes();
}

Status Retention::ForgetCache() {
  if (!options_.keep_cache) return {};
  return metadata_.database.Write([&](Transaction& tx) -> Status {
    PENSTOCK_TRY(int64_t count,
                 metadata_.cache.DeleteUnusedSince(tx, clock_.Now() - *options_.keep_cache));
    if (count > 0) logger_.Info("cache entries not used for long are gone", {{"entries", count}});
    return {};
  });
}

Status Retention::ExpireRuns() {
  metadata::RunTable::Expiry expiry;
  expiry.now = clock_.Now();
  if (options_.keep_runs) expiry.ended_before = expiry.now - *options_.keep_runs;
  if (options_.keep_archived_runs) {
    expiry.archived_ended_before = expiry.now - *options_.keep_archived_runs;
  }
  size_t deleted = 0;
  for (bool more = true; more;) {
    PENSTOCK_TRY(auto ids, metadata_.runs.ExpiredIds(expiry, kBatch));
    more = false;
    for (const std::string& id : ids) {
      Status done = DeleteRun(id, true);
      if (done) ++deleted, more = true;
      // Deleted, retried or resumed by somebody meanwhile.
      if (done || done.error().code() == Code::kNotFound || done.error().code() == Code::kAborted ||
          done.error().code() == Code::kFailedPrecondition) {
        continue;
      }
      return done;
    }
  }
  if (deleted > 0) logger_.Info("runs over their time are deleted", {{"runs", uint64_t{deleted}}});
  return {};
}

Status Retention::ExpireExperiments() {
  if (!options_.keep_experiments) return {};
  return metadata_.database.Write([&](Transaction& tx) -> Status {
    PENSTOCK_TRY(int64_t count,
                 metadata_.experiments.DeleteIdle(tx, clock_.Now() - *options_.keep_experiments,
                                                  options_.kept_experiment));
    if (count > 0)
      logger_.Info("experiments over their time are deleted", {{"experiments", count}});
    return {};
  });
}

Status Retention::CollectArtifacts() {
  while (true) {
    PENSTOCK_TRY(auto unused, metadata_.artifacts.ListUnused(kBatch));
    if (unused.empty()) return {};
    auto write = [&](Transaction& tx) -> Status {
      for (const Artifact& artifact : unused) {
        PENSTOCK_TRY(bool used, metadata_.artifacts.IsUsed(tx, artifact.id));
        if (used) continue;
        PENSTOCK_RETURN_IF_ERROR(metadata_.artifacts.Delete(tx, artifact.id));
        if (!artifact.owned || artifact.deleted_at) continue;
        PENSTOCK_RETURN_IF_ERROR(metadata_.removals.Ask(tx, artifact.uri, clock_.Now()));
      }
      return {};
    };
    PENSTOCK_RETURN_IF_ERROR(metadata_.database.Write(write));
    if (static_cast<int64_t>(unused.size()) < kBatch) return {};
  }
}

Status Retention::RemoveBytes() {
  // What is locked comes last next time, since it is asked for again.
  PENSTOCK_TRY(auto uris, metadata_.removals.List(100'000));
  for (const std::string& uri : uris) PENSTOCK_RETURN_IF_ERROR(Remove(uri));
  return {};
}

}  // namespace penstock::engine

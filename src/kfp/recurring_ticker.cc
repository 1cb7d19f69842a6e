// SPDX-License-Identifier: Apache-2.0
#include "kfp/recurring_ticker.h"

#include <chrono>

#include "kfp/recurring_run_message.h"
#include "kfp/run_creation.h"
#include "kfp/stable_id.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Status;
using metadata::RecurringRun;
using metadata::Run;
using metadata::Transaction;

constexpr std::chrono::seconds kBetweenLooks{1};

// What will not get better by trying again: the tick is given up, with its error shown.
bool IsLasting(const base::Error& error) {
  return error.code() == Code::kInvalidArgument || error.code() == Code::kNotFound ||
         error.code() == Code::kFailedPrecondition || error.code() == Code::kUnimplemented ||
         error.code() == Code::kPermissionDenied;
}

}  // namespace

std::string RunIdOfTick(const std::string& recurring_run_id, base::Time tick) {
  return StableId(recurring_run_id + "/" + std::to_string(base::ToMicros(tick)));
}

void RecurringTicker::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void RecurringTicker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RecurringTicker::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    bool more = Tick();
    lock.lock();
    if (!more) stop_changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_; });
  }
}

bool RecurringTicker::Tick() {
  auto enabled = backend_.metadata.recurring_runs.Enabled();
  if (!enabled) {
    backend_.logger.Error("recurring runs cannot be read", {{"error", enabled.error().message()}});
    return false;
  }
  bool more = false;
  for (const RecurringRun& small : *enabled) {
    if (TickOne(small)) more = true;
  }
  return more;
}

// Whether a tick was done with.
bool RecurringTicker::TickOne(const RecurringRun& small) {
  const base::Time now = backend_.clock.Now();
  auto tick = schedule::NextTick(
      TriggerOf(small), {small.created_at, small.last_tick_at, small.catch_up}, now, zone_);
  if (!tick || *tick > now) return false;
  auto& recurring_runs = backend_.metadata.recurring_runs;
  auto unfinished = recurring_runs.UnfinishedRuns(small.id);
  if (!unfinished || static_cast<int64_t>(unfinished->size()) >= small.max_concurrency) {
    return false;
  }
  auto recurring = recurring_runs.Get(small.id);
  if (!recurring || !recurring->enabled) return false;
  Status made = MakeRun(*recurring, *tick);
  if (!made && made.error().code() == Code::kAlreadyExists) made = {};  // before a crash
  if (!made) {
    backend_.logger.Warning("a recurring run's run cannot be made",
                            {{"recurring_run", small.id}, {"error", made.error().message()}});
    if (!IsLasting(made.error())) return false;
  }
  recurring->last_tick_at = *tick;
  recurring->error = made ? "" : made.error().message();
  if (made) ++recurring->next_index;
  Status stored = backend_.metadata.database.Write(
      [&](Transaction& tx) { return recurring_runs.UpdateTick(tx, *recurring); });
  if (!stored && stored.error().code() != Code::kNotFound) {
    backend_.logger.Error("a recurring run cannot be written",
                          {{"recurring_run", small.id}, {"error", stored.error().message()}});
  }
  return stored.has_value();
}

Status RecurringTicker::MakeRun(const RecurringRun& recurring, base::Time tick) {
  Run run;
  run.id = RunIdOfTick(recurring.id, tick);
  run.display_name = recurring.display_name + "-" + std::to_string(recurring.next_index);
  run.description = recurring.description;
  run.service_account = recurring.service_account;
  run.parameters = recurring.parameters;
  run.pipeline_root = recurring.pipeline_root;
  run.recurring_run_id = recurring.id;
  run.plugins_input = recurring.plugins_input;
  run.caching = recurring.caching;
  run.keep_seconds = recurring.keep_seconds;
  run.priority = recurring.priority;
  run.experiment_id = recurring.experiment_id;
  run.scheduled_at = tick;
  text::Json spec;
  if (!recurring.spec_json.empty()) {
    PENSTOCK_TRY(spec, text::ParseJson(recurring.spec_json));
  }
  PENSTOCK_TRY(ir::PipelinePackage package,
               ReadSource(backend_, recurring.spec_json.empty() ? nullptr : &spec,
                          recurring.pipeline_id, recurring.pipeline_version_id, run));
  PENSTOCK_RETURN_IF_ERROR(
      StartRun(backend_, std::move(run), std::move(package), recurring.next_index));
  return {};
}

}  // namespace penstock::kfp

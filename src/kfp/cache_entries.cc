// SPDX-License-Identifier: Apache-2.0
#include "kfp/cache_entries.h"

#include <string>

#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"
#include "kfp/task_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::CacheEntry;
using metadata::CacheSelection;
using metadata::Transaction;
using text::Json;

Json EntryMessage(const CacheEntry& entry) {
  Json message = EmptyMessage();
  PutText(message, "task_id", entry.id);
  PutText(message, "run_id", entry.run_id);
  PutText(message, "pipeline_name", entry.pipeline_name);
  PutText(message, "task_name", entry.task_name);
  PutText(message, "fingerprint", entry.fingerprint);
  PutJson(message, "output_parameters", Json(entry.outputs));
  for (const metadata::CacheArtifact& kept : entry.artifacts) {
    Json item = EmptyMessage();
    PutText(item, "artifact_key", kept.key);
    item["artifacts"].Append(ArtifactMessage(kept.artifact));
    message["output_artifacts"].Append(std::move(item));
  }
  PutTime(message, "created_at", entry.created_at);
  PutTime(message, "last_used_at", entry.used_at);
  PutInt64(message, "hits", entry.hits);
  return message;
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.cache.List(query));
  return PageMessage("cache_entries", page, EntryMessage);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(CacheEntry entry, backend.metadata.cache.Get(call.Param("task_id")));
  return EntryMessage(entry);
}

Result<int64_t> Invalidate(Backend& backend, const CacheSelection& selection) {
  int64_t count = 0;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(count, backend.metadata.cache.Delete(tx, selection));
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return count;
}

Result<Json> Delete(Backend& backend, Call& call) {
  CacheSelection selection;
  selection.id = call.Param("task_id");
  PENSTOCK_TRY(int64_t count, Invalidate(backend, selection));
  if (count == 0) return Fail(Code::kNotFound, "Cache entry " + selection.id + " not found");
  return EmptyMessage();
}

// Of a request that names nothing, everything would be selected: that has to be said.
Result<Json> InvalidateSelected(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, "InvalidateCacheRequest");
  CacheSelection selection;
  selection.fingerprint = reader.Text("fingerprint");
  selection.pipeline_name = reader.Text("pipeline_name");
  selection.task_name = reader.Text("task_name");
  selection.run_id = reader.Text("run_id");
  const Json* all = reader.Any("all");
  if (all != nullptr && !all->is_bool()) reader.Fail("InvalidateCacheRequest.all is true or false");
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  const bool named = !selection.fingerprint.empty() || !selection.pipeline_name.empty() ||
                     !selection.task_name.empty() || !selection.run_id.empty();
  if (named == (all != nullptr && all->as_bool())) {
    return Fail(Code::kInvalidArgument,
                "say which entries: fingerprint, pipeline_name, task_name or run_id (those that "
                "match all that are given), or all alone for every one");
  }
  PENSTOCK_TRY(int64_t count, Invalidate(backend, selection));
  Json message = EmptyMessage();
  PutInt64(message, "invalidated", count);
  return message;
}

}  // namespace

void AddCacheEntryRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/cache_entries";
  const std::string one = all + "/{task_id}";
  JsonRoutes routes(router, backend);
  routes.Add("GET", all, "Failed to list cache entries", List);
  routes.Add("POST", all + ":invalidate", "Failed to invalidate cache entries", InvalidateSelected);
  routes.Add("GET", one, "Failed to get a cache entry", Get);
  routes.Add("DELETE", one, "Failed to invalidate a cache entry", Delete);
}

}  // namespace penstock::kfp

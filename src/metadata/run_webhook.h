// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"
#include "metadata/run.h"

namespace penstock::metadata {

// A receiver of runs' changes of state.
struct RunWebhook {
  std::string id;
  std::string display_name;  // unique
  std::string url;
  std::string secret;               // that messages are signed with; "" for none
  std::vector<std::string> states;  // that it hears of, by name
  std::string experiment_id;        // "": of all
  std::string pipeline_id;          // "": of all
  bool enabled = true;
  base::Time created_at;
  int64_t delivered = 0;
  int64_t failed = 0;  // attempts
  std::string error;   // of the latest attempt, or ""
};

// A change that a webhook is still to hear of.
struct QueuedChange {
  int64_t sequence = 0;
  std::string webhook_id;
  std::string run_id;
  RuntimeState state = RuntimeState::kUnspecified;
  RuntimeState previous_state = RuntimeState::kUnspecified;
  base::Time changed_at;
};

// Rows are found by id; a missing one is kNotFound "Webhook <id> not found". What is queued is
// written by the database itself together with the change of state, up to 10,000 a webhook.
// Thread-safe.
class RunWebhookTable {
 public:
  explicit RunWebhookTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const RunWebhook& webhook);  // kAlreadyExists: name taken
  base::Status Update(Transaction& tx, const RunWebhook& webhook);  // all but the numbers
  base::Status Delete(Transaction& tx, const std::string& id);      // with what is queued
  base::Result<RunWebhook> Get(const std::string& id);
  base::Result<RunWebhook> Get(Transaction& tx, const std::string& id);
  base::Result<Page<RunWebhook>> List(const ListQuery& query);

  // The oldest change of each enabled webhook that has any.
  base::Result<std::vector<QueuedChange>> Oldest();
  base::Status Dequeue(Transaction& tx, const QueuedChange& change, bool delivered);
  base::Status CountFailure(Transaction& tx, const std::string& id, const std::string& error);

 private:
  Database& database_;
};

}  // namespace penstock::metadata

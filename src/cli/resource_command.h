// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "text/json.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock pipeline`, `experiment`, `recurring-run`, `trigger` and `webhook`, and what `penstock
// run` has for runs that are there: list, get, create, delete and what else each of them takes.
class ResourceCommand {
 public:
  // What is listed of a kind of resource. Everything outlives the command.
  struct Kind {
    std::string_view path;                                                 // "/experiments"
    std::string_view list_key;                                             // of a list's answer
    std::array<std::pair<std::string_view, std::string_view>, 4> columns;  // heading, member
  };

  // Adds the commands of their own.
  void AddTo(CLI::App& app);
  // Adds list, get and so on to `penstock run`.
  void AddToRun(CLI::App& run);
  // Whether one of them was given.
  bool chosen() const { return action_ != nullptr; }
  int Run(std::ostream& out, std::ostream& err);

 private:
  using Action = std::function<base::Status(std::ostream&)>;

  CLI::App* Add(CLI::App& group, const std::string& name, const std::string& help, Action action);
  void AddCommon(CLI::App& group, const Kind& kind, const std::string& noun);
  void AddVerbs(CLI::App& group, const Kind& kind, std::initializer_list<const char*> verbs);
  void AddSwitch(CLI::App& group, const Kind& kind);
  void AddPipelines(CLI::App& app);
  void AddExperiments(CLI::App& app);
  void AddRecurringRuns(CLI::App& app);
  void AddTriggers(CLI::App& app);
  void AddWebhooks(CLI::App& app);
  void AddStart(CLI::App& command);  // which pipeline, with which parameters

  base::Status List(const Kind& kind, std::ostream& out) const;
  base::Status Get(const Kind& kind, std::ostream& out) const;
  base::Status Delete(const Kind& kind, std::ostream& out) const;
  base::Status Post(const Kind& kind, const text::Json& body, std::ostream& out) const;
  base::Status UploadPipeline(std::ostream& out) const;
  base::Status ShowLog(std::ostream& out) const;
  base::Result<text::Json> StartBody() const;
  void Show(const text::Json& answer, std::ostream& out) const;

  ApiClient client_;
  const Action* action_ = nullptr;
  std::deque<Action> actions_;
  std::string id_, name_, description_, output_ = "text";
  std::string filter_, sort_by_, experiment_id_, pipeline_id_, version_id_;
  std::vector<std::string> parameters_;
  std::string file_, cron_, bucket_, prefix_, suffix_, url_, secret_;
  std::vector<std::string> states_;
  int64_t limit_ = 100, interval_ = 0, concurrency_ = 1;
  bool no_catchup_ = false, cascade_ = false;
};

}  // namespace penstock::cli

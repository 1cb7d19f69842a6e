// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "text/json.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// `penstock run`: makes runs on a running server, from a compiled pipeline or from other runs, or
// says what they would do.
class RunCommand {
 public:
  CLI::App* AddTo(CLI::App& app);
  int Run(std::ostream& out, std::ostream& err);

 private:
  void AddDerived(CLI::App& run, const std::string& verb, const std::string& description);
  void AddCommon(CLI::App& command);
  base::Result<text::Json> Body() const;
  base::Status Go(std::ostream& out);
  base::Status ShowPlan(const text::Json& plan, std::ostream& out) const;
  base::Status Follow(const text::Json& run, std::ostream& out);

  ApiClient client_;
  std::string verb_;  // "resume", "rerun", "clone"; "" for a run of its own
  std::string run_id_;
  std::string file_;
  std::string from_task_;
  std::string locked_from_;              // of a run of its own
  bool locked_ = false;                  // of a derived one
  std::vector<std::string> parameters_;  // NAME=VALUE
  std::string name_;
  std::string experiment_id_;
  std::string caching_;
  int64_t keep_seconds_ = 0;
  int priority_ = 0;
  std::string output_ = "text";
  bool plan_ = false;
  bool wait_ = false;
  bool failed_ = false;  // the run that was waited for
};

// The pipeline in a file as the SDK compiles it, YAML or JSON, as a run's pipeline_spec wants it.
base::Result<text::Json> ReadPipelineFile(const std::string& path);
// NAME=VALUE; a value that is JSON is what that says, any other is a text.
base::Result<text::Json::Object> ReadParameters(const std::vector<std::string>& assignments);

}  // namespace penstock::cli

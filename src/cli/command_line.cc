// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <string>

#include <CLI/CLI.hpp>

#include "cli/admin_command.h"
#include "cli/cache_command.h"
#include "cli/environment_command.h"
#include "cli/named_values_command.h"
#include "cli/resource_command.h"
#include "cli/run_command.h"
#include "cli/server_command.h"
#include "cli/store_command.h"
#include "server/version.h"

namespace penstock::cli {
namespace {

constexpr const char* kFooter = R"(
Start a server on this machine and look at it:
  penstock server --data-dir ./penstock-data
Then, in Python, with the unmodified SDK:
  kfp.Client(host='http://127.0.0.1:8888').create_run_from_pipeline_func(...)
and with any S3 client: endpoint http://127.0.0.1:9000, keys in ./penstock-data/root-keys.json.

`penstock server --help` explains every option; `penstock admin --help` how to look after a running
server.)";

std::string VersionText() {
  return "penstock " + std::string(server::kVersion) + " (" + std::string(server::kCommit) + ")";
}

}  // namespace

int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App app{"Penstock: Kubeflow Pipelines and an S3 object store in one program.", "penstock"};
  app.footer(kFooter);
  app.set_version_flag("--version", VersionText());
  app.require_subcommand(1);
  app.set_config("--config", "",
                 "Read options from this file (TOML; server options under [server])");

  ServerCommand server_command;
  CLI::App* server = server_command.AddTo(app);
  AdminCommand admin_command;
  CLI::App* admin = admin_command.AddTo(app);
  RunCommand run_command;
  CLI::App* run = run_command.AddTo(app);
  ResourceCommand resource_command;
  resource_command.AddTo(app);
  resource_command.AddToRun(*run);
  CacheCommand cache_command;
  CLI::App* cache = cache_command.AddTo(app);
  EnvironmentCommand environment_command;
  CLI::App* environment = environment_command.AddTo(app);
  StoreCommand store_command;
  CLI::App* store = store_command.AddTo(app);
  NamedValuesCommand secret_command = NamedValuesCommand::Secrets();
  CLI::App* secret = secret_command.AddTo(app);
  NamedValuesCommand config_map_command = NamedValuesCommand::ConfigMaps();
  CLI::App* config_map = config_map_command.AddTo(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // A misspelt command leaves its group without one, and "required" alone would not say so.
    for (const std::string& word : app.remaining(true)) err << "'" << word << "' is not known. ";
    app.exit(error, out, err);
    return 2;
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error, out, err);
    return code == 0 ? 0 : 2;
  }
  if (server->parsed()) return server_command.Run(out, err);
  if (admin->parsed()) return admin_command.Run(out, err);
  if (resource_command.chosen()) return resource_command.Run(out, err);
  if (run->parsed()) return run_command.Run(out, err);
  if (cache->parsed()) return cache_command.Run(out, err);
  if (environment->parsed()) return environment_command.Run(out, err);
  if (store->parsed()) return store_command.Run(out, err);
  if (secret->parsed()) return secret_command.Run(out, err);
  if (config_map->parsed()) return config_map_command.Run(out, err);
  return 2;
}

}  // namespace penstock::cli

// SPDX-License-Identifier: Apache-2.0
#include "kfp/new_pipeline_version.h"

#include "ir/parse.h"
#include "kfp/package_fetch.h"
#include "kfp/package_file.h"
#include "kfp/stored_spec.h"

namespace penstock::kfp {

metadata::PipelineVersion MakePipelineVersion(Backend& backend, const PipelineRequest& request,
                                              const std::string& pipeline_id,
                                              const ir::PipelinePackage& package) {
  metadata::PipelineVersion version;
  version.id = backend.random.Uuid();
  version.pipeline_id = pipeline_id;
  version.name = request.name;
  version.display_name = request.display_name;
  version.description = request.description;
  version.created_at = backend.clock.Now();
  version.package_url = request.package_url;
  version.code_source_url = request.code_source_url;
  version.spec_json = StoredSpec(package);
  version.tags = request.tags.value_or(std::map<std::string, std::string>());
  return version;
}

base::Result<ir::PipelinePackage> ReadVersionSource(Backend& backend, PipelineRequest& request) {
  if (!request.package_url.empty() && request.spec != nullptr) {
    return base::Fail(base::Code::kInvalidArgument,
                      "the version has both package_url and pipeline_spec; give one");
  }
  if (request.spec != nullptr) return ir::ParsePackageJson(*request.spec);
  if (request.package_url.empty()) {
    return base::Fail(base::Code::kInvalidArgument,
                      "a version needs a pipeline: give package_url.pipeline_url, or the content "
                      "as pipeline_spec");
  }
  PENSTOCK_TRY(FetchedPackage fetched,
               FetchPackage(backend.options.package_urls, request.package_url));
  return ParsePackageFile(fetched.filename, fetched.content);
}

base::Result<ir::PipelinePackage> ParsePackageFile(std::string_view filename,
                                                   std::string_view content) {
  auto parse = [&]() -> base::Result<ir::PipelinePackage> {
    PENSTOCK_TRY(std::string text, ReadPackageFile(filename, content));
    return ir::ParsePackage(text);
  };
  auto package = parse();
  if (package || package.error().code() != base::Code::kResourceExhausted) return package;
  // What is too large is wrong with the file; it is not that there were too many requests.
  return base::Fail(base::Code::kInvalidArgument,
                    package.error().message() +
                        ": a package has at most 32 MiB, before and after it is unpacked");
}

}  // namespace penstock::kfp

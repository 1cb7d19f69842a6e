// SPDX-License-Identifier: Apache-2.0
#include "executor/local/output_collector.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/artifact_handover.h"
#include "ir/executor_io.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr size_t kMaxOutputFile = size_t{32} << 20;
constexpr size_t kMaxParameterFile = size_t{1} << 20;

std::string ErrorText(int error) { return std::generic_category().message(error); }

// Opens what lies below a folder, following no link on the way.
Result<sys::UniqueFd> OpenBelow(const std::string& folder, const std::string& path, int flags) {
  sys::UniqueFd root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return Fail(Code::kNotFound, folder + " is not there");
  const std::string relative = path.substr(std::min(path.size(), folder.size() + 1));
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const long fd = ::syscall(SYS_openat2, root.get(), relative.c_str(), &how, sizeof(how));
  if (fd >= 0) return sys::UniqueFd(static_cast<int>(fd));
  if (errno == ENOENT || errno == ENOTDIR) return Fail(Code::kNotFound, "nothing there");
  if (errno == ELOOP || errno == EXDEV) {
    return Fail(Code::kInvalidArgument, "it is a symbolic link, or lies behind one");
  }
  return Fail(Code::kInvalidArgument, ErrorText(errno));
}

bool IsAtOrBelow(std::string_view path, std::string_view folder) {
  return path == folder ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool IsPlainFileInside(const fs::path& root, const fs::path& link) {
  std::error_code error;
  const fs::path target = fs::read_symlink(link, error);
  if (error || target.is_absolute()) return false;
  const fs::path real = fs::canonical(link, error);
  const fs::path real_root = error ? root : fs::canonical(root, error);
  if (error || !fs::is_regular_file(real, error)) return false;
  const fs::path relative = real.lexically_relative(real_root);
  return !relative.empty() && *relative.begin() != "..";
}

Status CheckEntry(const fs::path& root, const fs::directory_entry& entry) {
  std::error_code error;
  const fs::file_status status = entry.symlink_status(error);
  if (fs::is_regular_file(status) || fs::is_directory(status)) return {};
  const std::string name = entry.path().lexically_relative(root).string();
  if (!fs::is_symlink(status)) {
    return Fail(Code::kInvalidArgument, "'" + name + "' in it is no file and no folder");
  }
  if (IsPlainFileInside(root, entry.path())) return {};
  return Fail(Code::kInvalidArgument,
              "'" + name + "' in it is a symbolic link to something that is no file inside it");
}

// The part of an artifact's place on disk that is ours: what lies below may have been made by the
// task.
std::string TrustedFolder(const WorkFolder& work, const std::string& on_disk) {
  const std::string& folder = work.folder();
  const std::string& workspace = work.workspace();
  if (!workspace.empty() && on_disk.compare(0, workspace.size() + 1, workspace + "/") == 0) {
    return workspace;
  }
  for (const char* name : {"/mirror", "/tmp", "/home"}) {
    const std::string trusted = folder + name;
    if (on_disk.compare(0, trusted.size() + 1, trusted + "/") == 0) return trusted;
  }
  // Without a sandbox: /minio and so on.
  return on_disk.substr(0, on_disk.find('/', 1));
}

class Collector {
 public:
  Collector(const engine::TaskLaunch& launch, const WorkFolder& work,
            const std::vector<BoundFolder>& inputs, engine::ArtifactStore& artifacts,
            const std::function<void(std::string_view)>& note)
      : launch_(launch), work_(work), inputs_(inputs), artifacts_(artifacts), note_(note) {}

  Result<CollectedOutputs> Run() {
    PENSTOCK_TRY(std::string output_json, ReadTaskFile(launch_.input.output_file, kMaxOutputFile));
    std::map<std::string, std::string> parameter_files;
    for (const auto& [name, path] : launch_.input.output_parameter_files) {
      auto text = ReadTaskFile(path, kMaxParameterFile, true);
      if (text) {
        parameter_files.emplace(name, std::move(*text));
      } else if (text.error().code() != Code::kNotFound) {
        return Fail(std::move(text).error().Wrap("output parameter '" + name + "'"));
      }
    }
    auto said = ir::ParseExecutorOutput(output_json, parameter_files, launch_.component);
    if (!said) return Fail(Code::kInvalidArgument, said.error().message());
    CollectedOutputs outputs;
    outputs.parameters = std::move(said->parameters);
    std::map<std::string, ir::RuntimeArtifact> merged;
    for (const auto& [name, declared] : launch_.input.output_artifacts) {
      merged[name] = Merge(name, declared, *said);
      paths_.push_back(PathOf(merged[name]));
    }
    for (auto& [name, artifact] : merged) {
      PENSTOCK_TRY(auto published, PublishOne(name, std::move(artifact)));
      outputs.artifacts[name].push_back(std::move(published));
    }
    return outputs;
  }

 private:
  // "" for a file that is not there, unless that is to be told.
  Result<std::string> ReadTaskFile(const std::string& path, size_t limit, bool must_exist = false) {
    if (path.empty() && !must_exist) return std::string();
    const auto on_disk = work_.OnDisk(path);
    if (!on_disk) return Fail(Code::kNotFound, path + " is no place of the task's");
    auto text = ReadBelow(TrustedFolder(work_, *on_disk), *on_disk, limit);
    if (text || (text.error().code() == Code::kNotFound && must_exist)) return text;
    if (text.error().code() == Code::kNotFound) return std::string();
    return Fail(std::move(text).error().Wrap(path));
  }

  // What the task said of the artifact over what it was given (kfp-contract 2.4): only the first
  // element of each list counts.
  ir::RuntimeArtifact Merge(const std::string& name, const ir::RuntimeArtifact& declared,
                            const ir::ExecutorOutput& said) const {
    ir::RuntimeArtifact merged = declared;
    auto found = said.artifacts.find(name);
    if (found == said.artifacts.end() || found->second.empty()) return merged;
    const ir::RuntimeArtifact& own = found->second.front();
    if (!own.uri.empty()) merged.uri = own.uri;
    if (!own.custom_path.empty()) merged.custom_path = own.custom_path;
    for (const auto& [key, value] : own.metadata) merged.metadata[key] = value;
    return merged;
  }

  static std::string PathOf(const ir::RuntimeArtifact& artifact) {
    return artifact.custom_path.empty() ? ir::LocalPath(artifact.uri) : artifact.custom_path;
  }

  // In a sandbox nothing of the task is left that could still write, and nobody looks into its
  // folders after us; but two outputs may be the same file, or one may hold the other.
  bool MayMove(const std::string& path) const {
    if (!work_.sandboxed() || !work_.MirrorOnDisk(path)) return false;
    return 1 == std::count_if(paths_.begin(), paths_.end(), [&](const std::string& other) {
             return IsAtOrBelow(path, other) || IsAtOrBelow(other, path);
           });
  }

  // Where it lies on disk, if it is something that the task was only given to read.
  std::optional<std::string> InputOnDisk(const std::string& path) const {
    if (!work_.sandboxed() || !work_.OnDisk(path)) return std::nullopt;
    for (const BoundFolder& input : inputs_) {
      if (IsAtOrBelow(path, input.target)) return input.source + path.substr(input.target.size());
    }
    return std::nullopt;
  }

  Result<engine::PublishedArtifact> PublishInput(const std::string& name, const std::string& path,
                                                 const std::string& on_disk,
                                                 engine::PublishedArtifact published) {
    const std::string& uri = published.artifact.uri;
    auto stored =
        ir::LocalPath(uri) == path ? artifacts_.Describe(uri) : artifacts_.Publish(on_disk, uri);
    if (stored) return WithStored(std::move(published), std::move(*stored));
    if (stored.error().code() != Code::kNotFound) {
      return Fail(std::move(stored).error().Wrap("storing output '" + name + "'"));
    }
    note_("output '" + name + "': there is nothing at " + path);
    return published;
  }

  static engine::PublishedArtifact WithStored(engine::PublishedArtifact published,
                                              engine::StoredArtifact stored) {
    published.size = static_cast<int64_t>(stored.size);
    published.directory = stored.directory;
    published.content = std::move(stored.content);
    return published;
  }

  Result<engine::PublishedArtifact> PublishOne(const std::string& name,
                                               ir::RuntimeArtifact artifact) {
    engine::PublishedArtifact published;
    const bool custom = !artifact.custom_path.empty();
    const std::string path = PathOf(artifact);
    published.artifact = std::move(artifact);
    if (auto input = InputOnDisk(path)) {
      return PublishInput(name, path, *input, std::move(published));
    }
    const auto on_disk = custom ? work_.OnDisk(path) : work_.MirrorOnDisk(path);
    if (!on_disk) {
      // An artifact that lives elsewhere (the task said so), or a path it cannot have written.
      note_("output '" + name + "': nothing of " + path + " is stored here");
      return published;
    }
    const Status allowed = CheckPublishable(TrustedFolder(work_, *on_disk), *on_disk);
    if (!allowed && allowed.error().code() == Code::kNotFound) {
      note_("output '" + name + "': the task wrote no file for it");
      return published;
    }
    if (!allowed) {
      return Fail(Code::kInvalidArgument,
                  "output artifact '" + name + "': " + allowed.error().message());
    }
    engine::ArtifactHandover* handover = engine::HandoverOf(artifacts_);
    auto stored = handover != nullptr && MayMove(path)
                      ? handover->PublishLast(*on_disk, published.artifact.uri)
                      : artifacts_.Publish(*on_disk, published.artifact.uri);
    if (!stored) return Fail(std::move(stored).error().Wrap("storing output '" + name + "'"));
    return WithStored(std::move(published), std::move(*stored));
  }

  const engine::TaskLaunch& launch_;
  const WorkFolder& work_;
  const std::vector<BoundFolder>& inputs_;
  engine::ArtifactStore& artifacts_;
  const std::function<void(std::string_view)>& note_;
  std::vector<std::string> paths_;  // of all outputs, as the task sees them
};

}  // namespace

Result<std::string> ReadBelow(const std::string& folder, const std::string& path, size_t limit) {
  // Not blocking, so that a named pipe does not hold us.
  PENSTOCK_TRY(sys::UniqueFd file, OpenBelow(folder, path, O_RDONLY | O_NONBLOCK));
  struct stat info;
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Fail(Code::kInvalidArgument, "it is no plain file");
  }
  if (static_cast<uint64_t>(info.st_size) > limit) {
    return Fail(Code::kInvalidArgument, "it has " + std::to_string(info.st_size) +
                                            " bytes; at most " + std::to_string(limit) +
                                            " are allowed");
  }
  std::string text(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  text.resize(done);
  return text;
}

Status CheckPublishable(const std::string& folder, const std::string& path) {
  PENSTOCK_TRY(sys::UniqueFd found, OpenBelow(folder, path, O_PATH));
  struct stat info;
  if (::fstat(found.get(), &info) != 0) return Fail(Code::kInvalidArgument, ErrorText(errno));
  if (S_ISREG(info.st_mode)) return {};
  if (!S_ISDIR(info.st_mode)) {
    return Fail(Code::kInvalidArgument, "it is neither a file nor a folder");
  }
  std::error_code error;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    PENSTOCK_RETURN_IF_ERROR(CheckEntry(path, *entry));
  }
  if (error) return Fail(Code::kInvalidArgument, "it cannot be read: " + error.message());
  return {};
}

Result<CollectedOutputs> CollectOutputs(const engine::TaskLaunch& launch, const WorkFolder& work,
                                        const std::vector<BoundFolder>& inputs,
                                        engine::ArtifactStore& artifacts,
                                        const std::function<void(std::string_view)>& note) {
  return Collector(launch, work, inputs, artifacts, note).Run();
}

void CollectInto(engine::TaskOutcome& outcome, const engine::TaskLaunch& launch,
                 const WorkFolder& work, const std::vector<BoundFolder>& inputs,
                 engine::ArtifactStore& artifacts,
                 const std::function<void(std::string_view)>& note) {
  auto outputs = CollectOutputs(launch, work, inputs, artifacts, note);
  if (outputs) {
    outcome.parameters = std::move(outputs->parameters);
    outcome.artifacts = std::move(outputs->artifacts);
    return;
  }
  note(outputs.error().message());
  outcome.kind = engine::TaskOutcome::Kind::kFailed;
  outcome.message = outputs.error().message();
  outcome.infrastructure = outputs.error().code() != Code::kInvalidArgument;
}

}  // namespace penstock::executor

// SPDX-License-Identifier: Apache-2.0
#include "executor/container/first_engine.h"

#include <atomic>
#include <utility>

namespace penstock::executor {
namespace {

using base::Code;
using base::Fail;
using base::Result;

class FirstEngine final : public ContainerEngine {
 public:
  explicit FirstEngine(std::vector<std::unique_ptr<ContainerEngine>> engines)
      : engines_(std::move(engines)), current_(engines_.front().get()) {}

  Result<std::string> Describe() override {
    if (auto same = current_.load()->Describe()) return same;
    std::string reasons;
    for (const auto& engine : engines_) {
      auto described = engine->Describe();
      if (described) {
        current_ = engine.get();
        return described;
      }
      reasons += (reasons.empty() ? "" : "; ") + described.error().message();
    }
    return Fail(Code::kUnavailable, reasons);
  }

  Result<ContainerImage> GetImage(const std::string& image, PullPolicy policy,
                                  const sys::LineSink& progress,
                                  const sys::CancelSignal& cancel) override {
    return current_.load()->GetImage(image, policy, progress, cancel);
  }

  Result<ContainerEnd> Run(const ContainerRequest& request, const ContainerHooks& hooks) override {
    return current_.load()->Run(request, hooks);
  }

  // From all that answer: another may have been the first when they were made.
  Result<size_t> RemoveAll(const std::string& label, const std::string& value) override {
    size_t removed = 0;
    for (const auto& engine : engines_) {
      if (!engine->Describe()) continue;
      PENSTOCK_TRY(size_t count, engine->RemoveAll(label, value));
      removed += count;
    }
    return removed;
  }

 private:
  const std::vector<std::unique_ptr<ContainerEngine>> engines_;
  std::atomic<ContainerEngine*> current_;
};

}  // namespace

std::unique_ptr<ContainerEngine> FirstEngineOf(
    std::vector<std::unique_ptr<ContainerEngine>> engines) {
  return std::make_unique<FirstEngine>(std::move(engines));
}

}  // namespace penstock::executor

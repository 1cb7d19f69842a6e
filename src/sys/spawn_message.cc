// SPDX-License-Identifier: Apache-2.0
#include "sys/spawn_message.h"

#include <algorithm>
#include <cstring>

namespace penstock::sys {
namespace {

class Writer {
 public:
  explicit Writer(std::vector<int>& files) : files_(files) {}

  void Number(uint64_t number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  void Text(const std::string& text) {
    Number(text.size());
    bytes_ += text;
  }
  // 0 for none.
  void File(int file) {
    if (file < 0) return Number(0);
    files_.push_back(file);
    Number(kFirstPlannedFile + files_.size() - 1);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::vector<int>& files_;
  std::string bytes_;
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::vector<int>& files) : bytes_(bytes), files_(files) {}

  uint64_t Number() {
    uint64_t number = 0;
    if (bytes_.size() < sizeof(number)) {
      good_ = false;
      return 0;
    }
    std::memcpy(&number, bytes_.data(), sizeof(number));
    bytes_.remove_prefix(sizeof(number));
    return number;
  }
  std::string Text() {
    const uint64_t size = Number();
    if (size > bytes_.size()) good_ = false;
    if (!good_) return {};
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  int File() {
    const uint64_t number = Number();
    if (number == 0) return -1;
    if (number < kFirstPlannedFile || number >= files_.size()) good_ = false;
    return good_ ? files_[number] : -1;
  }
  bool good() const { return good_; }
  bool AtEnd() const { return good_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  const std::vector<int>& files_;
  bool good_ = true;
};

void Write(Writer& writer, const MountAction& action) {
  writer.Number(static_cast<uint64_t>(action.call));
  for (const std::string* text : {&action.target, &action.source, &action.type, &action.data}) {
    writer.Text(*text);
  }
  writer.Number(action.flags);
  writer.Number(action.attributes);
  writer.Number(action.optional ? 1 : 0);
  writer.File(action.file);
}

MountAction ReadAction(Reader& reader) {
  MountAction action;
  action.call = static_cast<MountAction::Call>(reader.Number());
  for (std::string* text : {&action.target, &action.source, &action.type, &action.data}) {
    *text = reader.Text();
  }
  action.flags = reader.Number();
  action.attributes = reader.Number();
  action.optional = reader.Number() != 0;
  action.file = reader.File();
  return action;
}

}  // namespace

std::string EncodePlan(const ChildPlan& plan, std::vector<int>& files) {
  Writer writer(files);
  writer.Text(plan.sandbox.mount_point);
  writer.Text(plan.sandbox.hostname);
  writer.Number(plan.sandbox.own_network ? 1 : 0);
  writer.File(plan.sandbox.room);
  writer.File(plan.group_folder);
  writer.Number(plan.join_files.size());
  for (const int file : plan.join_files) writer.File(file);
  writer.Number(plan.sandbox.actions.size());
  for (const MountAction& action : plan.sandbox.actions) Write(writer, action);
  return writer.Take();
}

bool DecodePlan(std::string_view bytes, const std::vector<int>& files, ChildPlan& plan) {
  Reader reader(bytes, files);
  plan.sandboxed = true;
  plan.sandbox.mount_point = reader.Text();
  plan.sandbox.hostname = reader.Text();
  plan.sandbox.own_network = reader.Number() != 0;
  plan.sandbox.room = reader.File();
  plan.group_folder = reader.File();
  for (uint64_t left = reader.Number(); left > 0 && reader.good(); --left) {
    plan.join_files.push_back(reader.File());
  }
  for (uint64_t left = reader.Number(); left > 0 && reader.good(); --left) {
    plan.sandbox.actions.push_back(ReadAction(reader));
  }
  return reader.AtEnd();
}

}  // namespace penstock::sys

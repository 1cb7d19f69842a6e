// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "store/content_pins.h"
#include "store/core.h"
#include "store/object_store.h"
#include "store/records.h"

namespace penstock::store {

// What keeps a content of data files readable after the object is gone: its files, and the rows
// that describe them.
struct ContentView {
  ContentPins::Pin pin;
  IndexSnapshot snapshot;
};

class ContentReader : public ObjectReader {
 public:
  // Read() into memory. Holds none of the bytes afterwards.
  virtual base::Status Fill(uint64_t offset, std::span<char> memory) = 0;
};

// A reader of a content; one of data files needs the view. `place` names the object in errors.
base::Result<std::unique_ptr<ContentReader>> MakeObjectReader(Core& core, std::string place,
                                                              ObjectInfo info,
                                                              ContentRecord content,
                                                              std::optional<ContentView> view);

}  // namespace penstock::store

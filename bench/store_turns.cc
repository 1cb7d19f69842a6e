// SPDX-License-Identifier: Apache-2.0
//
// Whether the object engine's speed depends on the number of objects: two stores that
// penstock_store_scale filled, at rest, by turns in one process.
//
// usage: penstock_store_turns DIRECTORY OBJECTS DIRECTORY OBJECTS [TURNS [ROW]]
//
// Prints a line of JSON for each row: CPU of the thread for one call, in microseconds, of either
// store (least, lower tenth, median of the turns), and how the second compares with the first.
// What is in neither the block cache nor the system's page cache is read from the disk: warm up
// with a run that is not counted. Writes change the stores a little.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <time.h>

#include "base/log.h"
#include "store/object_store.h"
#include "store_keys.h"

namespace {

using penstock::store::ObjectStore;

constexpr char kBucket[] = "scale";

[[noreturn]] void Give(const penstock::base::Error& error) {
  std::fprintf(stderr, "penstock_store_turns: %s\n", error.message().c_str());
  std::exit(1);
}

double ThreadMicroseconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

struct Side {
  std::unique_ptr<ObjectStore> store;
  uint64_t objects;
};

class Turns {
 public:
  Turns(std::array<Side, 2> sides, size_t turns, std::string only)
      : sides_(std::move(sides)), turns_(turns), only_(std::move(only)) {
    for (char& byte : bytes_) byte = static_cast<char>(random_());
  }

  void Measure() {
    Row("list 1000", 60, [this](Side& side) { List(side, 1000); });
    Row("list 100", 300, [this](Side& side) { List(side, 100); });
    Row("get", 2000, [this](Side& side) {
      auto reader = side.store->OpenObject(kBucket, Any(side));
      if (!reader) Give(reader.error());
      penstock::base::StringSink sink;
      if (auto read = (*reader)->Read(0, bytes_.size(), sink); !read) Give(read.error());
    });
    Row("stat", 2000, [this](Side& side) {
      if (auto info = side.store->GetObjectInfo(kBucket, Any(side)); !info) Give(info.error());
    });
    Row("put over one", 300, [this](Side& side) { Put(side, Any(side)); });
    Row("put and delete a new one", 200, [this](Side& side) {
      std::vector<penstock::store::DeleteTarget> targets(1);
      targets[0].key = "new/" + Any(side);
      Put(side, targets[0].key);
      if (auto done = side.store->DeleteObjects(kBucket, targets); !done) Give(done.error());
    });
  }

 private:
  std::string Any(const Side& side) {
    return KeyOf(std::uniform_int_distribution<uint64_t>(0, side.objects - 1)(random_));
  }

  void List(Side& side, size_t entries) {
    penstock::store::ListOptions options;
    options.start_after = Any(side);
    options.max_entries = entries;
    if (auto page = side.store->ListObjects(kBucket, options); !page) Give(page.error());
  }

  void Put(Side& side, const std::string& key) {
    penstock::base::StringSource source(bytes_);
    if (auto put = side.store->PutObject(kBucket, key, source, {}); !put) Give(put.error());
  }

  void Row(const char* name, size_t calls, const std::function<void(Side&)>& call) {
    if (!std::string_view(name).starts_with(only_)) return;
    auto turn = [&](Side& side) {
      double began = ThreadMicroseconds();
      for (size_t i = 0; i < calls; ++i) call(side);
      return (ThreadMicroseconds() - began) / static_cast<double>(calls);
    };
    for (size_t warm_up = 0; warm_up < 5; ++warm_up) {
      for (Side& side : sides_) turn(side);
    }
    std::array<std::vector<double>, 3> taken;  // of either side, and the ratio of each turn
    for (size_t i = 0; i < turns_; ++i) {
      double first = turn(sides_[0]), second = turn(sides_[1]);
      taken[0].push_back(first);
      taken[1].push_back(second);
      taken[2].push_back(second / first);
    }
    for (auto& values : taken) std::sort(values.begin(), values.end());
    std::printf("{\"row\": \"%s\"", name);
    for (size_t s = 0; s < 2; ++s) {
      std::printf(", \"%s\": {\"objects\": %llu, ", s == 0 ? "first" : "second",
                  static_cast<unsigned long long>(sides_[s].objects));
      std::printf("\"least_us\": %.1f, \"tenth_us\": %.1f, \"median_us\": %.1f}", taken[s][0],
                  taken[s][turns_ / 10], taken[s][turns_ / 2]);
    }
    std::printf(", \"ratio_median\": %.3f, \"ratio_quartiles\": [%.3f, %.3f]}\n",
                taken[2][turns_ / 2], taken[2][turns_ / 4], taken[2][turns_ * 3 / 4]);
    std::fflush(stdout);
  }

  std::array<Side, 2> sides_;
  size_t turns_;
  std::string only_;
  std::mt19937_64 random_{1};
  std::string bytes_ = std::string(1024, '\0');
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: penstock_store_turns DIR OBJECTS DIR OBJECTS [TURNS [ROW]]\n");
    return 2;
  }
  auto files = penstock::sys::MakePosixFileSystem();
  penstock::base::SystemClock clock;
  penstock::base::SystemRandom random;
  auto logger = penstock::base::MakeStderrLogger(penstock::base::LogLevel::kWarning, false);
  std::array<Side, 2> sides;
  for (size_t s = 0; s < 2; ++s) {
    penstock::store::StoreOptions options;
    options.directory = argv[1 + 2 * s];
    auto store = ObjectStore::Open(options, *files, clock, random, *logger);
    if (!store) Give(store.error());
    sides[s] = {std::move(*store), std::strtoull(argv[2 + 2 * s], nullptr, 10)};
  }
  size_t turns = argc > 5 ? std::max(std::strtoull(argv[5], nullptr, 10), 1ull) : 40;
  Turns(std::move(sides), turns, argc > 6 ? argv[6] : "").Measure();
  return 0;
}

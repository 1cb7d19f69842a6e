// SPDX-License-Identifier: Apache-2.0
//
// How the object engine's speed and memory depend on the number of objects in one bucket.
//
// usage: penstock_store_scale DIRECTORY OBJECTS [THREADS [ROW]]
//
// Then it makes a hundredth as many buckets, with an object each: memory must not grow with them.
//
// ROW measures only the rows whose names begin so. A directory that an earlier run filled with as
// many objects is measured as it is.
//
// Fills a bucket with objects of 1 KiB from THREADS writers (16), each put durable before the next.
// On the way, at every power of ten and at the end, it measures puts, gets, listings of 1000 keys
// and deletes at random places, and prints one line of JSON for each.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <time.h>

#include "base/log.h"
#include "store/object_store.h"
#include "store_keys.h"

namespace {

using penstock::store::ObjectStore;

constexpr uint64_t kSample = 20'000;
constexpr uint64_t kListings = 400;
constexpr size_t kObjectBytes = 1024;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

uint64_t ThreadNanoseconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(used.tv_nsec);
}

long ResidentMib() {
  std::ifstream status("/proc/self/statm");
  long pages = 0;
  status >> pages >> pages;
  return pages * 4 / 1024;
}

[[noreturn]] void Give(const penstock::base::Error& error) {
  std::fprintf(stderr, "penstock_store_scale: %s\n", error.message().c_str());
  std::exit(1);
}

std::string RandomBytes(size_t count) {
  std::mt19937_64 random(1);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class Bench {
 public:
  Bench(ObjectStore& store, unsigned threads, std::string only)
      : store_(store), threads_(threads), only_(std::move(only)) {}

  void Fill(uint64_t from, uint64_t to) {
    Run("fill", to, to - from, threads_,
        [&](uint64_t i, std::mt19937_64&) { Put(KeyOf(from + i)); });
  }

  void Measure(uint64_t objects) {
    std::uniform_int_distribution<uint64_t> any(0, objects - 1);
    Run("put again", objects, kSample, threads_,
        [&](uint64_t, std::mt19937_64& random) { Put(KeyOf(any(random))); });
    Run("put new, delete", objects, kSample, threads_, [&](uint64_t i, std::mt19937_64&) {
      Put("new/" + KeyOf(i));
      std::vector<penstock::store::DeleteTarget> targets(1);
      targets[0].key = "new/" + KeyOf(i);
      if (auto deleted = store_.DeleteObjects("scale", targets); !deleted) Give(deleted.error());
    });
    Run("get", objects, kSample, 1,
        [&](uint64_t, std::mt19937_64& random) { Get(KeyOf(any(random))); });
    Run("list 1000", objects, kListings, 1, [&](uint64_t, std::mt19937_64& random) {
      penstock::store::ListOptions options;
      options.start_after = KeyOf(any(random));
      if (auto page = store_.ListObjects("scale", options); !page) Give(page.error());
    });
    Run("list folders", objects, kListings / 10, 1, [&](uint64_t, std::mt19937_64&) {
      penstock::store::ListOptions options;
      options.prefix = "data/";
      options.delimiter = "/";
      if (auto page = store_.ListObjects("scale", options); !page) Give(page.error());
    });
  }

  // Each bucket has its row, its usage and its place in the cache of buckets.
  void FillBuckets(uint64_t count) {
    auto name = [](uint64_t i) { return "bucket-" + std::to_string(i); };
    Run("new bucket and object", count, count, threads_, [&](uint64_t i, std::mt19937_64&) {
      if (auto made = store_.CreateBucket(name(i), {}); !made) Give(made.error());
      Put("only", name(i));
    });
    Run("get from any bucket", count, count, threads_, [&](uint64_t i, std::mt19937_64&) {
      if (auto reader = store_.OpenObject(name(i), "only"); !reader) Give(reader.error());
    });
  }

 private:
  void Put(const std::string& key, const std::string& bucket = "scale") {
    // Bytes that do not shrink: levels of compressed rows would be larger than they look.
    size_t at = std::hash<std::string>{}(key) % (bytes_.size() - kObjectBytes);
    penstock::base::StringSource source(std::string_view(bytes_).substr(at, kObjectBytes));
    if (auto put = store_.PutObject(bucket, key, source, {}); !put) Give(put.error());
  }

  void Get(const std::string& key) {
    auto reader = store_.OpenObject("scale", key);
    if (!reader) Give(reader.error());
    penstock::base::StringSink sink;
    if (auto read = (*reader)->Read(0, kObjectBytes, sink); !read) Give(read.error());
  }

  void Run(const char* name, uint64_t objects, uint64_t count, unsigned threads,
           const std::function<void(uint64_t, std::mt19937_64&)>& one) {
    if (!std::string_view(name).starts_with(only_) && name != std::string_view("fill")) return;
    std::atomic<uint64_t> next{0};
    std::atomic<uint64_t> thread_ns{0};
    double cpu = CpuSeconds();
    auto began = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (unsigned t = 0; t < threads; ++t) {
      workers.emplace_back([&, t] {
        std::mt19937_64 random(t);
        for (uint64_t i = next++; i < count; i = next++) one(i, random);
        thread_ns += ThreadNanoseconds();
      });
    }
    for (std::thread& worker : workers) worker.join();
    double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    double used = CpuSeconds() - cpu;
    std::printf(
        "{\"row\": \"%s\", \"objects\": %llu, \"per_second\": %.0f, \"cpu_us\": %.1f, "
        "\"of_which_compaction_us\": %.1f, \"rss_mib\": %ld}\n",
        name, static_cast<unsigned long long>(objects), static_cast<double>(count) / took,
        used * 1e6 / static_cast<double>(count),
        (used * 1e6 - static_cast<double>(thread_ns) / 1e3) / static_cast<double>(count),
        ResidentMib());
    std::fflush(stdout);
  }

  ObjectStore& store_;
  unsigned threads_;
  std::string only_;
  std::string bytes_ = RandomBytes(size_t{1} << 20);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: penstock_store_scale DIRECTORY OBJECTS [THREADS]\n");
    return 2;
  }
  uint64_t objects = std::strtoull(argv[2], nullptr, 10);
  unsigned threads = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 16;
  penstock::store::StoreOptions options;
  options.directory = argv[1];
  auto files = penstock::sys::MakePosixFileSystem();
  penstock::base::SystemClock clock;
  penstock::base::SystemRandom random;
  auto logger = penstock::base::MakeStderrLogger(penstock::base::LogLevel::kWarning, false);
  auto store = ObjectStore::Open(options, *files, clock, random, *logger);
  if (!store) Give(store.error());
  Bench bench(**store, threads, argc > 4 ? argv[4] : "");
  if (auto made = (*store)->CreateBucket("scale", {}); !made) {
    if (made.error().code() != penstock::base::Code::kAlreadyExists) Give(made.error());
    bench.Measure(objects);
    return 0;
  }
  uint64_t filled = 0;
  for (uint64_t mark = 100'000; filled < objects; mark *= 10) {
    uint64_t to = std::min(mark, objects);
    bench.Fill(filled, to);
    bench.Measure(to);
    filled = to;
  }
  bench.FillBuckets(objects / 100);
  return 0;
}

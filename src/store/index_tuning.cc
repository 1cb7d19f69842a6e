// SPDX-License-Identifier: Apache-2.0
#include "store/index_tuning.h"

#include <algorithm>
#include <utility>

#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include "store/counter_merge.h"
#include "sys/process_usage.h"

namespace penstock::store {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

// A read whose file has to be opened first costs three times as much. Ten million objects of 1 KiB
// have 350 files, and each of up to sixteen drives is to leave descriptors for others.
int MostOpenFiles() {
  constexpr uint64_t kLeast = 256, kMost = 1024;
  return static_cast<int>(std::clamp(sys::ReadProcessUsage().most_descriptors / 32, kLeast, kMost));
}

void TuneMemory(rocksdb::Options& options, std::shared_ptr<rocksdb::Cache> cache,
                size_t write_buffer_bytes) {
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 3;
  options.max_total_wal_size = 64 * kMiB;
  options.max_open_files = MostOpenFiles();
  options.max_file_opening_threads = 2;
  options.max_background_jobs = 2;
  options.skip_stats_update_on_db_open = true;

  rocksdb::BlockBasedTableOptions table;
  // Indexes and filters live in the cache too, so that memory stays bounded whatever is stored.
  table.block_cache = std::move(cache);
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // In pieces, of which only the top stays: an index or filter of a whole file has megabytes where
  // rows are small, and the cache would be busy with nothing else.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 4096;
  table.pin_top_level_index_and_filter = true;
  // A page of a listing has some thirty blocks. From the third on they are read ahead, so many
  // bytes at first instead of 8 KiB.
  table.initial_auto_readahead_size = size_t{64} << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

// Values of 2 KiB and more, which are inline objects and long lists of parts, go to blob files:
// compactions then move keys and short records only (a 4 KiB object is written twice, log and
// blob, and not once for every level), and listings do not read past object bytes.
void TuneBlobs(rocksdb::Options& options) {
  options.enable_blob_files = true;
  options.min_blob_size = 2048;
  options.blob_file_size = 64 * kMiB;
  options.blob_compression_type = rocksdb::kNoCompression;
  options.enable_blob_garbage_collection = true;
  options.blob_garbage_collection_age_cutoff = 0.25;
  options.blob_garbage_collection_force_threshold = 0.5;
}

// After an error RocksDB would try to resume by itself every few seconds, and refuse to be told to
// meanwhile. IndexWriter tells it to whenever somebody wants to write, which is sooner and can be
// tested.
class ManualRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

}  // namespace

rocksdb::Options TunedOptions(std::shared_ptr<rocksdb::Cache> cache, size_t write_buffer_bytes) {
  rocksdb::Options options;
  TuneMemory(options, std::move(cache), write_buffer_bytes);
  TuneBlobs(options);
  options.compression = rocksdb::kLZ4Compression;
  options.target_file_size_base = 32 * kMiB;
  options.max_bytes_for_level_base = 128 * kMiB;
  options.level_compaction_dynamic_level_bytes = true;
  // Summed up as they come after every few, so that a bucket's usage is read at the same cost
  // however much was written to it since the last flush.
  options.merge_operator = MakeCounterMerge();
  options.max_successive_merges = 16;
  // A log torn by a crash in its last write is normal and cut there. Damage before that would lose
  // acknowledged writes, so it must be an error and not be skipped.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.atomic_flush = false;
  options.listeners.push_back(std::make_shared<ManualRecovery>());
  options.max_bgerror_resume_count = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.max_log_file_size = kMiB;
  options.keep_log_file_num = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

}  // namespace penstock::store

// SPDX-License-Identifier: Apache-2.0
#include "metadata/name_parts.h"

#include <bit>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "metadata/metadata_store.h"

namespace penstock::metadata {
namespace {

std::string Line(int place, std::string_view name) {
  return "\xee\x80" + std::string(1, static_cast<char>(0x80 + place)) + std::string(name) + "\n";
}

TEST(NamePart, FindsPartsInBlocks) {
  const std::string block = "\n" + Line(0, "nightly training") + Line(7, "my_run") +
                            Line(8, "my-run") + Line(63, "größe") + Line(9, "");
  struct Case {
    const char* part;
    std::set<int> places;
  };
  for (const auto& [part, places] : std::vector<Case>{{"night", {0}},
                                                      {"NIGHT", {0}},
                                                      {"run", {7, 8}},
                                                      {"y_r", {7, 8}},
                                                      {"y__r", {0}},
                                                      {"n%g", {0}},
                                                      {"g%n", {0}},
                                                      {"r_\xc3\x9f", {63}},
                                                      {"gr___e", {}},
                                                      {"gr__e", {63}},
                                                      {"", {0, 7, 8, 9, 63}},
                                                      {"%", {0, 7, 8, 9, 63}},
                                                      {"_", {0, 7, 8, 63}},
                                                      {"\xee\x80\x80", {}},
                                                      {"nope", {}}}) {
    uint64_t wanted = 0;
    for (int place : places) wanted |= uint64_t{1} << place;
    EXPECT_EQ(NamePart(part).FindIn(block), wanted) << part;
  }
}

TEST(NamePart, ReadsDamagedBlocks) {
  for (const char* block :
       {"", "\n", "a", "aa\n", "\n\xee\x80", "\n\xee\x80\x7fname\n", "\nname"}) {
    EXPECT_EQ(NamePart("a").FindIn(block), 0u) << block;
    EXPECT_EQ(NamePart("").FindIn(block), 0u) << block;
  }
}

TEST(NamePart, IsNotForControlCharacters) {
  EXPECT_TRUE(NamePart::IsForBlocks("plain"));
  EXPECT_FALSE(NamePart::IsForBlocks("two\nlines"));
}

TEST(RowSet, HoldsRowsFarApart) {
  RowSet rows, other;
  const std::vector<int64_t> blocks = {0, 1, 7, 5000, 10'000, 1'000'000'000, 1'000'000'001};
  for (int64_t block : blocks) rows.AddBlock(block, 0x8000'0000'0000'0001);
  for (int64_t block : {int64_t{1}, int64_t{3}, int64_t{10'000}}) other.AddBlock(block, 1);
  EXPECT_EQ(rows.size(), 14);
  for (int64_t block : blocks) {
    EXPECT_TRUE(rows.Has(block * 64) && rows.Has(block * 64 + 63)) << block;
    EXPECT_FALSE(rows.Has(block * 64 + 1) || rows.Has((block + 2) * 64)) << block;
  }
  rows.Intersect(other);
  std::vector<int64_t> left;
  rows.ForEach([&](int64_t row) { left.push_back(row); });
  EXPECT_EQ(left, (std::vector<int64_t>{64, 640'000}));
  EXPECT_EQ(rows.size(), 2);
  EXPECT_FALSE(RowSet().Has(0));
}

// Whatever the times of the blocks: what FindFirst leaves out is behind enough of what it takes.
TEST(FoundRows, TellTheFirstOfThem) {
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    FoundRows found;
    std::map<int64_t, int64_t> times;  // by row
    const int64_t span = 1 + static_cast<int64_t>(random() % 300);
    for (int64_t block = 0; block < 30; ++block) {
      FoundBlock one{block, 0, 1'000'000, -1};
      for (int place = 0; place < 64; ++place) {
        if (random() % 4 != 0) continue;
        const int64_t time = block * 50 + static_cast<int64_t>(random() % span);
        one.first_at = std::min(one.first_at, time);
        one.last_at = std::max(one.last_at, time);
        if (random() % 8 == 0) continue;  // gone, or not asked for
        one.bits |= uint64_t{1} << place;
        times[block * 64 + place] = time;
      }
      if (one.bits == 0) continue;
      found.rows.AddBlock(block, one.bits);
      found.blocks.push_back(one);
    }
    const bool descending = round % 2 == 0;
    std::optional<int64_t> after;
    if (round % 3 != 0) after = static_cast<int64_t>(random() % 1600);
    const int64_t count = 1 + static_cast<int64_t>(random() % 40);
    const FirstRows first = FindFirst(found, descending, after, count);
    auto is_behind = [&](int64_t time) {
      return !after || (descending ? time <= *after : time >= *after);
    };
    std::vector<int64_t> taken, left;
    for (const auto& [row, time] : times) {
      if (!is_behind(time)) continue;
      const int64_t place = descending ? -time : time;
      (first.rows.Has(row) ? taken : left).push_back(place);
    }
    std::ranges::sort(taken);
    std::ranges::sort(left);
    EXPECT_EQ(first.all, left.empty()) << "with all of them it must say so";
    if (left.empty()) continue;
    ASSERT_GE(taken.size(), static_cast<size_t>(count));
    EXPECT_LT(taken[static_cast<size_t>(count) - 1], left.front());
  }
}

// Whatever is inserted, renamed and deleted: what is found is what LIKE finds in the rows.
TEST(NamePart, AgreesWithSql) {
  char pattern[] = "/tmp/penstock-parts-XXXXXX";
  const std::string directory = mkdtemp(pattern);
  {
    auto database = Database::Open(directory + "/m.db").value();
    MetadataStore store(*database);
    std::mt19937 random(7);
    const std::vector<std::string> pieces = {"a",    "B", "_", "%", "\n", "ö", "\xee\x80\x85",
                                             "run ", "\t"};
    auto text = [&](size_t most) {
      std::string made;
      for (size_t n = random() % (most + 1); n > 0; --n) made += pieces[random() % pieces.size()];
      return made;
    };
    std::vector<std::string> ids;
    for (int step = 0; step < 600; ++step) {
      ASSERT_TRUE(database->Write([&](Transaction& tx) -> base::Status {
        if (ids.size() > 100 && random() % 2 == 0) {
          // The latest too, whose number the next one gets.
          const size_t which = random() % 4 == 0 ? ids.size() - 1 : random() % ids.size();
          PENSTOCK_RETURN_IF_ERROR(store.runs.Delete(tx, ids[which]));
          ids.erase(ids.begin() + static_cast<ptrdiff_t>(which));
          return {};
        }
        if (random() % 10 == 0 && !ids.empty()) {
          return store.runs.SetArchived(tx, ids[random() % ids.size()], random() % 3 != 0);
        }
        if (random() % 10 == 0 && !ids.empty()) {
          PENSTOCK_TRY(Statement rename, tx.Prepare("UPDATE runs SET display_name=? WHERE id=?"));
          rename.Bind(text(6)).Bind(ids[random() % ids.size()]);
          return rename.Run();
        }
        metadata::Run run;
        run.id = "r" + std::to_string(step);
        run.display_name = text(6);
        run.created_at = base::FromMicros(static_cast<int64_t>(random() % 1000));
        ids.push_back(run.id);
        return store.runs.Insert(tx, run);
      }));
    }
    for (int i = 0; i < 200; ++i) {
      const std::string part = text(3);
      if (!NamePart::IsForBlocks(part)) continue;
      PartsQuery query{{part}, {}};
      if (i % 2 == 0) query.archived = i % 4 == 0;
      if (i % 5 == 0) query.parts.emplace_back("a");
      std::string also = i % 5 == 0 ? " AND display_name LIKE '%a%'" : "";
      if (query.archived) {
        also += std::string(" AND storage_state") + (*query.archived ? "=" : "<>") + "'ARCHIVED'";
      }
      ASSERT_TRUE(database->Read([&](Transaction& tx) -> base::Status {
        PENSTOCK_TRY(FoundRows all, FindRunsByNameParts(tx, query));
        const RowSet& rows = all.rows;
        for (const FoundBlock& one : all.blocks) {
          PENSTOCK_TRY(Statement times, tx.Prepare("SELECT min(created_at), max(created_at) FROM "
                                                   "runs WHERE rowid >> 6 = ?"));
          times.Bind(one.block);
          PENSTOCK_RETURN_IF_ERROR(times.Step());
          EXPECT_LE(one.first_at, times.Integer(0));
          EXPECT_GE(one.last_at, times.Integer(1));
        }
        std::vector<int64_t> found, wanted;
        rows.ForEach([&](int64_t row) { found.push_back(row); });
        PENSTOCK_TRY(Statement like, tx.Prepare("SELECT rowid FROM runs WHERE display_name LIKE "
                                                "'%' || ? || '%'" +
                                                also + " ORDER BY rowid"));
        like.Bind(part);
        while (true) {
          PENSTOCK_TRY(bool row, like.Step());
          if (!row) break;
          wanted.push_back(like.Integer(0));
          EXPECT_TRUE(rows.Has(wanted.back()));
        }
        EXPECT_EQ(found, wanted) << part;
        EXPECT_EQ(rows.size(), static_cast<int64_t>(wanted.size()));
        return {};
      }));
    }
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace penstock::metadata

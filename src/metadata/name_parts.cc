// SPDX-License-Identifier: Apache-2.0
#include "metadata/name_parts.h"

#include <algorithm>
#include <cstring>

#include "base/encoding.h"

namespace penstock::metadata {
namespace {

constexpr std::string_view kWildcards = "%_";
constexpr size_t kPlaceBytes = 3;  // U+E000 to U+E03F in UTF-8

// The place that a line begins with, or -1.
int PlaceOf(std::string_view line) {
  if (line.size() < kPlaceBytes || line.substr(0, 2) != "\xee\x80") return -1;
  const int place = static_cast<unsigned char>(line[2]) - 0x80;
  return place >= 0 && place < 64 ? place : -1;
}

std::string_view LongestLiteral(std::string_view part) {
  std::string_view longest;
  while (true) {
    const size_t end = part.find_first_of(kWildcards);
    if (part.substr(0, end).size() > longest.size()) longest = part.substr(0, end);
    if (end == std::string_view::npos) return longest;
    part.remove_prefix(end + 1);
  }
}

// Behind the character that starts at `at`.
size_t NextCharacter(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

// Few bytes lie between one hit and the next where many names match, so what costs little to begin
// with is best.
size_t Find(std::string_view text, std::string_view wanted, size_t from) {
  if (wanted.empty()) return from;
  const char* const last = text.data() + text.size() - wanted.size();
  for (const char* at = text.data() + from; at <= last; ++at) {
    at = static_cast<const char*>(memchr(at, wanted[0], static_cast<size_t>(last - at) + 1));
    if (at == nullptr) break;
    if (memcmp(at, wanted.data(), wanted.size()) == 0) {
      return static_cast<size_t>(at - text.data());
    }
  }
  return std::string_view::npos;
}

}  // namespace

NamePart::NamePart(std::string_view part)
    : pattern_("%" + base::ToLower(part) + "%"),
      literal_(LongestLiteral(base::ToLower(part))),
      plain_(part.find_first_of(kWildcards) == std::string_view::npos) {}

bool NamePart::IsForBlocks(std::string_view part) {
  return std::ranges::none_of(part, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Goes back to the last '%' where the rest does not match.
bool NamePart::Matches(std::string_view name) const {
  size_t at = 0, in_pattern = 0, again_at = 0, again_in_pattern = std::string::npos;
  while (at < name.size()) {
    const char wanted = in_pattern < pattern_.size() ? pattern_[in_pattern] : '\0';
    if (wanted == '%') {
      again_in_pattern = ++in_pattern;
      again_at = at;
    } else if (wanted == '_') {
      at = NextCharacter(name, at);
      ++in_pattern;
    } else if (wanted == name[at]) {
      ++at;
      ++in_pattern;
    } else if (again_in_pattern != std::string::npos) {
      in_pattern = again_in_pattern;
      at = again_at = NextCharacter(name, again_at);
    } else {
      return false;
    }
  }
  return pattern_.find_first_not_of('%', in_pattern) == std::string::npos;
}

uint64_t NamePart::FindIn(std::string_view block) const {
  uint64_t found = 0;
  if (block.size() < literal_.size()) return 0;
  for (size_t at = 1; at < block.size();) {
    const size_t hit = Find(block, literal_, at);
    if (hit == std::string_view::npos) break;
    const size_t begin = block.rfind('\n', hit) + 1;
    const size_t end = std::min(block.find('\n', hit), block.size());
    const std::string_view line = block.substr(begin, end - begin);
    at = end + 1;
    const int place = PlaceOf(line);
    if (place < 0) continue;
    const bool in_name = hit >= begin + kPlaceBytes;
    if ((plain_ && in_name) || Matches(line.substr(kPlaceBytes))) found |= uint64_t{1} << place;
  }
  return found;
}

base::Result<FoundRows> FindRunsByNameParts(Transaction& tx, const PartsQuery& query) {
  const std::vector<NamePart> wanted(query.parts.begin(), query.parts.end());
  PENSTOCK_TRY(Statement blocks, tx.Prepare("SELECT block, names, archived, first_at, last_at FROM "
                                            "run_names ORDER BY block"));
  FoundRows found;
  while (true) {
    PENSTOCK_TRY(bool row, blocks.Step());
    if (!row) return found;
    uint64_t bits = ~uint64_t{0};
    if (query.archived) {
      const auto archived = static_cast<uint64_t>(blocks.Integer(2));
      bits = *query.archived ? archived : ~archived;
    }
    for (const NamePart& part : wanted) {
      if (bits != 0) bits &= part.FindIn(blocks.TextView(1));
    }
    if (bits == 0) continue;
    const int64_t block = blocks.Integer(0);
    found.rows.AddBlock(block, bits);
    found.blocks.push_back({block, bits, blocks.Integer(3), blocks.Integer(4)});
  }
}

// A line is taken out by its whole text, which begins and ends with a line feed and so stands there
// once. Line feeds of names are kept as U+0001.
const char kRunNamesSchema[] = R"sql(
CREATE TABLE run_names (
  block INTEGER PRIMARY KEY,
  names TEXT NOT NULL
) STRICT;
INSERT INTO run_names SELECT rowid >> 6, char(10) || group_concat(char(57344 + (rowid & 63)) ||
  replace(lower(display_name), char(10), char(1)) || char(10), '') FROM runs GROUP BY 1;
CREATE TRIGGER run_names_new AFTER INSERT ON runs BEGIN
  INSERT INTO run_names VALUES (NEW.rowid >> 6, char(10) || char(57344 + (NEW.rowid & 63)) ||
      replace(lower(NEW.display_name), char(10), char(1)) || char(10))
    ON CONFLICT DO UPDATE SET names = names || substr(excluded.names, 2);
END;
CREATE TRIGGER run_names_gone AFTER DELETE ON runs BEGIN
  UPDATE run_names SET names = replace(names, char(10) || char(57344 + (OLD.rowid & 63)) ||
      replace(lower(OLD.display_name), char(10), char(1)) || char(10), char(10))
    WHERE block = OLD.rowid >> 6;
END;
CREATE TRIGGER run_names_changed AFTER UPDATE OF display_name ON runs BEGIN
  UPDATE run_names SET names = replace(names, char(10) || char(57344 + (OLD.rowid & 63)) ||
      replace(lower(OLD.display_name), char(10), char(1)) || char(10),
      char(10) || char(57344 + (NEW.rowid & 63)) ||
      replace(lower(NEW.display_name), char(10), char(1)) || char(10))
    WHERE block = OLD.rowid >> 6;
END;
)sql";

// The times of a block may span more than those of its rows, once some of these are gone.
const char kRunBlocksSchema[] = R"sql(
ALTER TABLE run_names ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_names ADD COLUMN first_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_names ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;
UPDATE run_names SET (archived, first_at, last_at) = (
  SELECT coalesce(sum(iif(storage_state = 'ARCHIVED', 1 << (rowid & 63), 0)), 0),
         coalesce(min(created_at), 0), coalesce(max(created_at), 0)
  FROM runs WHERE rowid >= block * 64 AND rowid < block * 64 + 64);
DROP TRIGGER run_names_new;
CREATE TRIGGER run_names_new AFTER INSERT ON runs BEGIN
  INSERT INTO run_names VALUES (NEW.rowid >> 6, char(10) || char(57344 + (NEW.rowid & 63)) ||
      replace(lower(NEW.display_name), char(10), char(1)) || char(10),
      iif(NEW.storage_state = 'ARCHIVED', 1 << (NEW.rowid & 63), 0), NEW.created_at,
      NEW.created_at)
    ON CONFLICT DO UPDATE SET names = names || substr(excluded.names, 2),
      archived = (archived & ~(1 << (NEW.rowid & 63))) | excluded.archived,
      first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at);
END;
CREATE TRIGGER run_blocks_changed AFTER UPDATE OF storage_state, created_at ON runs
  WHEN OLD.storage_state <> NEW.storage_state OR OLD.created_at <> NEW.created_at BEGIN
  UPDATE run_names SET
      archived = (archived & ~(1 << (NEW.rowid & 63))) |
        iif(NEW.storage_state = 'ARCHIVED', 1 << (NEW.rowid & 63), 0),
      first_at = min(first_at, NEW.created_at), last_at = max(last_at, NEW.created_at)
    WHERE block = NEW.rowid >> 6;
END;
)sql";

}  // namespace penstock::metadata

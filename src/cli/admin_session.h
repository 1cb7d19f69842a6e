// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "admin/client.h"
#include "base/result.h"
#include "text/json.h"

namespace penstock::cli {

// A column of a table, or a line of a record: a title and the member that it shows.
struct Field {
  std::string_view title;
  std::string_view member;  // "usage.bytes" for a member of a member
};

// What an admin command has in hand: a server to ask, and a place to say the answer.
class AdminSession {
 public:
  AdminSession(const admin::Client& client, bool json, std::ostream& out)
      : client_(client), json_(json), out_(out) {}

  const admin::Client& client() const { return client_; }
  // All pages of a list, as one answer: `key` is the member of an entry that names it.
  base::Result<text::Json> FetchAll(const std::string& path, std::string_view list_member,
                                    std::string_view key) const;

  // The answer as it came where JSON is asked for; else as people read it.
  void ShowTable(const text::Json& answer, std::string_view list_member,
                 const std::vector<Field>& columns);
  void ShowRecord(const text::Json& answer, const std::vector<Field>& lines);
  // A piece of an answer that comes bit by bit: the JSON in a line of its own, or the text.
  void ShowLine(const text::Json& line, std::string_view sentence);
  bool json() const { return json_; }
  // Text as it is, whether JSON is asked for or not.
  void Print(std::string_view text);

  void ShowDone(const text::Json& answer, std::string_view sentence);

 private:
  void ShowJson(const text::Json& answer);

  const admin::Client& client_;
  const bool json_;
  std::ostream& out_;
};

// Foreign names may hold anything; a terminal must not obey them.
std::string Printable(std::string_view text);

using AdminAction = std::function<base::Status(AdminSession&)>;

// Names in a path: "/users/" + Segment(name).
std::string Segment(std::string_view name);

}  // namespace penstock::cli

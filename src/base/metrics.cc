// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace penstock::base {
namespace {

std::string Format(double value) {
  // Without an exponent where that is not absurd, as people and other writers of this format do.
  std::array<char, 400> buffer;
  bool plain = value == 0 || (std::abs(value) >= 1e-9 && std::abs(value) < 1e15);
  auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    plain ? std::chars_format::fixed : std::chars_format::general);
  return {buffer.data(), end};
}

// Backslash, quote and line feed are escaped; bytes that are not UTF-8 would be refused by the
// reader, but names of ours are.
void AppendLabel(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append("=\"");
  for (char c : value) {
    if (c == '\\' || c == '"') text.push_back('\\');
    if (c == '\n') {
      text += "\\n";
    } else {
      text.push_back(c);
    }
  }
  text.push_back('"');
}

}  // namespace

void DurationHistogram::Observe(std::chrono::nanoseconds duration) {
  double seconds = std::chrono::duration<double>(duration).count();
  auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  buckets_[static_cast<size_t>(bound - kBounds.begin())].Add();
  sum_nanos_.Add(static_cast<uint64_t>(std::max<int64_t>(duration.count(), 0)));
}

void MetricsWriter::Family(std::string_view name, std::string_view type, std::string_view help) {
  family_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void MetricsWriter::Value(uint64_t value, Labels labels) {
  Line("", labels, "", std::to_string(value));
}
void MetricsWriter::Value(int64_t value, Labels labels) {
  Line("", labels, "", std::to_string(value));
}
void MetricsWriter::Value(double value, Labels labels) { Line("", labels, "", Format(value)); }

void MetricsWriter::Histogram(const DurationHistogram& histogram, Labels labels) {
  uint64_t total = 0;
  for (size_t i = 0; i < DurationHistogram::kBounds.size(); ++i) {
    total += histogram.bucket(i);
    Line("_bucket", labels, Format(DurationHistogram::kBounds[i]), std::to_string(total));
  }
  total += histogram.bucket(DurationHistogram::kBounds.size());
  Line("_bucket", labels, "+Inf", std::to_string(total));
  Line("_sum", labels, "", Format(histogram.sum_seconds()));
  // The sum of the buckets, so that readers never see more in a bucket than in all.
  Line("_count", labels, "", std::to_string(total));
}

void MetricsWriter::Line(std::string_view suffix, Labels labels, std::string_view bound,
                         std::string_view value) {
  text_.append(family_).append(suffix);
  std::string_view separator = "{";
  for (const auto& [name, label] : labels) {
    text_.append(separator);
    AppendLabel(text_, name, label);
    separator = ",";
  }
  if (!bound.empty()) {
    text_.append(separator);
    AppendLabel(text_, "le", bound);
    separator = ",";
  }
  if (separator == ",") text_.push_back('}');
  text_.append(" ").append(value).append("\n");
}

}  // namespace penstock::base

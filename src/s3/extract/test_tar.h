// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

// Makes tar files for tests.
namespace penstock::s3 {

// One entry: its header and its content, padded to whole blocks.
inline std::string TarFile(const std::string& name, const std::string& content, char type = '0') {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 7, "0000644");
  char size[13];
  std::snprintf(size, sizeof size, "%011lo", static_cast<unsigned long>(content.size()));
  header.replace(124, 11, size, 11);
  header[156] = type;
  header.replace(257, 5, "ustar");
  header.replace(263, 2, "00");
  header.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  char digits[9];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  header.replace(148, 7, std::string(digits, 6) + '\0');
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

inline std::string TarEnd() { return std::string(1024, '\0'); }

}  // namespace penstock::s3

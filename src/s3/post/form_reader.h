// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/result.h"

namespace penstock::s3 {

// The fields of a browser's upload form that come before its file.
struct UploadForm {
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case, in order
  std::string filename;           // of the file, without folders; may be empty
  std::string file_content_type;  // as the browser guessed it; may be empty

  // The first field of that name (in lower case), or nullptr.
  const std::string* Find(std::string_view name) const;
  std::string GetOr(std::string_view name, std::string_view fallback) const;
};

inline constexpr size_t kMaxFormFields = 100;
inline constexpr size_t kMaxFormBytes = size_t{64} << 10;  // of all fields before the file

// Takes a multipart/form-data body apart as it comes (RFC 7578): first all fields up to the one
// called "file", then that one's bytes as a source. What follows the file is not looked at.
class FormReader final : public base::ByteSource {
 public:
  // Reads up to the file. The body must outlive the reader. MalformedPOSTRequest, InvalidArgument
  // where there is no file, MaxPostPreDataLengthExceeded; failures of the body pass as they are.
  static base::Result<std::unique_ptr<FormReader>> Open(std::string_view content_type,
                                                        base::ByteSource& body);

  const UploadForm& form() const { return form_; }
  // Bytes of the file. IncompleteBody where the body ends before the file does.
  base::Result<size_t> Read(std::span<char> buffer) override;

 private:
  FormReader(std::string separator, base::ByteSource& body)
      : separator_(std::move(separator)), body_(body) {}

  base::Status ReadFields();
  // The rest of a boundary's line; true where it was the last one.
  base::Result<bool> EndsForm();
  base::Status ReadPartHeaders(std::string& name);
  base::Status ReadValue(std::string& value);
  // Up to the text, which is dropped; at most `limit` bytes.
  base::Result<std::string> TakeUntil(std::string_view text, size_t limit);
  // More bytes into the window; false at the end of the body.
  base::Result<bool> Fill();
  std::string_view window() const { return std::string_view(window_).substr(taken_); }

  const std::string separator_;  // CR LF, two hyphens and the boundary
  base::ByteSource& body_;
  UploadForm form_;
  std::string window_;  // read and not yet used up, behind `taken_`
  size_t taken_ = 0;
  size_t form_bytes_ = 0;
};

}  // namespace penstock::s3

// SPDX-License-Identifier: Apache-2.0
#include "s3/aws_chunked_reader.h"

#include <gtest/gtest.h>

#include "s3/error_codes.h"
#include "s3/sigv4.h"

namespace penstock::s3 {
namespace {

// Gives a few bytes at a time, so that every boundary is crossed.
class DripSource final : public base::ByteSource {
 public:
  DripSource(std::string_view bytes, size_t drip) : rest_(bytes), drip_(drip) {}
  base::Result<size_t> Read(std::span<char> buffer) override {
    base::StringSource source(rest_.substr(0, drip_));
    PENSTOCK_TRY(size_t count, source.Read(buffer));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  size_t drip_;
};

struct Outcome {
  std::string text;
  std::string code = "ok";
  Trailers trailers;
};

Outcome ReadWith(const AwsChunkedOptions& options, std::string_view body, size_t drip) {
  DripSource source(body, drip);
  AwsChunkedReader reader(source, options);
  Outcome outcome;
  auto text = base::ReadAll(reader, 1 << 20);
  if (!text) {
    outcome.code = text.error().reason();
    char byte;
    EXPECT_FALSE(reader.Read({&byte, 1}).has_value());  // stays failed
  } else {
    outcome.text = std::move(*text);
    outcome.trailers = reader.trailers();
  }
  return outcome;
}

// Whole and in drips, which must not differ.
Outcome Read(const AwsChunkedOptions& options, std::string_view body) {
  Outcome whole = ReadWith(options, body, 1 << 20);
  for (size_t drip : {size_t{1}, size_t{7}, size_t{1000}}) {
    if (body.size() > 10000 && drip == 1) continue;
    Outcome dripped = ReadWith(options, body, drip);
    EXPECT_EQ(dripped.code, whole.code);
    EXPECT_EQ(dripped.text, whole.text);
  }
  return whole;
}

AwsChunkedOptions Unsigned(uint64_t length) {
  AwsChunkedOptions options;
  options.decoded_length = length;
  return options;
}

TEST(AwsChunkedReader, TakesTheFramingOff) {
  Outcome outcome =
      Read(Unsigned(11), "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
  EXPECT_EQ(outcome.code, "ok");
  EXPECT_EQ(outcome.text, "hello world");
  EXPECT_EQ(outcome.trailers, (Trailers{{"x-amz-checksum-crc32", "AAAAAA=="}}));
}

TEST(AwsChunkedReader, TakesAnEmptyBodyAndBareLineFeeds) {
  EXPECT_EQ(Read(Unsigned(0), "0\r\n\r\n").code, "ok");
  Outcome outcome = Read(Unsigned(1), "1\r\na\r\n0\r\nX-Amz-Checksum-CRC32 : x\n\r\n");
  EXPECT_EQ(outcome.trailers, (Trailers{{"x-amz-checksum-crc32", "x"}}));
}

TEST(AwsChunkedReader, RefusesWhatIsMalformed) {
  struct Case {
    uint64_t length;
    std::string body;
    std::string_view code;
  };
  const Case cases[] = {
      {5, "", code::kIncompleteBody},
      {5, "5", code::kIncompleteBody},
      {5, "5\r\nhel", code::kIncompleteBody},
      {5, "5\r\nhello", code::kIncompleteBody},
      {5, "5\r\nhello\r\n", code::kIncompleteBody},
      {5, "5\r\nhello\r\n0\r\n", code::kIncompleteBody},
      {5, "4\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "5\r\nhelloX\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "\r\n", code::kInvalidRequest},
      {5, "-5\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "0x5\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, " 5\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "11111111111111111\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "6\r\nhello!\r\n0\r\n\r\n", code::kIncompleteBody},
      {6, "5\r\nhello\r\n0\r\n\r\n", code::kIncompleteBody},
      {5, "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", code::kIncompleteBody},
      {5, "5\r\nhello\r\n0\r\n\r\nmore", code::kInvalidRequest},
      {5, "5\r\nhello\r\n0\r\nno colon\r\n\r\n", code::kMalformedTrailerError},
      {5, "5;" + std::string(600, 'x') + "\r\nhello\r\n0\r\n\r\n", code::kInvalidRequest},
      {5, "5\r\nhello\r\n0\r\na:" + std::string(5000, 'x') + "\r\n\r\n", code::kInvalidRequest},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(Unsigned(c.length), c.body).code, c.code) << c.body;
  std::string many = "0\r\n";
  for (int i = 0; i < 17; ++i) many += "a:b\r\n";
  EXPECT_EQ(Read(Unsigned(0), many + "\r\n").code, code::kMalformedTrailerError);
}

// The example of the Amazon S3 API reference, "Transferring Payload in Multiple Chunks": 66 560
// bytes 'a' in chunks of 64 KiB and 1 KiB.
AwsChunkedOptions Example(PayloadKind kind, std::string seed) {
  CredentialScope scope{"20130524", "us-east-1", "s3"};
  AwsChunkedOptions options;
  options.kind = kind;
  options.decoded_length = 66560;
  options.signing_key = SigningKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
  options.amz_date = "20130524T000000Z";
  options.scope_text = scope.Text();
  options.seed_signature = std::move(seed);
  return options;
}

std::string Chunk(std::string_view size, std::string_view signature, size_t bytes) {
  return std::string(size) + ";chunk-signature=" + std::string(signature) + "\r\n" +
         std::string(bytes, 'a') + (bytes > 0 ? "\r\n" : "");
}

std::string SignedBody() {
  return Chunk("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", 65536) +
         Chunk("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", 1024) +
         Chunk("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", 0) + "\r\n";
}

AwsChunkedOptions SignedExample() {
  return Example(PayloadKind::kSignedChunks,
                 "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
}

TEST(AwsChunkedReader, ProvesTheExampleOfSignedChunks) {
  Outcome outcome = Read(SignedExample(), SignedBody());
  EXPECT_EQ(outcome.code, "ok");
  EXPECT_EQ(outcome.text, std::string(66560, 'a'));
}

TEST(AwsChunkedReader, SeesAnyChangeOfSignedChunks) {
  std::string body = SignedBody();
  for (size_t at : {size_t{100}, size_t{65000}, size_t{66200}}) {
    std::string changed = body;
    changed[at] = 'b';
    EXPECT_EQ(Read(SignedExample(), changed).code, code::kSignatureDoesNotMatch) << at;
  }
  AwsChunkedOptions other_seed = SignedExample();
  other_seed.seed_signature[0] = '5';
  EXPECT_EQ(Read(other_seed, body).code, code::kSignatureDoesNotMatch);
  EXPECT_EQ(Read(SignedExample(), "10000\r\n").code, code::kInvalidRequest);
  // The last chunk is signed too, so that nobody can cut the body at a chunk's end.
  AwsChunkedOptions shorter = SignedExample();
  shorter.decoded_length = 65536;
  size_t second = body.find("400;");
  size_t last = body.find("0;chunk-signature=b6");
  std::string cut = body.substr(0, second) + body.substr(last);
  EXPECT_EQ(Read(shorter, cut).code, code::kSignatureDoesNotMatch);
}

std::string TrailerBody(const std::string& checksum, const std::string& signature) {
  return Chunk("10000", "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", 65536) +
         Chunk("400", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", 1024) +
         Chunk("0", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992", 0) +
         "x-amz-checksum-crc32c:" + checksum + "\n\r\nx-amz-trailer-signature:" + signature +
         "\r\n\r\n";
}

// The example prints a blank line before the trailer's signature, which no client sends.
std::string WithoutBlank(std::string body) {
  size_t at = body.find("\n\r\nx-amz-trailer");
  return body.replace(at, 3, "\r\n");
}

TEST(AwsChunkedReader, ProvesTheExampleOfASignedTrailer) {
  constexpr char kSignature[] = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
  AwsChunkedOptions options =
      Example(PayloadKind::kSignedChunksTrailer,
              "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  Outcome outcome = Read(options, WithoutBlank(TrailerBody("sOO8/Q==", kSignature)));
  EXPECT_EQ(outcome.code, "ok");
  EXPECT_EQ(outcome.trailers, (Trailers{{"x-amz-checksum-crc32c", "sOO8/Q=="}}));
  EXPECT_EQ(Read(options, WithoutBlank(TrailerBody("sOO9/Q==", kSignature))).code,
            code::kSignatureDoesNotMatch);
  EXPECT_EQ(Read(options, WithoutBlank(TrailerBody("sOO8/Q==", ""))).code,
            code::kSignatureDoesNotMatch);
}

TEST(AwsChunkedReader, RefusesTrailersWhereNoneAreProven) {
  std::string body = SignedBody();
  body.insert(body.size() - 2, "x-amz-checksum-crc32c:sOO8/Q==\r\n");
  EXPECT_EQ(Read(SignedExample(), body).code, code::kMalformedTrailerError);
}

}  // namespace
}  // namespace penstock::s3

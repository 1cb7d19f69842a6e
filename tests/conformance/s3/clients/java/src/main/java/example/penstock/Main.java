package example.penstock;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.*;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Exercises an S3 server with the unmodified AWS SDK for Java v2 and prints one JSON line a check:
 * {"check": "ranges", "error": ""}. The server is found by S3_ENDPOINT, S3_ACCESS_KEY and
 * S3_SECRET_KEY; bucket names begin with S3_PREFIX; S3_KMS_KEY names an encryption key.
 */
public final class Main {
  private static final URI ENDPOINT = URI.create(System.getenv("S3_ENDPOINT"));
  private static final StaticCredentialsProvider KEYS = StaticCredentialsProvider.create(
      AwsBasicCredentials.create(System.getenv("S3_ACCESS_KEY"), System.getenv("S3_SECRET_KEY")));
  private static final S3Configuration PATH_STYLE =
      S3Configuration.builder().pathStyleAccessEnabled(true).build();
  private static final S3Client CLIENT = S3Client.builder()
      .endpointOverride(ENDPOINT).region(Region.US_EAST_1).credentialsProvider(KEYS)
      .serviceConfiguration(PATH_STYLE).httpClient(UrlConnectionHttpClient.create()).build();
  private static final int MIB = 1 << 20;

  private interface Check {
    void run(String bucket) throws Exception;
  }

  public static void main(String[] arguments) {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("buckets", Main::buckets);
    checks.put("objects", Main::objects);
    checks.put("ranges", Main::ranges);
    checks.put("multipart", Main::multipart);
    checks.put("listing", Main::listing);
    checks.put("copy", Main::copy);
    checks.put("preconditions", Main::preconditions);
    checks.put("versions", Main::versions);
    checks.put("tags", Main::tags);
    checks.put("locks", Main::locks);
    checks.put("presigned", Main::presigned);
    checks.put("checksums", Main::checksums);
    checks.put("sse_s3", Main::sseS3);
    checks.put("sse_c", Main::sseC);
    checks.put("sse_kms", Main::sseKms);
    checks.put("policy", Main::policy);
    checks.put("lifecycle", Main::lifecycle);
    checks.forEach((name, check) -> {
      String bucket = System.getenv("S3_PREFIX") + name.replace('_', '-');
      String error = "";
      try {
        CLIENT.createBucket(b -> b.bucket(bucket));
        check.run(bucket);
      } catch (Throwable thrown) {
        error = thrown + " at " + place(thrown);
      }
      System.out.println("{\"check\": \"" + name + "\", \"error\": \"" + escape(error) + "\"}");
    });
  }

  private static String place(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(Main.class.getName()))
        .map(frame -> frame.getMethodName() + ":" + frame.getLineNumber())
        .toList().toString();
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.toString();
  }

  private static void same(Object got, Object wanted) {
    if (!Objects.equals(got, wanted)) {
      throw new AssertionError("got " + got + ", wanted " + wanted);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void refuses(String code, Action action) throws Exception {
    try {
      action.run();
    } catch (S3Exception refused) {
      String got = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
      // An answer to HEAD has no document: its status must do.
      if (!code.equals(got)) same(String.valueOf(refused.statusCode()), code);
      return;
    }
    throw new AssertionError("succeeded, where " + code + " was wanted");
  }

  private static PutObjectResponse put(String bucket, String key, String text) {
    return CLIENT.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text));
  }

  private static String get(String bucket, String key) {
    return CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
  }

  private static byte[] bytes(int size) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    return data;
  }

  private static void buckets(String bucket) throws Exception {
    CLIENT.headBucket(b -> b.bucket(bucket));
    refuses("404", () -> CLIENT.headBucket(b -> b.bucket(bucket + "-not")));
    same(CLIENT.listBuckets().buckets().stream().anyMatch(b -> b.name().equals(bucket)), true);
    put(bucket, "a", "x");
    refuses("BucketNotEmpty", () -> CLIENT.deleteBucket(b -> b.bucket(bucket)));
    CLIENT.deleteObject(b -> b.bucket(bucket).key("a"));
    CLIENT.deleteBucket(b -> b.bucket(bucket));
    refuses("NoSuchBucket", () -> CLIENT.deleteBucket(b -> b.bucket(bucket)));
  }

  private static void objects(String bucket) throws Exception {
    String key = "a/b c+d&e?f=é.txt";
    PutObjectResponse stored = CLIENT.putObject(
        b -> b.bucket(bucket).key(key).contentType("text/plain").cacheControl("no-cache")
            .metadata(Map.of("colour", "red")),
        RequestBody.fromString("hello"));
    same(stored.eTag(), "\"5d41402abc4b2a76b9719d911017c592\"");
    HeadObjectResponse head = CLIENT.headObject(b -> b.bucket(bucket).key(key));
    same(List.of(head.contentLength(), head.contentType(), head.cacheControl(), head.metadata()),
        List.of(5L, "text/plain", "no-cache", Map.of("colour", "red")));
    same(get(bucket, key), "hello");
    CLIENT.deleteObject(b -> b.bucket(bucket).key(key));
    refuses("NoSuchKey", () -> get(bucket, key));
  }

  private static void ranges(String bucket) throws Exception {
    byte[] data = bytes(MIB);
    CLIENT.putObject(b -> b.bucket(bucket).key("a"), RequestBody.fromBytes(data));
    for (int[] span : new int[][] {{0, 0}, {5, 99}, {300_000, MIB - 1}}) {
      byte[] part = CLIENT.getObjectAsBytes(
          b -> b.bucket(bucket).key("a").range("bytes=" + span[0] + "-" + span[1])).asByteArray();
      same(Arrays.equals(part, Arrays.copyOfRange(data, span[0], span[1] + 1)), true);
    }
    refuses("InvalidRange",
        () -> CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("a").range("bytes=2000000-")));
  }

  /** Uploads in parts of 5 MiB and returns what the completion says. */
  private static CompleteMultipartUploadResponse upload(
      CreateMultipartUploadRequest.Builder create, UploadPartRequest.Builder part,
      CompleteMultipartUploadRequest.Builder complete, byte[] data) {
    String id = CLIENT.createMultipartUpload(create.build()).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int from = 0, number = 1; from < data.length; from += 5 * MIB, ++number) {
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(from + 5 * MIB, data.length));
      UploadPartResponse sent = CLIENT.uploadPart(
          part.uploadId(id).partNumber(number).build(), RequestBody.fromBytes(piece));
      parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag())
          .checksumSHA256(sent.checksumSHA256()).checksumCRC32(sent.checksumCRC32()).build());
    }
    return CLIENT.completeMultipartUpload(
        complete.uploadId(id).multipartUpload(m -> m.parts(parts)).build());
  }

  private static void multipart(String bucket) throws Exception {
    byte[] data = bytes(12 * MIB + 1);
    CompleteMultipartUploadResponse done = upload(
        CreateMultipartUploadRequest.builder().bucket(bucket).key("large"),
        UploadPartRequest.builder().bucket(bucket).key("large"),
        CompleteMultipartUploadRequest.builder().bucket(bucket).key("large"), data);
    same(done.eTag().endsWith("-3\""), true);
    same(Arrays.equals(
        CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("large")).asByteArray(), data), true);
    same(CLIENT.headObject(b -> b.bucket(bucket).key("large").partNumber(3)).partsCount(), 3);
    String id = CLIENT.createMultipartUpload(b -> b.bucket(bucket).key("copied")).uploadId();
    CopyPartResult copied = CLIENT.uploadPartCopy(
        b -> b.destinationBucket(bucket).destinationKey("copied").uploadId(id).partNumber(1)
            .sourceBucket(bucket).sourceKey("large").copySourceRange("bytes=0-9")).copyPartResult();
    same(CLIENT.listParts(b -> b.bucket(bucket).key("copied").uploadId(id)).parts().get(0).eTag(),
        copied.eTag());
    same(CLIENT.listMultipartUploads(b -> b.bucket(bucket)).uploads().size(), 1);
    CLIENT.completeMultipartUpload(b -> b.bucket(bucket).key("copied").uploadId(id)
        .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(copied.eTag()))));
    same(Arrays.equals(
        CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("copied")).asByteArray(),
        Arrays.copyOf(data, 10)), true);
    refuses("NoSuchUpload", () -> CLIENT.abortMultipartUpload(
        b -> b.bucket(bucket).key("copied").uploadId("none")));
  }

  private static void listing(String bucket) throws Exception {
    for (String key : List.of("a/1", "a/2", "b", "c d", "e+f")) put(bucket, key, "x");
    same(CLIENT.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(2)).contents().stream()
        .map(S3Object::key).toList(), List.of("a/1", "a/2", "b", "c d", "e+f"));
    same(CLIENT.listObjectsV2(b -> b.bucket(bucket).delimiter("/")).commonPrefixes().get(0).prefix(),
        "a/");
    same(CLIENT.listObjects(b -> b.bucket(bucket).prefix("a/").maxKeys(1)).isTruncated(), true);
    same(CLIENT.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(
        o -> o.key("a/1"), o -> o.key("c d"), o -> o.key("never")))).deleted().size(), 3);
  }

  private static void copy(String bucket) throws Exception {
    CLIENT.putObject(b -> b.bucket(bucket).key("a b").metadata(Map.of("k", "1")).tagging("t=1"),
        RequestBody.fromString("hello"));
    CLIENT.copyObject(b -> b.sourceBucket(bucket).sourceKey("a b").destinationBucket(bucket)
        .destinationKey("same"));
    CLIENT.copyObject(b -> b.sourceBucket(bucket).sourceKey("a b").destinationBucket(bucket)
        .destinationKey("new").metadataDirective("REPLACE").metadata(Map.of("k", "2"))
        .taggingDirective("REPLACE").tagging("t=2"));
    same(CLIENT.headObject(b -> b.bucket(bucket).key("same")).metadata(), Map.of("k", "1"));
    same(CLIENT.headObject(b -> b.bucket(bucket).key("new")).metadata(), Map.of("k", "2"));
    same(CLIENT.getObjectTagging(b -> b.bucket(bucket).key("new")).tagSet().get(0).value(), "2");
    same(CLIENT.getObjectTagging(b -> b.bucket(bucket).key("same")).tagSet().get(0).value(), "1");
  }

  private static void preconditions(String bucket) throws Exception {
    String etag = CLIENT.putObject(b -> b.bucket(bucket).key("a").ifNoneMatch("*"),
        RequestBody.fromString("1")).eTag();
    refuses("PreconditionFailed", () -> CLIENT.putObject(
        b -> b.bucket(bucket).key("a").ifNoneMatch("*"), RequestBody.fromString("2")));
    refuses("PreconditionFailed", () -> CLIENT.putObject(
        b -> b.bucket(bucket).key("a").ifMatch("\"other\""), RequestBody.fromString("2")));
    CLIENT.putObject(b -> b.bucket(bucket).key("a").ifMatch(etag), RequestBody.fromString("2"));
    refuses("PreconditionFailed",
        () -> CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("a").ifMatch(etag)));
    refuses("304", () -> CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("a")
        .ifModifiedSince(Instant.now().minusSeconds(1).plusSeconds(5))));
  }

  private static void versions(String bucket) throws Exception {
    CLIENT.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(
        v -> v.status(BucketVersioningStatus.ENABLED)));
    String one = put(bucket, "a", "1").versionId();
    String two = put(bucket, "a", "2").versionId();
    DeleteObjectResponse deleted = CLIENT.deleteObject(b -> b.bucket(bucket).key("a"));
    same(deleted.deleteMarker(), true);
    refuses("NoSuchKey", () -> get(bucket, "a"));
    same(CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("a").versionId(one)).asUtf8String(), "1");
    ListObjectVersionsResponse list = CLIENT.listObjectVersions(b -> b.bucket(bucket));
    same(list.versions().stream().map(ObjectVersion::versionId).toList(), List.of(two, one));
    same(list.deleteMarkers().get(0).isLatest(), true);
    CLIENT.deleteObject(b -> b.bucket(bucket).key("a").versionId(deleted.versionId()));
    same(get(bucket, "a"), "2");
    CLIENT.copyObject(b -> b.sourceBucket(bucket).sourceKey("a").sourceVersionId(one)
        .destinationBucket(bucket).destinationKey("a"));
    same(get(bucket, "a"), "1");
  }

  private static void tags(String bucket) throws Exception {
    CLIENT.putObject(b -> b.bucket(bucket).key("a").tagging("k=v%20w"), RequestBody.fromString("1"));
    List<Tag> before = CLIENT.getObjectTagging(b -> b.bucket(bucket).key("a")).tagSet();
    same(before, List.of(Tag.builder().key("k").value("v w").build()));
    List<Tag> changed = List.of(Tag.builder().key("x").value("y").build());
    CLIENT.putObjectTagging(b -> b.bucket(bucket).key("a").tagging(t -> t.tagSet(changed)));
    same(CLIENT.headObject(b -> b.bucket(bucket).key("a")).sdkHttpResponse()
        .firstMatchingHeader("x-amz-tagging-count").orElse(""), "1");
    CLIENT.deleteObjectTagging(b -> b.bucket(bucket).key("a"));
    same(CLIENT.getObjectTagging(b -> b.bucket(bucket).key("a")).tagSet(), List.of());
    CLIENT.putBucketTagging(b -> b.bucket(bucket).tagging(t -> t.tagSet(changed)));
    same(CLIENT.getBucketTagging(b -> b.bucket(bucket)).tagSet(), changed);
    CLIENT.deleteBucketTagging(b -> b.bucket(bucket));
    refuses("NoSuchTagSet", () -> CLIENT.getBucketTagging(b -> b.bucket(bucket)));
  }

  private static void locks(String bucket) throws Exception {
    String locked = bucket + "-on";
    CLIENT.createBucket(b -> b.bucket(locked).objectLockEnabledForBucket(true));
    CLIENT.putObjectLockConfiguration(b -> b.bucket(locked).objectLockConfiguration(
        c -> c.objectLockEnabled("Enabled").rule(
            r -> r.defaultRetention(d -> d.mode("GOVERNANCE").days(1)))));
    same(CLIENT.getObjectLockConfiguration(b -> b.bucket(locked)).objectLockConfiguration().rule()
        .defaultRetention().days(), 1);
    String version = put(locked, "a", "1").versionId();
    same(CLIENT.headObject(b -> b.bucket(locked).key("a")).objectLockMode(),
        ObjectLockMode.GOVERNANCE);
    refuses("AccessDenied",
        () -> CLIENT.deleteObject(b -> b.bucket(locked).key("a").versionId(version)));
    CLIENT.putObjectLegalHold(b -> b.bucket(locked).key("a").legalHold(h -> h.status("ON")));
    refuses("AccessDenied", () -> CLIENT.deleteObject(
        b -> b.bucket(locked).key("a").versionId(version).bypassGovernanceRetention(true)));
    CLIENT.putObjectLegalHold(b -> b.bucket(locked).key("a").legalHold(h -> h.status("OFF")));
    same(CLIENT.getObjectLegalHold(b -> b.bucket(locked).key("a")).legalHold().statusAsString(),
        "OFF");
    Instant until = Instant.now().plus(Duration.ofDays(2));
    CLIENT.putObjectRetention(b -> b.bucket(locked).key("a").retention(
        r -> r.mode("GOVERNANCE").retainUntilDate(until)));
    same(CLIENT.getObjectRetention(b -> b.bucket(locked).key("a")).retention().retainUntilDate()
        .isAfter(Instant.now().plus(Duration.ofDays(1))), true);
    CLIENT.deleteObject(
        b -> b.bucket(locked).key("a").versionId(version).bypassGovernanceRetention(true));
  }

  private static int send(String method, String address, String body) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setRequestMethod(method);
    if (body != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
    return connection.getResponseCode();
  }

  private static void presigned(String bucket) throws Exception {
    try (S3Presigner presigner = S3Presigner.builder().endpointOverride(ENDPOINT)
        .region(Region.US_EAST_1).credentialsProvider(KEYS).serviceConfiguration(PATH_STYLE)
        .build()) {
      String upload = presigner.presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(1))
          .putObjectRequest(b -> b.bucket(bucket).key("a b").contentType("text/plain"))).url()
          .toString();
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(upload).toURL().openConnection();
      connection.setRequestMethod("PUT");
      connection.setRequestProperty("Content-Type", "text/plain");
      connection.setDoOutput(true);
      connection.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      same(connection.getResponseCode(), 200);
      same(get(bucket, "a b"), "hello");
      String download = presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(1))
          .getObjectRequest(b -> b.bucket(bucket).key("a b"))).url().toString();
      same(send("GET", download, null), 200);
      same(send("GET", download.replace("X-Amz-Signature=", "X-Amz-Signature=0"), null), 403);
    }
  }

  private static void checksums(String bucket) throws Exception {
    PutObjectResponse stored = CLIENT.putObject(
        b -> b.bucket(bucket).key("a").checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromString("hello"));
    same(stored.checksumSHA256(), "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    same(CLIENT.headObject(b -> b.bucket(bucket).key("a").checksumMode("ENABLED")).checksumSHA256(),
        stored.checksumSHA256());
    GetObjectAttributesResponse attributes = CLIENT.getObjectAttributes(
        b -> b.bucket(bucket).key("a").objectAttributes(ObjectAttributes.CHECKSUM,
            ObjectAttributes.OBJECT_SIZE));
    same(List.of(attributes.checksum().checksumSHA256(), attributes.objectSize()),
        List.of(stored.checksumSHA256(), 5L));
    refuses("BadDigest", () -> CLIENT.putObject(
        b -> b.bucket(bucket).key("b").checksumSHA256(
            "PLJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="), RequestBody.fromString("hello")));
    byte[] data = bytes(6 * MIB);
    CompleteMultipartUploadResponse composite = upload(
        CreateMultipartUploadRequest.builder().bucket(bucket).key("c").checksumAlgorithm("SHA256"),
        UploadPartRequest.builder().bucket(bucket).key("c").checksumAlgorithm("SHA256"),
        CompleteMultipartUploadRequest.builder().bucket(bucket).key("c"), data);
    same(composite.checksumSHA256().endsWith("-2"), true);
    CompleteMultipartUploadResponse whole = upload(
        CreateMultipartUploadRequest.builder().bucket(bucket).key("f").checksumAlgorithm("CRC32")
            .checksumType("FULL_OBJECT"),
        UploadPartRequest.builder().bucket(bucket).key("f").checksumAlgorithm("CRC32"),
        CompleteMultipartUploadRequest.builder().bucket(bucket).key("f")
            .checksumType("FULL_OBJECT"), data);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(data);
    byte[] value = java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    same(whole.checksumCRC32(), Base64.getEncoder().encodeToString(value));
  }

  private static void sseS3(String bucket) throws Exception {
    CLIENT.putObject(b -> b.bucket(bucket).key("a").serverSideEncryption("AES256"),
        RequestBody.fromString("hello"));
    same(CLIENT.headObject(b -> b.bucket(bucket).key("a")).serverSideEncryptionAsString(), "AES256");
    same(get(bucket, "a"), "hello");
    CLIENT.putBucketEncryption(b -> b.bucket(bucket).serverSideEncryptionConfiguration(
        c -> c.rules(r -> r.applyServerSideEncryptionByDefault(d -> d.sseAlgorithm("AES256")))));
    same(put(bucket, "default", "x").serverSideEncryptionAsString(), "AES256");
    CLIENT.deleteBucketEncryption(b -> b.bucket(bucket));
    refuses("ServerSideEncryptionConfigurationNotFoundError",
        () -> CLIENT.getBucketEncryption(b -> b.bucket(bucket)));
  }

  private static void sseC(String bucket) throws Exception {
    byte[] secret = bytes(32);
    String key = Base64.getEncoder().encodeToString(secret);
    String md5 = Base64.getEncoder().encodeToString(
        MessageDigest.getInstance("MD5").digest(secret));
    byte[] data = bytes(11 * MIB);
    upload(
        CreateMultipartUploadRequest.builder().bucket(bucket).key("a")
            .sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5),
        UploadPartRequest.builder().bucket(bucket).key("a")
            .sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5),
        CompleteMultipartUploadRequest.builder().bucket(bucket).key("a")
            .sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5), data);
    byte[] part = CLIENT.getObjectAsBytes(b -> b.bucket(bucket).key("a")
        .range("bytes=5242870-5242890").sseCustomerAlgorithm("AES256").sseCustomerKey(key)
        .sseCustomerKeyMD5(md5)).asByteArray();
    same(Arrays.equals(part, Arrays.copyOfRange(data, 5242870, 5242891)), true);
    refuses("InvalidRequest", () -> get(bucket, "a"));
  }

  private static void sseKms(String bucket) throws Exception {
    String key = System.getenv("S3_KMS_KEY");
    CLIENT.putObject(b -> b.bucket(bucket).key("a").serverSideEncryption("aws:kms").ssekmsKeyId(key),
        RequestBody.fromString("hello"));
    HeadObjectResponse head = CLIENT.headObject(b -> b.bucket(bucket).key("a"));
    same(head.serverSideEncryptionAsString(), "aws:kms");
    same(head.ssekmsKeyId().endsWith(key), true);
    same(get(bucket, "a"), "hello");
  }

  private static void policy(String bucket) throws Exception {
    put(bucket, "open/a", "hello");
    put(bucket, "closed/a", "hello");
    String policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
        + "\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::" + bucket
        + "/open/*\"}]}";
    CLIENT.putBucketPolicy(b -> b.bucket(bucket).policy(policy));
    same(CLIENT.getBucketPolicy(b -> b.bucket(bucket)).policy(), policy);
    same(send("GET", ENDPOINT + "/" + bucket + "/open/a", null), 200);
    same(send("GET", ENDPOINT + "/" + bucket + "/closed/a", null), 403);
    CLIENT.deleteBucketPolicy(b -> b.bucket(bucket));
    refuses("NoSuchBucketPolicy", () -> CLIENT.getBucketPolicy(b -> b.bucket(bucket)));
  }

  private static void lifecycle(String bucket) throws Exception {
    LifecycleRule rule = LifecycleRule.builder().id("old").status("Enabled")
        .filter(f -> f.prefix("logs/")).expiration(e -> e.days(30))
        .noncurrentVersionExpiration(n -> n.noncurrentDays(5).newerNoncurrentVersions(2)).build();
    CLIENT.putBucketLifecycleConfiguration(
        b -> b.bucket(bucket).lifecycleConfiguration(c -> c.rules(rule)));
    same(CLIENT.getBucketLifecycleConfiguration(b -> b.bucket(bucket)).rules(), List.of(rule));
    same(put(bucket, "logs/a", "x").expiration().contains("rule-id=\"old\""), true);
    CLIENT.deleteBucketLifecycle(b -> b.bucket(bucket));
    refuses("NoSuchLifecycleConfiguration",
        () -> CLIENT.getBucketLifecycleConfiguration(b -> b.bucket(bucket)));
  }
}

// Exercises an S3 server with the unmodified AWS SDK for JavaScript v3 and prints one JSON line a
// check: {"check": "ranges", "error": ""}. The server is found by S3_ENDPOINT, S3_ACCESS_KEY and
// S3_SECRET_KEY; bucket names begin with S3_PREFIX; S3_KMS_KEY names an encryption key.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const settings = {
  endpoint: process.env.S3_ENDPOINT,
  region: "us-east-1",
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: {
    accessKeyId: process.env.S3_ACCESS_KEY,
    secretAccessKey: process.env.S3_SECRET_KEY,
  },
};
const client = new s3.S3Client(settings);

const send = (Command, input) => client.send(new Command(input));
const put = (Bucket, Key, Body, more = {}) =>
  send(s3.PutObjectCommand, { Bucket, Key, Body, ...more });

async function read(Bucket, Key, more = {}) {
  const answer = await send(s3.GetObjectCommand, { Bucket, Key, ...more });
  return { ...answer, bytes: Buffer.from(await answer.Body.transformToByteArray()) };
}

async function text(Bucket, Key, more = {}) {
  return (await read(Bucket, Key, more)).bytes.toString();
}

async function refuses(promise, wanted) {
  const error = await promise.then(() => null, (reason) => reason);
  assert.ok(error, `succeeded, where ${wanted} was wanted`);
  const status = error.$metadata?.httpStatusCode;
  if (typeof wanted === "number") assert.equal(status, wanted);
  else assert.equal(error.name, wanted, `${status} ${error.name}: ${error.message}`);
}

const checks = {
  async buckets(Bucket) {
    await send(s3.HeadBucketCommand, { Bucket });
    await refuses(send(s3.HeadBucketCommand, { Bucket: `${Bucket}-not` }), 404);
    const { Buckets } = await send(s3.ListBucketsCommand, {});
    assert.ok(Buckets.some((one) => one.Name === Bucket));
    await put(Bucket, "a", "x");
    await refuses(send(s3.DeleteBucketCommand, { Bucket }), "BucketNotEmpty");
    await send(s3.DeleteObjectCommand, { Bucket, Key: "a" });
    await send(s3.DeleteBucketCommand, { Bucket });
    await refuses(send(s3.DeleteBucketCommand, { Bucket }), "NoSuchBucket");
  },

  async objects(Bucket) {
    const Key = "a/b c+d&e?f=é.txt";
    const { ETag } = await put(Bucket, Key, "hello", {
      ContentType: "text/plain", CacheControl: "no-cache", Metadata: { colour: "red" },
    });
    assert.equal(ETag, '"5d41402abc4b2a76b9719d911017c592"');
    const head = await send(s3.HeadObjectCommand, { Bucket, Key });
    assert.deepEqual([head.ContentLength, head.ContentType, head.CacheControl, head.Metadata],
      [5, "text/plain", "no-cache", { colour: "red" }]);
    assert.equal(await text(Bucket, Key), "hello");
    await send(s3.DeleteObjectCommand, { Bucket, Key });
    await refuses(send(s3.GetObjectCommand, { Bucket, Key }), "NoSuchKey");
  },

  async ranges(Bucket) {
    const data = randomBytes(1 << 20);
    await put(Bucket, "a", data);
    for (const [from, to] of [[0, 0], [5, 99], [300000, (1 << 20) - 1]]) {
      const part = await read(Bucket, "a", { Range: `bytes=${from}-${to}` });
      assert.ok(part.bytes.equals(data.subarray(from, to + 1)));
      assert.equal(part.ContentRange, `bytes ${from}-${to}/${1 << 20}`);
    }
    await refuses(send(s3.GetObjectCommand, { Bucket, Key: "a", Range: "bytes=2000000-" }),
      "InvalidRange");
  },

  async multipart(Bucket) {
    const data = randomBytes((12 << 20) + 1);
    const upload = new Upload({ client, partSize: 5 << 20,
      params: { Bucket, Key: "large", Body: data, Metadata: { colour: "red" } } });
    const done = await upload.done();
    assert.match(done.ETag, /-3"$/);
    const whole = await read(Bucket, "large");
    assert.ok(whole.bytes.equals(data));
    assert.deepEqual(whole.Metadata, { colour: "red" });
    const { UploadId } = await send(s3.CreateMultipartUploadCommand, { Bucket, Key: "open" });
    const part = { Bucket, Key: "open", UploadId, PartNumber: 1 };
    const { ETag } = await send(s3.UploadPartCommand, { ...part, Body: "x" });
    const parts = await send(s3.ListPartsCommand, { Bucket, Key: "open", UploadId });
    assert.deepEqual(parts.Parts.map((one) => [one.PartNumber, one.ETag, one.Size]), [[1, ETag, 1]]);
    const uploads = await send(s3.ListMultipartUploadsCommand, { Bucket });
    assert.deepEqual(uploads.Uploads.map((one) => one.UploadId), [UploadId]);
    await send(s3.AbortMultipartUploadCommand, { Bucket, Key: "open", UploadId });
    await refuses(send(s3.ListPartsCommand, { Bucket, Key: "open", UploadId }), "NoSuchUpload");
  },

  async listing(Bucket) {
    for (const key of ["a/1", "a/2", "b", "c d", "e+f"]) await put(Bucket, key, "x");
    const keys = [];
    for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket })) {
      keys.push(...page.Contents.map((one) => one.Key));
    }
    assert.deepEqual(keys, ["a/1", "a/2", "b", "c d", "e+f"]);
    const folders = await send(s3.ListObjectsV2Command, { Bucket, Delimiter: "/" });
    assert.deepEqual(folders.CommonPrefixes, [{ Prefix: "a/" }]);
    const first = await send(s3.ListObjectsCommand, { Bucket, Prefix: "a/", MaxKeys: 1 });
    assert.deepEqual([first.Contents[0].Key, first.IsTruncated], ["a/1", true]);
    const gone = await send(s3.DeleteObjectsCommand, { Bucket,
      Delete: { Objects: [{ Key: "a/1" }, { Key: "c d" }, { Key: "never" }] } });
    assert.equal(gone.Deleted.length, 3);
  },

  async copy(Bucket) {
    await put(Bucket, "a b", "hello", { Metadata: { k: "1" }, Tagging: "t=1" });
    const CopySource = `${Bucket}/a%20b`;
    await send(s3.CopyObjectCommand, { Bucket, Key: "same", CopySource });
    await send(s3.CopyObjectCommand, { Bucket, Key: "new", CopySource, Metadata: { k: "2" },
      MetadataDirective: "REPLACE", Tagging: "t=2", TaggingDirective: "REPLACE" });
    const same = await read(Bucket, "same");
    const changed = await read(Bucket, "new");
    assert.deepEqual([same.Metadata.k, changed.Metadata.k], ["1", "2"]);
    assert.equal(changed.bytes.toString(), "hello");
    const tags = await send(s3.GetObjectTaggingCommand, { Bucket, Key: "new" });
    assert.deepEqual(tags.TagSet, [{ Key: "t", Value: "2" }]);
  },

  async preconditions(Bucket) {
    const { ETag } = await put(Bucket, "a", "1", { IfNoneMatch: "*" });
    await refuses(put(Bucket, "a", "2", { IfNoneMatch: "*" }), "PreconditionFailed");
    await refuses(put(Bucket, "a", "2", { IfMatch: '"other"' }), "PreconditionFailed");
    await refuses(put(Bucket, "none", "2", { IfMatch: ETag }), "NoSuchKey");
    await put(Bucket, "a", "2", { IfMatch: ETag });
    await refuses(send(s3.GetObjectCommand, { Bucket, Key: "a", IfMatch: ETag }),
      "PreconditionFailed");
    await refuses(send(s3.DeleteObjectCommand, { Bucket, Key: "a", IfMatch: ETag }),
      "PreconditionFailed");
    assert.equal(await text(Bucket, "a"), "2");
  },

  async versions(Bucket) {
    const VersioningConfiguration = { Status: "Enabled" };
    await send(s3.PutBucketVersioningCommand, { Bucket, VersioningConfiguration });
    const one = await put(Bucket, "a", "1");
    const two = await put(Bucket, "a", "2");
    assert.notEqual(one.VersionId, two.VersionId);
    const marker = await send(s3.DeleteObjectCommand, { Bucket, Key: "a" });
    assert.equal(marker.DeleteMarker, true);
    await refuses(send(s3.GetObjectCommand, { Bucket, Key: "a" }), "NoSuchKey");
    assert.equal(await text(Bucket, "a", { VersionId: one.VersionId }), "1");
    const list = await send(s3.ListObjectVersionsCommand, { Bucket });
    assert.deepEqual(list.Versions.map((version) => version.VersionId),
      [two.VersionId, one.VersionId]);
    assert.deepEqual(list.DeleteMarkers.map((version) => version.IsLatest), [true]);
    await send(s3.DeleteObjectCommand, { Bucket, Key: "a", VersionId: marker.VersionId });
    assert.equal(await text(Bucket, "a"), "2");
    await send(s3.CopyObjectCommand, { Bucket, Key: "a",
      CopySource: `${Bucket}/a?versionId=${one.VersionId}` });
    assert.equal(await text(Bucket, "a"), "1");
  },

  async tags(Bucket) {
    await put(Bucket, "a", "1", { Tagging: "k=v%20w" });
    const target = { Bucket, Key: "a" };
    const before = await send(s3.GetObjectTaggingCommand, target);
    assert.deepEqual(before.TagSet, [{ Key: "k", Value: "v w" }]);
    const TagSet = [{ Key: "x", Value: "y" }];
    await send(s3.PutObjectTaggingCommand, { ...target, Tagging: { TagSet } });
    assert.equal((await send(s3.GetObjectCommand, target)).TagCount, 1);
    await send(s3.DeleteObjectTaggingCommand, target);
    assert.deepEqual((await send(s3.GetObjectTaggingCommand, target)).TagSet, []);
    await send(s3.PutBucketTaggingCommand, { Bucket, Tagging: { TagSet } });
    assert.deepEqual((await send(s3.GetBucketTaggingCommand, { Bucket })).TagSet, TagSet);
    await send(s3.DeleteBucketTaggingCommand, { Bucket });
    await refuses(send(s3.GetBucketTaggingCommand, { Bucket }), "NoSuchTagSet");
  },

  async locks(Bucket) {
    const Locked = `${Bucket}-on`;
    await send(s3.CreateBucketCommand, { Bucket: Locked, ObjectLockEnabledForBucket: true });
    const Rule = { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } };
    await send(s3.PutObjectLockConfigurationCommand, { Bucket: Locked,
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule } });
    const config = await send(s3.GetObjectLockConfigurationCommand, { Bucket: Locked });
    assert.deepEqual(config.ObjectLockConfiguration.Rule, Rule);
    const { VersionId } = await put(Locked, "a", "1");
    const target = { Bucket: Locked, Key: "a", VersionId };
    assert.equal((await send(s3.HeadObjectCommand, target)).ObjectLockMode, "GOVERNANCE");
    await refuses(send(s3.DeleteObjectCommand, target), "AccessDenied");
    const hold = (Status) => send(s3.PutObjectLegalHoldCommand, { ...target, LegalHold: { Status } });
    const bypassing = { ...target, BypassGovernanceRetention: true };
    await hold("ON");
    await refuses(send(s3.DeleteObjectCommand, bypassing), "AccessDenied");
    await hold("OFF");
    await send(s3.PutObjectRetentionCommand, { ...bypassing,
      Retention: { Mode: "GOVERNANCE", RetainUntilDate: new Date(Date.now() + 3600e3) } });
    const kept = await send(s3.GetObjectRetentionCommand, target);
    assert.ok(kept.Retention.RetainUntilDate < new Date(Date.now() + 7200e3));
    await send(s3.DeleteObjectCommand, bypassing);
  },

  async presigned(Bucket) {
    // By default the signer promises the checksum of an empty body.
    const signer = new s3.S3Client({ ...settings, requestChecksumCalculation: "WHEN_REQUIRED" });
    const upload = await getSignedUrl(signer, new s3.PutObjectCommand({ Bucket, Key: "a b" }),
      { expiresIn: 60 });
    const sent = await fetch(upload, { method: "PUT", body: "hello" });
    assert.equal(sent.status, 200, await sent.text());
    const address = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "a b",
      ResponseContentType: "text/x" }), { expiresIn: 60 });
    const answer = await fetch(address);
    assert.equal(answer.headers.get("content-type"), "text/x");
    assert.equal(await answer.text(), "hello");
    const forged = await fetch(address.replace("X-Amz-Signature=", "X-Amz-Signature=0"));
    assert.equal(forged.status, 403);
  },

  async post_form(Bucket) {
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: "up/${filename}",
      Conditions: [["content-length-range", 1, 10], ["starts-with", "$Content-Type", "text/"]],
      Fields: { "x-amz-meta-from": "form" }, Expires: 60 });
    const post = async (body) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("Content-Type", "text/plain");
      form.append("file", new Blob([body]), "x.txt");
      return (await fetch(url, { method: "POST", body: form })).status;
    };
    assert.equal(await post("hello"), 204);
    assert.equal(await post("more than ten bytes"), 400);
    const object = await read(Bucket, "up/x.txt");
    assert.deepEqual([object.bytes.toString(), object.ContentType, object.Metadata.from],
      ["hello", "text/plain", "form"]);
  },

  async checksums(Bucket) {
    const sums = { CRC32: "NhCmhg==", CRC32C: "mnG7TA==", CRC64NVME: "M3eFcAZSQlc=",
      SHA1: "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
      SHA256: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=" };
    for (const [ChecksumAlgorithm, sum] of Object.entries(sums)) {
      const member = `Checksum${ChecksumAlgorithm}`;
      const Key = ChecksumAlgorithm;
      // The SDK cannot compute CRC64NVME without another package, but can pass it on.
      const given = ChecksumAlgorithm === "CRC64NVME" ? { [member]: sum } : { ChecksumAlgorithm };
      assert.equal((await put(Bucket, Key, "hello", given))[member], sum);
      const head = await send(s3.HeadObjectCommand, { Bucket, Key, ChecksumMode: "ENABLED" });
      assert.equal(head[member], sum);
      const attributes = await send(s3.GetObjectAttributesCommand, { Bucket, Key,
        ObjectAttributes: ["Checksum", "ObjectSize", "ETag"] });
      assert.deepEqual([attributes.Checksum[member], attributes.ObjectSize], [sum, 5]);
    }
    await refuses(put(Bucket, "bad", "hello", { ChecksumSHA256: sums.SHA256.replace("LP", "PL") }),
      "BadDigest");
    const upload = new Upload({ client, partSize: 5 << 20, params: { Bucket, Key: "parts",
      Body: randomBytes(6 << 20), ChecksumAlgorithm: "SHA256" } });
    assert.match((await upload.done()).ChecksumSHA256, /-2$/);
  },

  async sse_s3(Bucket) {
    await encrypted(Bucket, { ServerSideEncryption: "AES256" }, {}, "AES256");
    const ServerSideEncryptionConfiguration = {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] };
    await send(s3.PutBucketEncryptionCommand, { Bucket, ServerSideEncryptionConfiguration });
    assert.equal((await put(Bucket, "default", "x")).ServerSideEncryption, "AES256");
    await send(s3.DeleteBucketEncryptionCommand, { Bucket });
    await refuses(send(s3.GetBucketEncryptionCommand, { Bucket }),
      "ServerSideEncryptionConfigurationNotFoundError");
  },

  async sse_c(Bucket) {
    const key = randomBytes(32);
    const customer = { SSECustomerAlgorithm: "AES256", SSECustomerKey: key.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(key).digest("base64") };
    await encrypted(Bucket, customer, customer, undefined);
    await refuses(send(s3.HeadObjectCommand, { Bucket, Key: "small" }), 400);
    const other = randomBytes(32);
    await refuses(send(s3.GetObjectCommand, { Bucket, Key: "small", SSECustomerAlgorithm: "AES256",
      SSECustomerKey: other.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(other).digest("base64") }), 400);
  },

  async sse_kms(Bucket) {
    const key = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: process.env.S3_KMS_KEY };
    await encrypted(Bucket, key, {}, "aws:kms");
    const { SSEKMSKeyId } = await send(s3.HeadObjectCommand, { Bucket, Key: "small" });
    assert.ok(SSEKMSKeyId.endsWith(process.env.S3_KMS_KEY), SSEKMSKeyId);
  },

  async policy(Bucket) {
    await put(Bucket, "open/a", "hello");
    await put(Bucket, "closed/a", "hello");
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow",
      Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/open/*` }] });
    await send(s3.PutBucketPolicyCommand, { Bucket, Policy });
    assert.equal((await send(s3.GetBucketPolicyCommand, { Bucket })).Policy, Policy);
    const get = async (key) => (await fetch(`${process.env.S3_ENDPOINT}/${Bucket}/${key}`)).status;
    assert.deepEqual([await get("open/a"), await get("closed/a")], [200, 403]);
    await send(s3.DeleteBucketPolicyCommand, { Bucket });
    await refuses(send(s3.GetBucketPolicyCommand, { Bucket }), "NoSuchBucketPolicy");
  },

  async lifecycle(Bucket) {
    const Rules = [{ ID: "old", Status: "Enabled", Expiration: { Days: 30 },
      Filter: { And: { Prefix: "logs/", Tags: [{ Key: "k", Value: "v" }] } } }];
    await send(s3.PutBucketLifecycleConfigurationCommand, { Bucket,
      LifecycleConfiguration: { Rules } });
    const kept = await send(s3.GetBucketLifecycleConfigurationCommand, { Bucket });
    assert.deepEqual(kept.Rules, Rules);
    assert.match((await put(Bucket, "logs/a", "x", { Tagging: "k=v" })).Expiration, /rule-id="old"/);
    assert.equal((await put(Bucket, "logs/b", "x")).Expiration, undefined);
    await send(s3.DeleteBucketLifecycleCommand, { Bucket });
    await refuses(send(s3.GetBucketLifecycleConfigurationCommand, { Bucket }),
      "NoSuchLifecycleConfiguration");
  },

  async cors(Bucket) {
    const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://*.example"],
      ExposeHeaders: ["ETag"], MaxAgeSeconds: 60 }];
    await send(s3.PutBucketCorsCommand, { Bucket, CORSConfiguration: { CORSRules } });
    assert.deepEqual((await send(s3.GetBucketCorsCommand, { Bucket })).CORSRules, CORSRules);
    const preflight = (Origin) => fetch(`${process.env.S3_ENDPOINT}/${Bucket}/a`, {
      method: "OPTIONS", headers: { Origin, "Access-Control-Request-Method": "GET" } });
    const good = await preflight("https://app.example");
    assert.deepEqual([good.status, good.headers.get("access-control-allow-origin")],
      [200, "https://app.example"]);
    assert.equal((await preflight("https://app.other")).status, 403);
  },
};

async function encrypted(Bucket, writing, reading, algorithm) {
  const data = randomBytes(11 << 20);
  await put(Bucket, "small", "hello", writing);
  await new Upload({ client, partSize: 5 << 20,
    params: { Bucket, Key: "large", Body: data, ...writing } }).done();
  const small = await read(Bucket, "small", reading);
  assert.deepEqual([small.bytes.toString(), small.ServerSideEncryption], ["hello", algorithm]);
  assert.ok((await read(Bucket, "large", reading)).bytes.equals(data));
  const part = await read(Bucket, "large", { ...reading, Range: "bytes=5242870-5242890" });
  assert.ok(part.bytes.equals(data.subarray(5242870, 5242891)));
}

for (const [check, run] of Object.entries(checks)) {
  const bucket = `${process.env.S3_PREFIX}${check.replaceAll("_", "-")}`;
  let error = "";
  try {
    await send(s3.CreateBucketCommand, { Bucket: bucket });
    await run(bucket);
  } catch (reason) {
    error = `${reason.message}\n${reason.stack}`;
  }
  console.log(JSON.stringify({ check, error }));
}

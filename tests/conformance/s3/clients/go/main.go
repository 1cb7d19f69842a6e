// Exercises an S3 server with an unmodified minio-go and prints one JSON line a check:
// {"check": "ranges", "error": ""}. The server is found by S3_ENDPOINT, S3_ACCESS_KEY and
// S3_SECRET_KEY; bucket names begin with S3_PREFIX; S3_KMS_KEY names an encryption key.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
	"github.com/minio/minio-go/v7/pkg/lifecycle"
	"github.com/minio/minio-go/v7/pkg/sse"
	"github.com/minio/minio-go/v7/pkg/tags"
)

var (
	ctx    = context.Background()
	client *minio.Client
	prefix = os.Getenv("S3_PREFIX")
)

func main() {
	endpoint, err := url.Parse(os.Getenv("S3_ENDPOINT"))
	if err == nil {
		client, err = minio.New(endpoint.Host, &minio.Options{
			Creds:  credentials.NewStaticV4(os.Getenv("S3_ACCESS_KEY"), os.Getenv("S3_SECRET_KEY"), ""),
			Secure: endpoint.Scheme == "https",
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	checks := []struct {
		name string
		run  func(bucket string) error
	}{
		{"buckets", buckets}, {"objects", objects}, {"ranges", ranges}, {"multipart", multiparts},
		{"listing", listing}, {"copy", copies}, {"preconditions", preconditions},
		{"versions", versions}, {"tags", tagging}, {"locks", locks}, {"presigned", presigned},
		{"post_form", postForm}, {"checksums", checksums}, {"sse_s3", sseS3}, {"sse_c", sseC},
		{"sse_kms", sseKms}, {"policy", policy}, {"lifecycle", lifecycles},
	}
	for _, check := range checks {
		message := ""
		if err := check.run(prefix + strings.ReplaceAll(check.name, "_", "-")); err != nil {
			message = err.Error()
		}
		line, _ := json.Marshal(map[string]string{"check": check.name, "error": message})
		fmt.Println(string(line))
	}
}

// same fails with both values where they differ.
func same(what string, got, wanted interface{}) error {
	if reflect.DeepEqual(got, wanted) {
		return nil
	}
	return fmt.Errorf("%s: got %v, wanted %v", what, got, wanted)
}

// code fails unless the error is S3's of that code.
func code(err error, wanted string) error {
	return same("error code", minio.ToErrorResponse(err).Code, wanted)
}

// first returns the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func put(bucket, key, text string, options minio.PutObjectOptions) (minio.UploadInfo, error) {
	return client.PutObject(ctx, bucket, key, strings.NewReader(text), int64(len(text)), options)
}

func get(bucket, key string, options minio.GetObjectOptions) (string, error) {
	object, err := client.GetObject(ctx, bucket, key, options)
	if err != nil {
		return "", err
	}
	defer object.Close()
	text, err := io.ReadAll(object)
	return string(text), err
}

func holds(bucket, key string, options minio.GetObjectOptions, wanted string) error {
	text, err := get(bucket, key, options)
	if err != nil {
		return err
	}
	return same("content of "+key, text, wanted)
}

func makeBucket(bucket string) error {
	return client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{})
}

func randomBytes(size int) []byte {
	data := make([]byte, size)
	_, _ = rand.Read(data)
	return data
}

func buckets(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	exists, err := client.BucketExists(ctx, bucket)
	absent, err2 := client.BucketExists(ctx, bucket+"-not")
	location, err3 := client.GetBucketLocation(ctx, bucket)
	all, err4 := client.ListBuckets(ctx)
	if err := first(err, err2, err3, err4); err != nil {
		return err
	}
	found := false
	for _, info := range all {
		found = found || info.Name == bucket
	}
	_, err = put(bucket, "a", "x", minio.PutObjectOptions{})
	return first(same("exists", exists, true), same("absent", absent, false),
		same("location", location, "us-east-1"), same("listed", found, true), err,
		code(client.RemoveBucket(ctx, bucket), "BucketNotEmpty"),
		client.RemoveObject(ctx, bucket, "a", minio.RemoveObjectOptions{}),
		client.RemoveBucket(ctx, bucket), code(client.RemoveBucket(ctx, bucket), "NoSuchBucket"))
}

func objects(bucket string) error {
	key := "a/b c+d&e?f=é.txt"
	if err := makeBucket(bucket); err != nil {
		return err
	}
	info, err := put(bucket, key, "hello", minio.PutObjectOptions{
		ContentType: "text/plain", CacheControl: "no-cache",
		UserMetadata: map[string]string{"Colour": "red"}})
	if err != nil {
		return err
	}
	stat, err := client.StatObject(ctx, bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return err
	}
	err = first(same("etag", stat.ETag, info.ETag), same("etag", info.ETag, "5d41402abc4b2a76b9719d911017c592"),
		same("size", stat.Size, int64(5)), same("type", stat.ContentType, "text/plain"),
		same("metadata", stat.UserMetadata["Colour"], "red"),
		same("cache-control", stat.Metadata.Get("Cache-Control"), "no-cache"),
		holds(bucket, key, minio.GetObjectOptions{}, "hello"),
		client.RemoveObject(ctx, bucket, key, minio.RemoveObjectOptions{}))
	if err != nil {
		return err
	}
	_, err = client.StatObject(ctx, bucket, key, minio.StatObjectOptions{})
	return code(err, "NoSuchKey")
}

func ranges(bucket string) error {
	data := string(randomBytes(1 << 20))
	if err := makeBucket(bucket); err != nil {
		return err
	}
	if _, err := put(bucket, "a", data, minio.PutObjectOptions{}); err != nil {
		return err
	}
	for _, span := range [][2]int{{0, 0}, {5, 99}, {300_000, 1<<20 - 1}} {
		options := minio.GetObjectOptions{}
		if err := options.SetRange(int64(span[0]), int64(span[1])); err != nil {
			return err
		}
		if err := holds(bucket, "a", options, data[span[0]:span[1]+1]); err != nil {
			return err
		}
	}
	object, err := client.GetObject(ctx, bucket, "a", minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer object.Close()
	some := make([]byte, 10)
	if _, err := object.ReadAt(some, 1<<19); err != nil {
		return err
	}
	return same("ReadAt", string(some), data[1<<19:1<<19+10])
}

func multiparts(bucket string) error {
	data := randomBytes(12<<20 + 1)
	if err := makeBucket(bucket); err != nil {
		return err
	}
	info, err := client.PutObject(ctx, bucket, "large", bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{PartSize: 5 << 20, NumThreads: 3})
	if err != nil {
		return err
	}
	// A stream whose length is not known.
	_, err = client.PutObject(ctx, bucket, "stream", io.MultiReader(bytes.NewReader(data)), -1,
		minio.PutObjectOptions{PartSize: 5 << 20})
	if err != nil {
		return err
	}
	core := minio.Core{Client: client}
	upload, err := core.NewMultipartUpload(ctx, bucket, "open", minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	part, err := core.PutObjectPart(ctx, bucket, "open", upload, 1, bytes.NewReader(data[:100]), 100,
		minio.PutObjectPartOptions{})
	if err != nil {
		return err
	}
	parts, err := core.ListObjectParts(ctx, bucket, "open", upload, 0, 10)
	if err != nil {
		return err
	}
	open := 0
	for incomplete := range client.ListIncompleteUploads(ctx, bucket, "", true) {
		if incomplete.Err != nil {
			return incomplete.Err
		}
		open++
	}
	return first(same("parts in the ETag", strings.HasSuffix(info.ETag, "-3"), true),
		holds(bucket, "large", minio.GetObjectOptions{}, string(data)),
		holds(bucket, "stream", minio.GetObjectOptions{}, string(data)),
		same("parts", len(parts.ObjectParts), 1), same("part", strings.Trim(parts.ObjectParts[0].ETag, `"`), part.ETag),
		same("uploads", open, 1), core.AbortMultipartUpload(ctx, bucket, "open", upload),
		code(core.AbortMultipartUpload(ctx, bucket, "open", upload), "NoSuchUpload"))
}

func listing(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	for _, key := range []string{"a/1", "a/2", "b", "c d", "e+f"} {
		if _, err := put(bucket, key, "x", minio.PutObjectOptions{}); err != nil {
			return err
		}
	}
	names := func(options minio.ListObjectsOptions) (string, error) {
		var found []string
		for object := range client.ListObjects(ctx, bucket, options) {
			if object.Err != nil {
				return "", object.Err
			}
			found = append(found, object.Key)
		}
		return strings.Join(found, ","), nil
	}
	for _, v1 := range []bool{false, true} {
		flat, err := names(minio.ListObjectsOptions{Recursive: true, MaxKeys: 2, UseV1: v1})
		folders, err2 := names(minio.ListObjectsOptions{UseV1: v1})
		below, err3 := names(minio.ListObjectsOptions{Prefix: "a/", UseV1: v1})
		err = first(err, err2, err3, same("all", flat, "a/1,a/2,b,c d,e+f"),
			same("folders", folders, "b,c d,e+f,a/"), same("prefix", below, "a/1,a/2"))
		if err != nil {
			return err
		}
	}
	targets := make(chan minio.ObjectInfo, 2)
	targets <- minio.ObjectInfo{Key: "a/1"}
	targets <- minio.ObjectInfo{Key: "c d"}
	close(targets)
	for failed := range client.RemoveObjects(ctx, bucket, targets, minio.RemoveObjectsOptions{}) {
		return failed.Err
	}
	left, err := names(minio.ListObjectsOptions{Recursive: true})
	return first(err, same("left", left, "a/2,b,e+f"))
}

func copies(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	_, err := put(bucket, "a b", "hello", minio.PutObjectOptions{UserMetadata: map[string]string{"K": "1"},
		UserTags: map[string]string{"t": "1"}})
	if err != nil {
		return err
	}
	source := minio.CopySrcOptions{Bucket: bucket, Object: "a b"}
	_, err = client.CopyObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "same"}, source)
	_, err2 := client.CopyObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "new",
		ReplaceMetadata: true, UserMetadata: map[string]string{"K": "2"},
		ReplaceTags: true, UserTags: map[string]string{"t": "2"}}, source)
	data := randomBytes(6 << 20)
	_, err3 := client.PutObject(ctx, bucket, "part", bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{})
	if err := first(err, err2, err3); err != nil {
		return err
	}
	_, err = client.ComposeObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "composed"},
		minio.CopySrcOptions{Bucket: bucket, Object: "part"}, source)
	if err != nil {
		return err
	}
	kept, err := client.StatObject(ctx, bucket, "same", minio.StatObjectOptions{})
	replaced, err2 := client.StatObject(ctx, bucket, "new", minio.StatObjectOptions{})
	newTags, err3 := client.GetObjectTagging(ctx, bucket, "new", minio.GetObjectTaggingOptions{})
	keptTags, err4 := client.GetObjectTagging(ctx, bucket, "same", minio.GetObjectTaggingOptions{})
	if err := first(err, err2, err3, err4); err != nil {
		return err
	}
	return first(same("kept", kept.UserMetadata["K"], "1"), same("replaced", replaced.UserMetadata["K"], "2"),
		same("tags", newTags.ToMap(), map[string]string{"t": "2"}),
		same("tags", keptTags.ToMap(), map[string]string{"t": "1"}),
		holds(bucket, "new", minio.GetObjectOptions{}, "hello"),
		holds(bucket, "composed", minio.GetObjectOptions{}, string(data)+"hello"))
}

func preconditions(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	info, err := put(bucket, "a", "1", minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	matching, failing, fresh := minio.GetObjectOptions{}, minio.GetObjectOptions{}, minio.GetObjectOptions{}
	if err := first(matching.SetMatchETag(info.ETag), failing.SetMatchETag("other"),
		fresh.SetMatchETagExcept(info.ETag)); err != nil {
		return err
	}
	_, refused := get(bucket, "a", failing)
	_, unchanged := client.StatObject(ctx, bucket, "a", fresh)
	return first(holds(bucket, "a", matching, "1"), code(refused, "PreconditionFailed"),
		same("not modified", minio.ToErrorResponse(unchanged).StatusCode, http.StatusNotModified))
}

func versions(bucket string) error {
	if err := first(makeBucket(bucket), client.EnableVersioning(ctx, bucket)); err != nil {
		return err
	}
	one, err := put(bucket, "a", "1", minio.PutObjectOptions{})
	two, err2 := put(bucket, "a", "2", minio.PutObjectOptions{})
	state, err3 := client.GetBucketVersioning(ctx, bucket)
	err = first(err, err2, err3, same("state", state.Enabled(), true),
		same("version ids differ", one.VersionID != two.VersionID && one.VersionID != "", true),
		holds(bucket, "a", minio.GetObjectOptions{VersionID: one.VersionID}, "1"),
		holds(bucket, "a", minio.GetObjectOptions{}, "2"),
		client.RemoveObject(ctx, bucket, "a", minio.RemoveObjectOptions{}))
	if err != nil {
		return err
	}
	_, gone := client.StatObject(ctx, bucket, "a", minio.StatObjectOptions{})
	if err := code(gone, "NoSuchKey"); err != nil {
		return err
	}
	var listed []string
	marker := ""
	for object := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{WithVersions: true, Recursive: true}) {
		if object.Err != nil {
			return object.Err
		}
		if object.IsDeleteMarker {
			marker = object.VersionID
		}
		listed = append(listed, fmt.Sprintf("%v %v", object.IsDeleteMarker, object.IsLatest))
	}
	return first(same("versions", listed, []string{"true true", "false false", "false false"}),
		client.RemoveObject(ctx, bucket, "a", minio.RemoveObjectOptions{VersionID: marker}),
		holds(bucket, "a", minio.GetObjectOptions{}, "2"),
		client.RemoveObject(ctx, bucket, "a", minio.RemoveObjectOptions{VersionID: two.VersionID}),
		holds(bucket, "a", minio.GetObjectOptions{}, "1"), client.SuspendVersioning(ctx, bucket))
}

func tagging(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	_, err := put(bucket, "a", "1", minio.PutObjectOptions{UserTags: map[string]string{"k": "v w"}})
	if err != nil {
		return err
	}
	before, err := client.GetObjectTagging(ctx, bucket, "a", minio.GetObjectTaggingOptions{})
	if err != nil {
		return err
	}
	changed, _ := tags.NewTags(map[string]string{"x": "y", "empty": ""}, true)
	ofBucket, _ := tags.NewTags(map[string]string{"team": "data"}, false)
	err = first(same("tags", before.ToMap(), map[string]string{"k": "v w"}),
		client.PutObjectTagging(ctx, bucket, "a", changed, minio.PutObjectTaggingOptions{}),
		client.SetBucketTagging(ctx, bucket, ofBucket))
	if err != nil {
		return err
	}
	after, err := client.GetObjectTagging(ctx, bucket, "a", minio.GetObjectTaggingOptions{})
	bucketTags, err2 := client.GetBucketTagging(ctx, bucket)
	stat, err3 := client.StatObject(ctx, bucket, "a", minio.StatObjectOptions{})
	if err := first(err, err2, err3); err != nil {
		return err
	}
	err = first(same("tags", after.ToMap(), changed.ToMap()), same("count", stat.UserTagCount, 2),
		same("bucket tags", bucketTags.ToMap(), ofBucket.ToMap()),
		client.RemoveObjectTagging(ctx, bucket, "a", minio.RemoveObjectTaggingOptions{}),
		client.RemoveBucketTagging(ctx, bucket))
	if err != nil {
		return err
	}
	_, err = client.GetBucketTagging(ctx, bucket)
	return code(err, "NoSuchTagSet")
}

func locks(bucket string) error {
	err := client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{ObjectLocking: true})
	if err != nil {
		return err
	}
	governance, days, unit := minio.Governance, uint(1), minio.Days
	if err := client.SetBucketObjectLockConfig(ctx, bucket, &governance, &days, &unit); err != nil {
		return err
	}
	_, mode, validity, _, err := client.GetObjectLockConfig(ctx, bucket)
	if err != nil {
		return err
	}
	info, err := put(bucket, "a", "1", minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	kept, until, err := client.GetObjectRetention(ctx, bucket, "a", info.VersionID)
	if err != nil {
		return err
	}
	version := minio.RemoveObjectOptions{VersionID: info.VersionID}
	bypassing := minio.RemoveObjectOptions{VersionID: info.VersionID, GovernanceBypass: true}
	on, off := minio.LegalHoldEnabled, minio.LegalHoldDisabled
	err = first(same("mode", *mode, governance), same("days", *validity, days),
		same("retained", *kept, governance), same("until later", until.After(time.Now()), true),
		code(client.RemoveObject(ctx, bucket, "a", version), "AccessDenied"),
		client.PutObjectLegalHold(ctx, bucket, "a", minio.PutObjectLegalHoldOptions{Status: &on}),
		code(client.RemoveObject(ctx, bucket, "a", bypassing), "AccessDenied"),
		client.PutObjectLegalHold(ctx, bucket, "a", minio.PutObjectLegalHoldOptions{Status: &off}))
	if err != nil {
		return err
	}
	hold, err := client.GetObjectLegalHold(ctx, bucket, "a", minio.GetObjectLegalHoldOptions{})
	if err != nil {
		return err
	}
	return first(same("hold", *hold, off), client.RemoveObject(ctx, bucket, "a", bypassing))
}

// send makes a request without any signature of its own.
func send(method, address, body string, headers map[string]string) (int, string, error) {
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

func presigned(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	upload, err := client.PresignedPutObject(ctx, bucket, "a b", time.Minute)
	if err != nil {
		return err
	}
	status, _, err := send("PUT", upload.String(), "hello", nil)
	if err := first(err, same("put", status, 200)); err != nil {
		return err
	}
	download, err := client.PresignedGetObject(ctx, bucket, "a b", time.Minute,
		url.Values{"response-content-type": {"text/x"}})
	if err != nil {
		return err
	}
	status, text, err := send("GET", download.String(), "", nil)
	forged, _, err2 := send("GET", strings.Replace(download.String(), "X-Amz-Signature=", "X-Amz-Signature=0", 1), "", nil)
	return first(err, err2, same("get", status, 200), same("text", text, "hello"), same("forged", forged, 403))
}

func postForm(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	form := minio.NewPostPolicy()
	err := first(form.SetBucket(bucket), form.SetKeyStartsWith("up/"), form.SetExpires(time.Now().Add(time.Minute)),
		form.SetContentType("text/plain"), form.SetContentLengthRange(1, 10), form.SetUserMetadata("from", "form"))
	if err != nil {
		return err
	}
	address, fields, err := client.PresignedPostPolicy(ctx, form)
	if err != nil {
		return err
	}
	post := func(key, text string) (int, error) {
		var body bytes.Buffer
		writer := multipart.NewWriter(&body)
		fields["key"] = key
		for name, value := range fields {
			_ = writer.WriteField(name, value)
		}
		file, _ := writer.CreateFormFile("file", "x.txt")
		_, _ = io.WriteString(file, text)
		writer.Close()
		status, _, err := send("POST", address.String(), body.String(),
			map[string]string{"Content-Type": writer.FormDataContentType()})
		return status, err
	}
	good, err := post("up/a", "hello")
	elsewhere, err2 := post("down/a", "hello")
	large, err3 := post("up/b", "more than ten bytes")
	if err := first(err, err2, err3, same("good", good, 204), same("elsewhere", elsewhere, 403),
		same("large", large, 400)); err != nil {
		return err
	}
	stat, err := client.StatObject(ctx, bucket, "up/a", minio.StatObjectOptions{})
	return first(err, same("type", stat.ContentType, "text/plain"), same("metadata", stat.UserMetadata["From"], "form"),
		holds(bucket, "up/a", minio.GetObjectOptions{}, "hello"))
}

func checksums(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	info, err := put(bucket, "a", "hello", minio.PutObjectOptions{
		UserMetadata: map[string]string{"X-Amz-Checksum-Crc32c": "mnG7TA=="}})
	if err != nil {
		return err
	}
	wrong := minio.PutObjectOptions{UserMetadata: map[string]string{"X-Amz-Checksum-Crc32c": "AAAAAA=="}}
	_, refused := put(bucket, "b", "hello", wrong)
	stat, err := client.StatObject(ctx, bucket, "a", minio.StatObjectOptions{Checksum: true})
	_, err2 := put(bucket, "md5", "hello", minio.PutObjectOptions{SendContentMd5: true})
	return first(err, err2, same("put", info.ChecksumCRC32C, "mnG7TA=="),
		same("stat", stat.ChecksumCRC32C, "mnG7TA=="), code(refused, "BadDigest"))
}

func encrypted(bucket string, side encrypt.ServerSide, header, value string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	data := randomBytes(11 << 20)
	_, err := put(bucket, "small", "hello", minio.PutObjectOptions{ServerSideEncryption: side})
	_, err2 := client.PutObject(ctx, bucket, "large", bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ServerSideEncryption: side, PartSize: 5 << 20})
	if err := first(err, err2); err != nil {
		return err
	}
	options := minio.GetObjectOptions{}
	if side.Type() == encrypt.SSEC {
		options.ServerSideEncryption = side
	}
	stat, err := client.StatObject(ctx, bucket, "small", options)
	return first(err, same(header, stat.Metadata.Get(header), value), same("size", stat.Size, int64(5)),
		holds(bucket, "small", options, "hello"), holds(bucket, "large", options, string(data)))
}

func sseS3(bucket string) error {
	err := encrypted(bucket, encrypt.NewSSE(), "X-Amz-Server-Side-Encryption", "AES256")
	if err != nil {
		return err
	}
	if err := client.SetBucketEncryption(ctx, bucket, sse.NewConfigurationSSES3()); err != nil {
		return err
	}
	config, err := client.GetBucketEncryption(ctx, bucket)
	_, err2 := put(bucket, "default", "hello", minio.PutObjectOptions{})
	if err := first(err, err2); err != nil {
		return err
	}
	stat, err := client.StatObject(ctx, bucket, "default", minio.StatObjectOptions{})
	return first(err, same("default", config.Rules[0].Apply.SSEAlgorithm, "AES256"),
		same("header", stat.Metadata.Get("X-Amz-Server-Side-Encryption"), "AES256"),
		client.RemoveBucketEncryption(ctx, bucket))
}

func sseC(bucket string) error {
	if client.EndpointURL().Scheme != "https" {
		return errors.New("customer-provided keys need TLS")
	}
	key, err := encrypt.NewSSEC(randomBytes(32))
	other, err2 := encrypt.NewSSEC(randomBytes(32))
	if err := first(err, err2); err != nil {
		return err
	}
	err = encrypted(bucket, key, "X-Amz-Server-Side-Encryption-Customer-Algorithm", "AES256")
	if err != nil {
		return err
	}
	_, missing := client.StatObject(ctx, bucket, "small", minio.StatObjectOptions{})
	_, wrong := get(bucket, "small", minio.GetObjectOptions{ServerSideEncryption: other})
	return first(same("no key", minio.ToErrorResponse(missing).StatusCode, 400),
		same("wrong key refused", wrong != nil, true))
}

func sseKms(bucket string) error {
	key, err := encrypt.NewSSEKMS(os.Getenv("S3_KMS_KEY"), nil)
	if err != nil {
		return err
	}
	return encrypted(bucket, key, "X-Amz-Server-Side-Encryption", "aws:kms")
}

func policy(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	_, err := put(bucket, "open/a", "hello", minio.PutObjectOptions{})
	_, err2 := put(bucket, "closed/a", "hello", minio.PutObjectOptions{})
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},` +
		`"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::` + bucket + `/open/*"]}]}`
	if err := first(err, err2, client.SetBucketPolicy(ctx, bucket, document)); err != nil {
		return err
	}
	base := client.EndpointURL().String() + "/" + bucket
	open, text, err := send("GET", base+"/open/a", "", nil)
	closed, _, err2 := send("GET", base+"/closed/a", "", nil)
	kept, err3 := client.GetBucketPolicy(ctx, bucket)
	return first(err, err2, err3, same("open", open, 200), same("text", text, "hello"), same("closed", closed, 403),
		same("policy", kept, document), client.SetBucketPolicy(ctx, bucket, ""))
}

func lifecycles(bucket string) error {
	if err := makeBucket(bucket); err != nil {
		return err
	}
	config := lifecycle.NewConfiguration()
	config.Rules = []lifecycle.Rule{
		{ID: "old", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: "logs/"},
			Expiration: lifecycle.Expiration{Days: 30}},
		{ID: "former", Status: "Enabled",
			NoncurrentVersionExpiration:    lifecycle.NoncurrentVersionExpiration{NoncurrentDays: 5, NewerNoncurrentVersions: 2},
			AbortIncompleteMultipartUpload: lifecycle.AbortIncompleteMultipartUpload{DaysAfterInitiation: 7}},
	}
	if err := client.SetBucketLifecycle(ctx, bucket, config); err != nil {
		return err
	}
	kept, err := client.GetBucketLifecycle(ctx, bucket)
	if err != nil {
		return err
	}
	info, err := put(bucket, "logs/a", "x", minio.PutObjectOptions{})
	if err != nil {
		return err
	}
	config.Rules = nil
	err = first(same("rules", len(kept.Rules), 2), same("days", int(kept.Rules[0].Expiration.Days), 30),
		same("rule told", info.ExpirationRuleID, "old"),
		same("expiry told", !info.Expiration.IsZero(), true),
		client.SetBucketLifecycle(ctx, bucket, config))
	if err != nil {
		return err
	}
	_, err = client.GetBucketLifecycle(ctx, bucket)
	return code(err, "NoSuchLifecycleConfiguration")
}

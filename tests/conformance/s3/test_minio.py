"""The minio client, unmodified; run once with 7.1.14 and once with 7.2."""

import datetime
import io
import urllib.error
import urllib.parse
import urllib.request

import pytest

minio = pytest.importorskip("minio")
import minio.commonconfig  # noqa: E402
import minio.datatypes  # noqa: E402
import minio.deleteobjects  # noqa: E402
import minio.error  # noqa: E402
import minio.lifecycleconfig  # noqa: E402
import minio.objectlockconfig  # noqa: E402
import minio.retention  # noqa: E402
import minio.sse  # noqa: E402
import minio.versioningconfig  # noqa: E402

MIB = 1 << 20


@pytest.fixture(scope="module")
def client(server):
    host = urllib.parse.urlsplit(server.s3_url).netloc
    return minio.Minio(host, access_key=server.access_key, secret_key=server.secret_key,
                       secure=False)


@pytest.fixture
def bucket(client, bucket_name):
    client.make_bucket(bucket_name)
    return bucket_name


def read(client, bucket, key, **more):
    response = client.get_object(bucket, key, **more)
    try:
        return response.read()
    finally:
        response.close()
        response.release_conn()


def error_of(call, *arguments, **more):
    with pytest.raises(minio.error.S3Error) as caught:
        call(*arguments, **more)
    return caught.value.code


def test_buckets(client, bucket):
    assert client.bucket_exists(bucket)
    assert bucket in [b.name for b in client.list_buckets()]
    client.make_bucket(bucket)  # again, as in us-east-1
    client.remove_bucket(bucket)
    assert not client.bucket_exists(bucket)


def test_the_article(client, bucket):
    """What the census components do: ask whether the table is there, save it, read it back."""
    assert error_of(client.stat_object, bucket, "B01001-2020.csv") == "NoSuchKey"
    data = b"NAME,B01001_001E\nAutauga,55380\n"
    client.put_object(bucket, "B01001-2020.csv", io.BytesIO(data), length=len(data),
                      content_type="application/csv")
    assert [o.object_name for o in client.list_objects(bucket)] == ["B01001-2020.csv"]
    stat = client.stat_object(bucket, "B01001-2020.csv")
    assert (stat.size, stat.content_type) == (len(data), "application/csv")
    assert read(client, bucket, "B01001-2020.csv") == data
    assert error_of(client.get_object, bucket, "B01001-2021.csv") == "NoSuchKey"


@pytest.mark.parametrize("key", ["a b+c", "漢字/é", "dir//x", "100%/&=?#", "~x'y"])
def test_keys(client, bucket, key):
    client.put_object(bucket, key, io.BytesIO(b"x"), 1)
    assert read(client, bucket, key) == b"x"
    assert [o.object_name for o in client.list_objects(bucket, recursive=True)] == [key]
    client.remove_object(bucket, key)
    assert not list(client.list_objects(bucket, recursive=True))


def test_metadata_and_ranges(client, bucket):
    client.put_object(bucket, "k", io.BytesIO(b"0123456789"), 10, metadata={"colour": "blue"})
    assert client.stat_object(bucket, "k").metadata["x-amz-meta-colour"] == "blue"
    assert read(client, bucket, "k", offset=2, length=3) == b"234"
    assert read(client, bucket, "k", offset=7) == b"789"


def test_files_and_unknown_lengths(client, bucket, tmp_path):
    data = b"0123456789abcdef" * (11 * MIB // 16)
    client.put_object(bucket, "parts", io.BytesIO(data), -1, part_size=5 * MIB)
    assert client.stat_object(bucket, "parts").etag.endswith("-3")
    client.fget_object(bucket, "parts", str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == data
    client.fput_object(bucket, "file", str(tmp_path / "copy"), part_size=5 * MIB)
    assert read(client, bucket, "file") == data


def test_listings(client, bucket):
    for key in ["a/1", "a/2", "b/1", "c"]:
        client.put_object(bucket, key, io.BytesIO(b""), 0)
    assert sorted(o.object_name for o in client.list_objects(bucket)) == ["a/", "b/", "c"]
    assert [o.object_name for o in client.list_objects(bucket, prefix="a/")] == ["a/1", "a/2"]
    assert [o.object_name for o in client.list_objects(bucket, start_after="b/1")] == ["c"]
    names = [o.object_name for o in client.list_objects(bucket, recursive=True,
                                                        use_api_v1=True)]
    assert names == ["a/1", "a/2", "b/1", "c"]
    versions = list(client.list_objects(bucket, recursive=True, include_version=True))
    assert {v.version_id for v in versions} == {"null"}


def test_copies(client, bucket):
    client.put_object(bucket, "k +é", io.BytesIO(b"hello"), 5)
    client.copy_object(bucket, "copy", minio.commonconfig.CopySource(bucket, "k +é"))
    assert read(client, bucket, "copy") == b"hello"
    client.compose_object(bucket, "composed", [minio.commonconfig.ComposeSource(bucket, "copy")])
    assert read(client, bucket, "composed") == b"hello"


def test_batch_deletes(client, bucket):
    for i in range(5):
        client.put_object(bucket, f"k{i}", io.BytesIO(b""), 0)
    wanted = [minio.deleteobjects.DeleteObject(f"k{i}") for i in range(5)]
    assert not list(client.remove_objects(bucket, wanted))
    assert not list(client.list_objects(bucket))


def test_presigned(client, bucket):
    url = client.presigned_put_object(bucket, "k", expires=datetime.timedelta(minutes=5))
    request = urllib.request.Request(url, data=b"hello", method="PUT")
    request.add_unredirected_header("Content-type", "text/x")
    assert urllib.request.urlopen(request, timeout=10).status == 200
    url = client.presigned_get_object(bucket, "k", expires=datetime.timedelta(minutes=5))
    assert urllib.request.urlopen(url, timeout=10).read() == b"hello"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("/k?", "/other?"), timeout=10)
    assert caught.value.code == 403


def put(client, bucket, key, data, **more):
    return client.put_object(bucket, key, io.BytesIO(data), len(data), **more)


def test_versions(client, bucket):
    client.set_bucket_versioning(
        bucket, minio.versioningconfig.VersioningConfig(minio.commonconfig.ENABLED))
    assert client.get_bucket_versioning(bucket).status == "Enabled"
    first = put(client, bucket, "k", b"1").version_id
    put(client, bucket, "k", b"2")
    client.remove_object(bucket, "k")
    assert error_of(client.get_object, bucket, "k") == "NoSuchKey"
    assert read(client, bucket, "k", version_id=first) == b"1"
    versions = list(client.list_objects(bucket, include_version=True))
    markers = [version for version in versions if version.is_delete_marker]
    assert (len(versions), len(markers)) == (3, 1)
    client.remove_object(bucket, "k", version_id=markers[0].version_id)
    assert read(client, bucket, "k") == b"2"


def test_tags(client, bucket):
    tags = minio.commonconfig.Tags.new_object_tags()
    tags["colour"] = "blue green"
    put(client, bucket, "k", b"1", tags=tags)
    assert client.get_object_tags(bucket, "k") == tags
    client.delete_object_tags(bucket, "k")
    assert client.get_object_tags(bucket, "k") is None
    client.set_bucket_tags(bucket, tags)
    assert client.get_bucket_tags(bucket) == tags
    client.delete_bucket_tags(bucket)


def test_object_lock(client, bucket_name):
    client.make_bucket(bucket_name, object_lock=True)
    config = minio.objectlockconfig.ObjectLockConfig(
        minio.commonconfig.GOVERNANCE, 1, minio.objectlockconfig.DAYS)
    client.set_object_lock_config(bucket_name, config)
    assert client.get_object_lock_config(bucket_name).duration == (1, "Days")
    version = put(client, bucket_name, "k", b"1").version_id
    assert error_of(client.remove_object, bucket_name, "k", version) == "AccessDenied"
    until = datetime.datetime.utcnow() + datetime.timedelta(days=3)
    client.set_object_retention(bucket_name, "k", minio.retention.Retention(
        minio.commonconfig.GOVERNANCE, until), version)
    assert client.get_object_retention(bucket_name, "k").mode == "GOVERNANCE"
    client.enable_object_legal_hold(bucket_name, "k")
    assert client.is_object_legal_hold_enabled(bucket_name, "k")
    client.disable_object_legal_hold(bucket_name, "k")
    assert not client.is_object_legal_hold_enabled(bucket_name, "k")


def test_policy_lifecycle_and_encryption(client, bucket):
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},'
              f'"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::{bucket}/*"]}}]}}')
    client.set_bucket_policy(bucket, policy)
    assert client.get_bucket_policy(bucket) == policy
    client.delete_bucket_policy(bucket)
    assert error_of(client.get_bucket_policy, bucket) == "NoSuchBucketPolicy"
    rule = minio.lifecycleconfig.Rule(
        minio.commonconfig.ENABLED, rule_id="old", expiration=minio.lifecycleconfig.Expiration(days=7),
        rule_filter=minio.commonconfig.Filter(prefix="logs/"))
    client.set_bucket_lifecycle(bucket, minio.lifecycleconfig.LifecycleConfig([rule]))
    assert client.get_bucket_lifecycle(bucket).rules[0].expiration.days == 7
    client.delete_bucket_lifecycle(bucket)
    assert client.get_bucket_lifecycle(bucket) is None
    put(client, bucket, "k", b"hello", sse=minio.sse.SseS3())
    assert client.stat_object(bucket, "k").metadata["x-amz-server-side-encryption"] == "AES256"
    assert read(client, bucket, "k") == b"hello"


def test_browser_upload(client, bucket):
    form = minio.datatypes.PostPolicy(
        bucket, datetime.datetime.utcnow() + datetime.timedelta(minutes=5))
    form.add_starts_with_condition("key", "up/")
    form.add_content_length_range_condition(1, 10)
    fields = {**client.presigned_post_policy(form), "key": "up/k"}
    text = {name: value.decode() if isinstance(value, bytes) else value  # the older client's policy
            for name, value in fields.items()}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in text.items()]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhello\r\n--x--'
    request = urllib.request.Request(
        client._base_url.build("POST", "us-east-1", bucket_name=bucket).geturl(),
        data=("".join(parts) + file).encode(), method="POST",
        headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert urllib.request.urlopen(request, timeout=10).status == 204
    assert read(client, bucket, "up/k") == b"hello"


def test_wrong_secret(server, bucket):
    stranger = minio.Minio(urllib.parse.urlsplit(server.s3_url).netloc, secure=False,
                           access_key=server.access_key, secret_key="wrong-secret")
    assert error_of(stranger.list_buckets) == "SignatureDoesNotMatch"
    nobody = minio.Minio(urllib.parse.urlsplit(server.s3_url).netloc, secure=False)
    assert error_of(nobody.list_buckets) == "AccessDenied"


@pytest.mark.parametrize("compression", [False, True])
def test_many_objects_in_one_archive(client, bucket, tmp_path, compression):
    objects = [minio.commonconfig.SnowballObject(f"in/{n}", data=io.BytesIO(b"x" * n), length=n)
               for n in (0, 1, 1000)]
    # Without a file of its own 7.1 sends nothing.
    client.upload_snowball_objects(bucket, objects, compression=compression,
                                   staging_filename=str(tmp_path / "archive"))
    listed = {o.object_name: o.size for o in client.list_objects(bucket, recursive=True)}
    assert listed == {"in/0": 0, "in/1": 1, "in/1000": 1000}
    assert read(client, bucket, "in/1000") == b"x" * 1000


@pytest.mark.skipif(minio.__version__.startswith("7.1"), reason="7.1 looks for other elements")
def test_listings_with_metadata(client, bucket):
    tags = minio.commonconfig.Tags.new_object_tags()
    tags["team"] = "census"
    client.put_object(bucket, "a", io.BytesIO(b"1"), 1, metadata={"colour": "red"}, tags=tags)
    (entry,) = client.list_objects(bucket, include_user_meta=True)
    assert entry.metadata["X-Amz-Meta-Colour"] == "red"

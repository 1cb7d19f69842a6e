"""The minio client, unmodified; run once with 7.1.14 and once with 7.2."""

import datetime
import io
import urllib.error
import urllib.parse
import urllib.request

import pytest

minio = pytest.importorskip("minio")
import minio.commonconfig  # noqa: E402
import minio.deleteobjects  # noqa: E402
import minio.error  # noqa: E402

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


def test_wrong_secret(server, bucket):
    stranger = minio.Minio(urllib.parse.urlsplit(server.s3_url).netloc, secure=False,
                           access_key=server.access_key, secret_key="wrong-secret")
    assert error_of(stranger.list_buckets) == "SignatureDoesNotMatch"
    nobody = minio.Minio(urllib.parse.urlsplit(server.s3_url).netloc, secure=False)
    assert error_of(nobody.list_buckets) == "AccessDenied"

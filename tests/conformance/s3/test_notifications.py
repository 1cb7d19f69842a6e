"""Bucket notifications: webhooks with AWS's messages, and MinIO's live stream."""

import datetime
import http.server
import json
import subprocess
import os
import pathlib
import threading
import time
import urllib.parse

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from minio import Minio

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
ARN = "arn:minio:sqs::hooks:webhook"


class Receiver:
    """Takes what is posted to it, or answers with another status."""

    def __init__(self, port=0):
        self.status = 200
        self.messages = []
        self.tokens = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.tokens.append(self.headers.get("Authorization"))
                if outer.status == 200:
                    outer.messages.append(json.loads(body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    def names(self):
        return [(message["EventName"], message["Key"]) for message in self.messages]

    def wait_for(self, count, seconds=20):
        deadline = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < deadline, self.names()
            time.sleep(0.02)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def boto(server):
    return boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                        aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key)


def notify(client, bucket, events, arn=ARN, **affixes):
    rules = [{"Name": name, "Value": value} for name, value in affixes.items()]
    rule = {"Id": "one", "QueueArn": arn, "Events": events}
    if rules:
        rule["Filter"] = {"Key": {"FilterRules": rules}}
    client.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [rule]})


def hooked(own_server, receiver, *options):
    server = own_server("data", "--notify-webhook", f"hooks=http://127.0.0.1:{receiver.port}/in",
                        *options)
    client = boto(server)
    client.create_bucket(Bucket="photos")
    return server, client


def test_a_webhook_gets_what_the_rules_ask_for(own_server, receiver, tmp_path):
    (tmp_path / "token").write_text("let-me-in\n")
    server, client = hooked(own_server, receiver, "--notify-webhook-token-file",
                            f"hooks={tmp_path / 'token'}")
    notify(client, "photos", ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], prefix="a/",
           suffix=".jpg")
    client.put_object(Bucket="photos", Key="a/ü 1.jpg", Body=b"12345", ContentType="image/jpeg")
    client.put_object(Bucket="photos", Key="a/1.png", Body=b"x")
    client.put_object(Bucket="photos", Key="b/1.jpg", Body=b"x")
    client.copy_object(Bucket="photos", Key="a/2.jpg", CopySource="photos/b/1.jpg")
    upload = client.create_multipart_upload(Bucket="photos", Key="a/3.jpg")["UploadId"]
    part = client.upload_part(Bucket="photos", Key="a/3.jpg", UploadId=upload, PartNumber=1,
                              Body=b"x")
    client.complete_multipart_upload(
        Bucket="photos", Key="a/3.jpg", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    client.get_object(Bucket="photos", Key="a/2.jpg")["Body"].read()
    client.delete_object(Bucket="photos", Key="a/2.jpg")
    client.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": "a/3.jpg"}]})
    receiver.wait_for(5)
    assert receiver.names() == [
        ("s3:ObjectCreated:Put", "photos/a/ü 1.jpg"),
        ("s3:ObjectCreated:Copy", "photos/a/2.jpg"),
        ("s3:ObjectCreated:CompleteMultipartUpload", "photos/a/3.jpg"),
        ("s3:ObjectRemoved:Delete", "photos/a/2.jpg"),
        ("s3:ObjectRemoved:Delete", "photos/a/3.jpg")]
    assert set(receiver.tokens) == {"Bearer let-me-in"}
    record = receiver.messages[0]["Records"][0]
    assert record["eventVersion"].startswith("2.") and record["awsRegion"] == "us-east-1"
    assert record["s3"]["bucket"]["name"] == "photos"
    assert urllib.parse.unquote(record["s3"]["object"]["key"]) == "a/ü 1.jpg"
    assert record["s3"]["object"]["size"] == 5
    assert record["s3"]["object"]["contentType"] == "image/jpeg"
    assert record["requestParameters"]["sourceIPAddress"] == "127.0.0.1"
    sequencers = [m["Records"][0]["s3"]["object"]["sequencer"] for m in receiver.messages]
    assert sequencers == sorted(sequencers)
    assert server.secret_key not in json.dumps(receiver.messages)


def test_versions_tags_and_reads(own_server, receiver):
    _, client = hooked(own_server, receiver)
    client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    notify(client, "photos", ["s3:ObjectRemoved:*", "s3:ObjectTagging:*", "s3:ObjectAccessed:*"])
    version = client.put_object(Bucket="photos", Key="k", Body=b"x")["VersionId"]
    client.put_object_tagging(Bucket="photos", Key="k",
                              Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    client.delete_object_tagging(Bucket="photos", Key="k")
    client.get_object(Bucket="photos", Key="k")["Body"].read()
    client.head_object(Bucket="photos", Key="k")
    client.delete_object(Bucket="photos", Key="k")
    client.delete_object(Bucket="photos", Key="k", VersionId=version)
    receiver.wait_for(6)
    assert sorted(name for name, _ in receiver.names()) == [
        "s3:ObjectAccessed:Get", "s3:ObjectAccessed:Head", "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated", "s3:ObjectTagging:Delete", "s3:ObjectTagging:Put"]
    removed = [m for m in receiver.messages if m["EventName"] == "s3:ObjectRemoved:Delete"]
    assert removed[0]["Records"][0]["s3"]["object"]["versionId"] == version


def test_locks_acls_and_their_names(own_server, receiver):
    server = own_server("data", "--notify-webhook", f"hooks=http://127.0.0.1:{receiver.port}/in")
    client = boto(server)
    client.create_bucket(Bucket="photos", ObjectLockEnabledForBucket=True)
    client.put_object(Bucket="photos", Key="k", Body=b"x")
    # MinIO's names for tags, Amazon's for the rest.
    notify(client, "photos", ["s3:ObjectCreated:PutRetention", "s3:ObjectCreated:PutLegalHold",
                              "s3:ObjectCreated:PutTagging", "s3:ObjectAcl:Put",
                              "s3:ObjectAccessed:*"])
    client.put_object_tagging(Bucket="photos", Key="k",
                              Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    client.put_object_legal_hold(Bucket="photos", Key="k", LegalHold={"Status": "ON"})
    client.get_object_legal_hold(Bucket="photos", Key="k")
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    client.put_object_retention(Bucket="photos", Key="k",
                                Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    client.get_object_retention(Bucket="photos", Key="k")
    client.get_object_attributes(Bucket="photos", Key="k", ObjectAttributes=["ETag"])
    client.put_object_acl(Bucket="photos", Key="k", ACL="public-read")
    receiver.wait_for(7)
    assert [name for name, _ in receiver.names()] == [
        "s3:ObjectTagging:Put", "s3:ObjectCreated:PutLegalHold", "s3:ObjectAccessed:GetLegalHold",
        "s3:ObjectCreated:PutRetention", "s3:ObjectAccessed:GetRetention",
        "s3:ObjectAccessed:Attributes", "s3:ObjectAcl:Put"]
    assert {key for _, key in receiver.names()} == {"photos/k"}


def test_what_lifecycle_rules_remove(own_server, receiver):
    _, client = hooked(own_server, receiver, "--lifecycle-day", "1")
    client.put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [
        {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}}]})
    notify(client, "photos", ["s3:LifecycleExpiration:*", "s3:ObjectRemoved:*"])
    client.put_object(Bucket="photos", Key="tmp/plain", Body=b"x")
    receiver.wait_for(1, seconds=40)
    client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket="photos", Key="tmp/kept", Body=b"x")
    receiver.wait_for(2, seconds=40)
    assert receiver.names() == [
        ("s3:LifecycleExpiration:Delete", "photos/tmp/plain"),
        ("s3:LifecycleExpiration:DeleteMarkerCreated", "photos/tmp/kept")]
    marker = client.list_object_versions(Bucket="photos")["DeleteMarkers"][0]["VersionId"]
    assert receiver.messages[1]["Records"][0]["s3"]["object"]["versionId"] == marker


def test_configurations_are_kept_and_judged(own_server, receiver):
    _, client = hooked(own_server, receiver)
    assert "QueueConfigurations" not in client.get_bucket_notification_configuration(
        Bucket="photos")
    notify(client, "photos", ["s3:ObjectCreated:*"], prefix="a/")
    kept = client.get_bucket_notification_configuration(Bucket="photos")["QueueConfigurations"]
    assert kept == [{"Id": "one", "QueueArn": ARN, "Events": ["s3:ObjectCreated:*"],
                     "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a/"}]}}}]
    for events, arn in ((["s3:ObjectCreated:*"], "arn:minio:sqs::nobody:webhook"),
                        (["s3:ObjectCreated:*"], "arn:aws:sqs:us-east-1:1:q"),
                        (["s3:ObjectMoved:*"], ARN)):
        with pytest.raises(ClientError) as refused:
            notify(client, "photos", events, arn)
        assert refused.value.response["Error"]["Code"] == "InvalidArgument"
    client.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration={})
    assert "QueueConfigurations" not in client.get_bucket_notification_configuration(
        Bucket="photos")


def test_events_wait_for_the_receiver_over_a_crash(own_server, receiver):
    receiver.status = 503
    server, client = hooked(own_server, receiver)
    notify(client, "photos", ["s3:ObjectCreated:*"])
    for number in range(50):
        client.put_object(Bucket="photos", Key=f"k{number:02}", Body=b"x")
    server.kill()
    receiver.status = 200
    own_server("data", "--notify-webhook", f"hooks=http://127.0.0.1:{receiver.port}/in")
    receiver.wait_for(50)
    assert [key for _, key in receiver.names()] == [f"photos/k{n:02}" for n in range(50)]


def test_a_dead_receiver_delays_nobody(own_server):
    dead = Receiver()
    server, client = hooked(own_server, dead)
    dead.close()
    notify(client, "photos", ["s3:ObjectCreated:*"])
    for number in range(20):
        began = time.monotonic()
        client.put_object(Bucket="photos", Key=f"k{number}", Body=b"x")
        assert time.monotonic() - began < 3
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 20


def test_the_live_stream_of_the_minio_client(own_server):
    server = own_server()
    client = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key,
                   server.secret_key, secure=False)
    client.make_bucket("photos")
    found = []
    ready = threading.Event()

    def listen():
        with client.listen_bucket_notification(
                "photos", prefix="a/", suffix=".jpg",
                events=("s3:ObjectCreated:*", "s3:ObjectRemoved:*")) as events:
            for event in events:
                found.extend(event["Records"])
                ready.set()
                if found[-1]["eventName"] == "s3:ObjectRemoved:Delete":
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    writer = boto(server)
    deadline = time.monotonic() + 20
    while not ready.is_set():  # until the listener is there
        writer.put_object(Bucket="photos", Key="a/1.jpg", Body=b"x")
        assert time.monotonic() < deadline
        time.sleep(0.1)
    writer.put_object(Bucket="photos", Key="a/1.png", Body=b"x")
    writer.delete_object(Bucket="photos", Key="a/1.jpg")
    thread.join(20)
    assert not thread.is_alive()
    names = [record["eventName"] for record in found]
    assert names[0] == "s3:ObjectCreated:Put" and names[-1] == "s3:ObjectRemoved:Delete"
    assert {record["s3"]["object"]["key"] for record in found} == {"a%2F1.jpg"}
    assert server.stop() == 0


def test_the_live_stream_of_all_buckets(own_server):
    """MinIO's clients listen to everything at GET /?events=…; changes by the admin API count too."""
    server = own_server()
    request = AWSRequest("GET", server.s3_url + "/?events=s3%3ABucketCreated%3A%2A"
                         "&events=s3%3ABucketRemoved%3A%2A&events=s3%3AObjectCreated%3A%2A")
    S3SigV4Auth(Credentials(server.access_key, server.secret_key), "s3", "us-east-1").add_auth(
        request)
    heard = []

    def listen():
        with requests.get(request.url, headers=dict(request.headers), stream=True,
                          timeout=30) as stream:
            assert stream.status_code == 200
            for line in stream.iter_lines(chunk_size=1):
                if line.strip():
                    heard.append(json.loads(line))
                if heard and heard[-1]["EventName"] == "s3:BucketRemoved:Delete":
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    client = boto(server)
    deadline = time.monotonic() + 20
    number = 0
    while not heard:  # until the listener is there
        client.create_bucket(Bucket=f"photos-{number}")
        number += 1
        assert time.monotonic() < deadline
        time.sleep(0.1)
    client.put_object(Bucket="photos-0", Key="k", Body=b"x")
    for words in (["create", "by-admin"], ["remove", "by-admin"]):
        subprocess.run([BINARY, "admin", "bucket", *words], check=True, timeout=60, env={
            **os.environ, "PENSTOCK_S3_URL": server.s3_url, "PENSTOCK_ROOT_USER": server.access_key,
            "PENSTOCK_ROOT_PASSWORD": server.secret_key})
    thread.join(20)
    assert not thread.is_alive()
    told = [(event["EventName"], event["Key"]) for event in heard]
    assert told[0][0] == "s3:BucketCreated:Put"
    assert told[-3:] == [("s3:ObjectCreated:Put", "photos-0/k"),
                         ("s3:BucketCreated:Put", "by-admin"),
                         ("s3:BucketRemoved:Delete", "by-admin")]
    anonymous = requests.get(server.s3_url + "/?events=s3%3AObjectCreated%3A%2A", timeout=10)
    assert anonymous.status_code == 403


def test_a_listener_does_not_hold_a_stopping_server(own_server):
    server = own_server()
    client = Minio(urllib.parse.urlsplit(server.s3_url).netloc, server.access_key,
                   server.secret_key, secure=False)
    client.make_bucket("photos")

    def listen():
        try:
            with client.listen_bucket_notification("photos") as events:
                for _ in events:
                    pass
        except Exception:  # the server goes away
            pass

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(1)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 9


@pytest.mark.parametrize("webhook", ["hooks", "a/b=http://x/", "hooks=ftp://x/", "hooks=nonsense"])
def test_webhooks_that_cannot_be_are_refused(tmp_path, webhook):
    ended = subprocess.run([BINARY, "server", "--data-dir", tmp_path / "data", "--address",
                            "127.0.0.1:0", "--s3-address", "127.0.0.1:0", "--notify-webhook",
                            webhook], capture_output=True, text=True, timeout=60)
    assert ended.returncode in (1, 2)
    assert "--notify-webhook" in ended.stderr

"""s3cmd, unmodified."""

import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("s3cmd"), reason="s3cmd is not installed")


@pytest.fixture
def s3cmd(server, tmp_path):
    host = urllib.parse.urlsplit(server.s3_url).netloc
    config = tmp_path / "s3cfg"
    config.write_text(f"""[default]
access_key = {server.access_key}
secret_key = {server.secret_key}
host_base = {host}
host_bucket = {host}
use_https = False
signature_v2 = False
""")

    def run(*arguments, fails=False):
        done = subprocess.run(["s3cmd", "-c", str(config), "--no-progress", *arguments],
                              capture_output=True, text=True, timeout=60)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def bucket(s3cmd, bucket_name):
    s3cmd("mb", f"s3://{bucket_name}")
    return f"s3://{bucket_name}"


def test_put_get_list_delete(s3cmd, bucket, tmp_path):
    file = tmp_path / "file name+é"
    file.write_bytes(b"hello" * 1000)
    s3cmd("put", str(file), f"{bucket}/dir/")
    assert "file name+é" in s3cmd("ls", f"{bucket}/dir/")
    assert f"{bucket}/dir/" in s3cmd("ls", bucket)
    s3cmd("get", f"{bucket}/dir/file name+é", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    s3cmd("cp", f"{bucket}/dir/file name+é", f"{bucket}/copy")
    assert "MD5 sum" in s3cmd("info", f"{bucket}/copy")
    s3cmd("modify", "--add-header=x-amz-meta-colour:blue", f"{bucket}/copy")
    assert "blue" in s3cmd("info", f"{bucket}/copy")
    s3cmd("mv", f"{bucket}/copy", f"{bucket}/moved")
    s3cmd("get", f"{bucket}/none", str(tmp_path / "none"), fails=True)
    s3cmd("rb", bucket, fails=True)
    s3cmd("rm", "--recursive", "--force", bucket)
    s3cmd("rb", bucket)


def test_parts_and_sync(s3cmd, bucket, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "large").write_bytes(b"0123456789" * 1_200_000)
    (folder / "small").write_bytes(b"x")
    s3cmd("--multipart-chunk-size-mb=5", "sync", f"{folder}/", f"{bucket}/sync/")
    again = s3cmd("sync", f"{folder}/", f"{bucket}/sync/")
    assert "upload:" not in again
    s3cmd("sync", f"{bucket}/sync/", str(tmp_path / "back") + "/")
    assert (tmp_path / "back/large").read_bytes() == (folder / "large").read_bytes()
    assert f"{bucket}/sync/" in s3cmd("la")
    s3cmd("del", "--recursive", "--force", bucket)


def test_bucket_information(s3cmd, bucket):
    text = s3cmd("info", bucket)
    assert "Location:" in text
    assert "FULL_CONTROL" in text
    s3cmd("setacl", "--acl-private", bucket)
    s3cmd("setacl", "--acl-public", bucket)
    s3cmd("multipart", bucket)


def test_policy_and_lifecycle(s3cmd, bucket, tmp_path):
    policy = tmp_path / "policy"
    policy.write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",'
                      f' "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket[5:]}/*"}}]}}')
    s3cmd("setpolicy", str(policy), bucket)
    assert "s3:GetObject" in s3cmd("info", bucket)
    s3cmd("delpolicy", bucket)
    assert "Policy:    none" in s3cmd("info", bucket)
    s3cmd("expire", "--expiry-days=3", "--expiry-prefix=logs/", bucket)
    assert "<Days>3</Days>" in s3cmd("getlifecycle", bucket)
    assert "logs/" in s3cmd("info", bucket)
    s3cmd("dellifecycle", bucket)
    cors = tmp_path / "cors"
    cors.write_text("<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>"
                    "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>")
    s3cmd("setcors", str(cors), bucket)
    assert "AllowedMethod" in s3cmd("info", bucket)
    s3cmd("delcors", bucket)


def test_public_objects_and_server_side_encryption(s3cmd, bucket, server, tmp_path):
    file = tmp_path / "file"
    file.write_text("hello")
    s3cmd("put", "--acl-public", str(file), f"{bucket}/open")
    s3cmd("put", "--server-side-encryption", str(file), f"{bucket}/sealed")
    assert "AES256" in s3cmd("info", f"{bucket}/sealed")

    def anonymous(key):
        try:
            url = f"{server.s3_url}/{bucket[5:]}/{key}"
            return urllib.request.urlopen(url, timeout=10).read().decode()
        except urllib.error.HTTPError as error:
            return error.code

    assert anonymous("open") == "hello"
    assert anonymous("sealed") == 403
    s3cmd("setacl", "--acl-private", f"{bucket}/open")
    assert anonymous("open") == 403


def test_the_former_signature(s3cmd, bucket, tmp_path):
    file = tmp_path / "file name+é"
    file.write_bytes(b"hello" * 1000)
    s3cmd("--signature-v2", "put", str(file), f"{bucket}/dir/")
    assert "file name+é" in s3cmd("--signature-v2", "ls", f"{bucket}/dir/")
    s3cmd("--signature-v2", "get", f"{bucket}/dir/file name+é", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    s3cmd("--signature-v2", "setacl", "--acl-public", f"{bucket}/dir/file name+é")
    assert "*anon*" in s3cmd("--signature-v2", "info", f"{bucket}/dir/file name+é")
    s3cmd("--signature-v2", "rm", "--recursive", "--force", bucket)

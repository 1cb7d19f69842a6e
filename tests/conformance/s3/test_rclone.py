"""rclone, unmodified, as both an S3 provider "Minio" and "Other"."""

import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("rclone"), reason="rclone is not installed")


@pytest.fixture(params=["Minio", "Other"])
def rclone(server, request, tmp_path):
    settings = {"TYPE": "s3", "PROVIDER": request.param, "ENDPOINT": server.s3_url,
                "ACCESS_KEY_ID": server.access_key, "SECRET_ACCESS_KEY": server.secret_key,
                "CHUNK_SIZE": "5Mi", "UPLOAD_CUTOFF": "8Mi"}
    # What is set up for AWS on the machine is not for this server.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**inherited, "RCLONE_CONFIG": str(tmp_path / "none.conf"),
                   **{f"RCLONE_CONFIG_P_{name}": value for name, value in settings.items()}}

    def run(*arguments, fails=False):
        done = subprocess.run(["rclone", "--retries=1", *arguments], env=environment,
                              capture_output=True, text=True, timeout=120)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    return run


def test_sync_both_ways(rclone, bucket_name, tmp_path):
    folder = tmp_path / "from"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/ü + %").write_bytes(b"hello")
    (folder / "large").write_bytes(b"0123456789" * 1_200_000)
    (folder / "empty").write_bytes(b"")
    rclone("mkdir", f"p:{bucket_name}")
    rclone("sync", str(folder), f"p:{bucket_name}/data")
    rclone("check", str(folder), f"p:{bucket_name}/data")
    rclone("check", "--download", str(folder), f"p:{bucket_name}/data")
    listed = rclone("lsf", "-R", f"p:{bucket_name}/data").splitlines()
    assert sorted(listed) == ["empty", "large", "sub/", "sub/ü + %"]
    rclone("sync", f"p:{bucket_name}/data", str(tmp_path / "back"))
    assert (tmp_path / "back/large").read_bytes() == (folder / "large").read_bytes()
    rclone("copy", f"p:{bucket_name}/data", f"p:{bucket_name}/copy")
    rclone("moveto", f"p:{bucket_name}/copy/large", f"p:{bucket_name}/moved")
    (folder / "empty").unlink()
    rclone("sync", str(folder), f"p:{bucket_name}/data")
    assert "empty" not in rclone("lsf", f"p:{bucket_name}/data")
    assert rclone("cat", f"p:{bucket_name}/data/sub/ü + %") == "hello"
    rclone("purge", f"p:{bucket_name}")
    assert bucket_name not in rclone("lsf", "p:")


def test_single_objects_and_leftovers(rclone, bucket_name):
    rclone("mkdir", f"p:{bucket_name}")
    rclone("touch", f"p:{bucket_name}/touched")
    assert "touched" in rclone("lsl", f"p:{bucket_name}")
    rclone("backend", "cleanup", f"p:{bucket_name}")
    rclone("backend", "list-multipart-uploads", f"p:{bucket_name}")
    rclone("lsf", f"p:{bucket_name}-none", fails=True)
    rclone("deletefile", f"p:{bucket_name}/touched")
    rclone("rmdir", f"p:{bucket_name}")


def test_versions(rclone, bucket_name, tmp_path):
    file = tmp_path / "file"
    rclone("mkdir", f"p:{bucket_name}")
    assert rclone("backend", "versioning", f"p:{bucket_name}", "Enabled").strip() == "Enabled"
    for text in ("one", "two"):
        file.write_text(text)
        rclone("copyto", str(file), f"p:{bucket_name}/k")
    rclone("deletefile", f"p:{bucket_name}/k")
    assert rclone("lsf", f"p:{bucket_name}") == ""
    old = rclone("--s3-versions", "lsf", f"p:{bucket_name}").splitlines()
    assert len(old) == 2
    assert {rclone("--s3-versions", "cat", f"p:{bucket_name}/{name}") for name in old} == {
        "one", "two"}
    rclone("backend", "cleanup-hidden", f"p:{bucket_name}")
    rclone("rmdir", f"p:{bucket_name}")


def test_server_side_encryption(rclone, bucket_name, tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789" * 1_200_000)
    rclone("mkdir", f"p:{bucket_name}")
    rclone("--s3-server-side-encryption=AES256", "copyto", str(tmp_path / "file"),
           f"p:{bucket_name}/k")
    rclone("copyto", f"p:{bucket_name}/k", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == (tmp_path / "file").read_bytes()

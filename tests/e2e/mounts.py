"""File systems of their own for tests, where mounting is permitted."""

import contextlib
import pathlib
import subprocess

import pytest


def run_or_skip(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"not permitted here: {words[0]}: {done.stderr.strip()}")
    return done.stdout


@contextlib.contextmanager
def mounted(folder, *options):
    folder.mkdir(parents=True, exist_ok=True)
    run_or_skip("mount", *options, folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def tmpfs(folder, size):
    return mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "penstock-test")


@contextlib.contextmanager
def ext4(folder, image, size):
    """ext4 on a loop device, and a function that makes it read-only as a failing disk does."""
    run_or_skip("truncate", "-s", size, image)
    run_or_skip("mkfs.ext4", "-q", image)
    with mounted(folder, "-o", "loop,errors=remount-ro", image):
        device = pathlib.Path(run_or_skip("findmnt", "-no", "SOURCE", folder).strip()).name
        trigger = pathlib.Path(f"/sys/fs/ext4/{device}/trigger_fs_error")
        if not trigger.exists():
            pytest.skip("this kernel has no trigger_fs_error")
        yield folder, lambda: trigger.write_text("test")

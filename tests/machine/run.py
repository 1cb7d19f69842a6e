#!/usr/bin/env python3
"""Boots a Debian kernel with control groups of version 2 and runs the tests that need them.

Most machines that tests run on have one version of control groups only, and it cannot be changed
while they run. So this makes a machine (QEMU, without KVM unless PENSTOCK_KVM is set) which sees this
system's files read-only and has a small disk to write to. Everything is kept in BUILD/machine.

  tests/machine/run.py [BUILD]     build/release by default, with its unit tests built
"""

import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMIT = 2400  # seconds

# In this order, because nothing here works out what needs what.
MODULES = """
drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_legacy_dev
drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci drivers/block/virtio_blk
lib/crc16 crypto/crc32c_generic fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4 fs/overlayfs/overlay
fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_virtio fs/9p/9p
""".split()


def fail(message):
    sys.exit(f"tests/machine: {message}")


def output_of(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


def kernel(folder):
    """The folder of an unpacked kernel package, as it would be installed."""
    unpacked = folder / "kernel"
    if not (unpacked / "boot").is_dir():
        depends = output_of("apt-cache", "depends", "--no-recommends", "linux-image-amd64")
        package = re.search(r"Depends: (linux-image-\S+)", depends)
        if not package:
            fail("Debian's kernel package is not known here: run apt-get update")
        output_of("apt-get", "download", package[1], cwd=folder)
        (archive,) = folder.glob("linux-image-*.deb")
        output_of("dpkg-deb", "-x", str(archive), str(unpacked))
        archive.unlink()
    return unpacked


def cpio(entries):
    """An archive as the kernel unpacks at its start: (name, mode, content)."""
    archive = bytearray()
    for number, (name, mode, content) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        path = name.encode() + b"\0"
        fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(path), 0]
        archive += b"070701" + b"".join(b"%08x" % field for field in fields) + path
        archive += b"\0" * (-len(archive) % 4) + content
        archive += b"\0" * (-len(archive) % 4)
    return bytes(archive)


def first_files(unpacked, build):
    (modules,) = (unpacked / "lib/modules").glob("*/kernel")
    busybox = pathlib.Path(output_of("sh", "-c", "command -v busybox").strip())
    entries = [(folder, 0o040755, b"") for folder in ("bin", "modules", "dev")]
    entries += [
        ("init", 0o100755, (HERE / "init").read_bytes()),
        ("bin/busybox", 0o100755, busybox.read_bytes()),
        ("inside", 0o100644, f"{HERE}/inside.sh".encode()),
        ("build", 0o100644, str(build).encode()),
    ]
    order = []
    for module in MODULES:
        file = modules / f"{module}.ko"
        order.append(file.name)
        entries.append((f"modules/{file.name}", 0o100644, file.read_bytes()))
    entries.append(("modules/order", 0o100644, "".join(f"{name}\n" for name in order).encode()))
    return cpio(entries)


def boot(folder, unpacked):
    disk = folder / "disk.img"
    disk.unlink(missing_ok=True)
    with open(disk, "wb") as file:
        file.truncate(4 << 30)
    output_of("/sbin/mke2fs", "-q", "-t", "ext4", "-F", str(disk))
    (image,) = (unpacked / "boot").glob("vmlinuz-*")
    accelerators = ["-accel", "tcg,thread=multi", "-cpu", "max"]
    # Not by itself: in a machine that is a guest already it may be there and hang.
    if os.environ.get("PENSTOCK_KVM"):
        accelerators = ["-accel", "kvm", "-cpu", "host"]
    return [
        "qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
        *accelerators, "-smp", "2", "-m", "2048", "-kernel", str(image),
        "-initrd", str(folder / "first.cpio"),
        "-append", "console=ttyS0 quiet panic=-1 no_timer_check cgroup_no_v1=all",
        "-drive", f"file={disk},if=virtio,format=raw,cache=unsafe",
        "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
    ]  # fmt: skip


def watch(words, log):
    """What the machine says, which is shown too, until it is off."""
    said = []
    until = time.monotonic() + LIMIT
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as machine:
        os.set_blocking(machine.stdout.fileno(), False)
        left = b""
        while machine.poll() is None or left:
            bytes_ = machine.stdout.read() or b""
            left += bytes_
            *lines, left = left.split(b"\n")
            if machine.poll() is not None and not bytes_ and left:
                lines, left = [*lines, left], b""
            for line in lines:
                said.append(line.decode(errors="replace").rstrip("\r"))
                print(said[-1], file=log, flush=True)
                if re.search(r"machine: |FAILED|SKIPPED|Failure", said[-1]):
                    print(said[-1], flush=True)
            if time.monotonic() > until:
                machine.kill()
                fail(f"it took longer than {LIMIT} s")
            if not bytes_:
                time.sleep(0.1)
    return said


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    if not (build / "src/sys/penstock_sys_test").exists():
        fail(f"there are no unit tests in {build}")
    folder = build / "machine"
    folder.mkdir(exist_ok=True)
    unpacked = kernel(folder)
    (folder / "first.cpio").write_bytes(first_files(unpacked, build))
    with open(folder / "log", "w", encoding="utf-8") as log:
        said = watch(boot(folder, unpacked), log)
    ends = [line.split() for line in said if line.startswith("machine: end ")]
    bad = [f"{name} ended with {code}" for _, _, name, code in ends if code != "0"]
    bad += [line for line in said if re.search(r"SKIPPED \] ControlGroup", line)]
    if "machine: finished" not in said:
        bad.append("it did not come to its end")
    if "machine: left 0" not in said:
        bad.append("groups were left behind")
    if bad:
        fail("; ".join(bad) + f" (see {folder}/log)")
    print(f"{len(ends)} suites passed")


main()

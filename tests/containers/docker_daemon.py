"""A Docker daemon for the tests, started by hand with everything of it in one folder."""

import http.client
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.parse

# Packages of Debian unpacked into a folder serve as well as installed ones.
PLACES = os.environ.get("PENSTOCK_DOCKER_PATH", "")
START_SECONDS = 60
APPLETS = ["sh", "cat", "dd", "echo", "env", "false", "head", "hostname", "id", "ls", "mkdir",
           "printf", "pwd", "sleep", "tail", "touch", "true", "wc"]


def find(program):
    return shutil.which(program, path=f"{PLACES}:{os.environ['PATH']}:/usr/sbin:/sbin")


def missing():
    """Why no daemon can be started here; "" where one can."""
    absent = [name for name in ("dockerd", "containerd", "runc", "busybox") if find(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian's docker.io and busybox-static)"
    return "" if os.geteuid() == 0 else "dockerd needs root"


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker", timeout=300)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Daemon:
    """One dockerd without bridge and rules of a firewall, so that it changes nothing outside."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = str(self.folder / "docker.sock")
        self.log = self.folder / "dockerd.log"
        self.process = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [find("dockerd"), "--host", f"unix://{self.socket}", "--group", "0",
                   "--data-root", str(self.folder / "data"),
                   "--exec-root", str(self.folder / "exec"),
                   "--pidfile", str(self.folder / "docker.pid"), "--bridge", "none",
                   "--iptables=false", "--ip-forward=false", "--ip-masq=false"]
        path = f"{PLACES}:{os.environ['PATH']}:/usr/sbin:/sbin"
        self.process = subprocess.Popen(command, stdout=self.log.open("ab"),
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        env={**os.environ, "PATH": path})
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.call("GET", "/_ping")
                return
            except OSError:
                time.sleep(0.1)
        log = self.log.read_text()[-2000:]
        self.stop()
        raise RuntimeError(f"dockerd did not start:\n{log}")

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # The one mount that dockerd leaves behind.
        subprocess.run(["umount", str(self.folder / "exec/netns/default")], check=False,
                       capture_output=True)

    def call(self, method, path, body=None):
        connection = SocketConnection(self.socket)
        connection.request(method, path, body=body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content.decode()}")
        return content

    def containers(self):
        """All that are there, running or not."""
        return json.loads(self.call("GET", "/containers/json?all=1"))

    def inspect(self, container):
        return json.loads(self.call("GET", f"/containers/{container['Id']}/json"))

    def load(self, name, root, *changes):
        """Makes an image of the files below `root`, with lines of a Dockerfile."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.add(root, arcname=".")
        query = [("fromSrc", "-"), ("repo", name.split(":")[0]), ("tag", name.split(":")[1])]
        query += [("changes", change) for change in changes]
        self.call("POST", f"/images/create?{urllib.parse.urlencode(query)}", archive.getvalue())


def make_busybox_root(root):
    (root / "bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "etc").mkdir()
    shutil.copy(find("busybox"), root / "bin/busybox")
    for applet in APPLETS:
        (root / "bin" / applet).symlink_to("busybox")
    return root


def libraries_of(program):
    """The shared libraries that a program or an extension needs, as ldd tells."""
    told = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(/\S+\.so\S*)", told)


def make_python_root(root):
    """This interpreter with all that is installed beside it."""
    make_busybox_root(root)
    program = pathlib.Path(sys.executable).resolve()
    standard = pathlib.Path(sysconfig.get_path("stdlib")).resolve()
    site = pathlib.Path(sysconfig.get_path("purelib"))
    needed = set()
    for binary in [program, *standard.glob("lib-dynload/*.so")]:
        needed.update(libraries_of(binary))
    for library in needed:
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pathlib.Path(library).resolve(), target)
    skip = shutil.ignore_patterns("__pycache__", "test", "tests", "idlelib", "config-*",
                                  "EXTERNALLY-MANAGED",
                                  "dist-packages", "site-packages")
    shutil.copytree(standard, root / str(standard).lstrip("/"), symlinks=True, ignore=skip)
    shutil.copytree(site, root / "opt/site", symlinks=True,
                    ignore=shutil.ignore_patterns("__pycache__"))
    target = root / str(program).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, target)
    for name, text in {"python3": f'exec {program} "$@"', "pip": 'exec python3 -m pip "$@"'}.items():
        script = root / "bin" / name
        script.write_text(f"#!/bin/sh\n{text}\n")
        script.chmod(0o755)
    (root / "bin/mktemp").symlink_to("busybox")
    return root

"""Daemons of Docker and containerd for the tests, started by hand with everything of them in one folder."""

import hashlib
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
APPLETS = ["sh", "cat", "date", "dd", "echo", "env", "false", "head", "hostname", "id", "ls", "mkdir",
           "printf", "pwd", "sleep", "tail", "touch", "true", "wc"]


def find(program):
    return shutil.which(program, path=f"{PLACES}:{os.environ['PATH']}:/usr/sbin:/sbin")


def missing(*programs):
    """Why no daemon can be started here; "" where one can."""
    absent = [name for name in (*programs, "runc", "busybox") if find(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian's docker.io and busybox-static)"
    return "" if os.geteuid() == 0 else "container engines need root"


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker", timeout=300)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def wait_for_answer(process, ask, log):
    """Until the daemon answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ask()
            return
        except (OSError, subprocess.CalledProcessError):
            time.sleep(0.1)
    raise RuntimeError(f"{process.args[0]} did not start:\n{log.read_text()[-2000:]}")


def end(process):
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def archive_of(root):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(root, arcname=".")
    return archive.getvalue()


class Docker:
    """One dockerd without bridge and rules of a firewall, so that it changes nothing outside."""

    missing = staticmethod(lambda: missing("dockerd", "containerd"))
    options = ["--containers", "docker"]

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = str(self.folder / "docker.sock")
        self.log = self.folder / "dockerd.log"
        self.process = None

    @property
    def environment(self):
        """What tells a server of it."""
        return {"DOCKER_HOST": f"unix://{self.socket}"}

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
        try:
            wait_for_answer(self.process, lambda: self.call("GET", "/_ping"), self.log)
        except RuntimeError:
            self.stop()
            raise

    def stop(self):
        if self.process is None:
            return
        end(self.process)
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

    def check_confined(self, container):
        host = json.loads(self.call("GET", f"/containers/{container['Id']}/json"))["HostConfig"]
        assert host["CapDrop"] == ["ALL"] and not host["Privileged"]
        assert host["SecurityOpt"] == ["no-new-privileges"] and host["PidsLimit"] > 0

    def load(self, name, root, **config):
        """Makes an image of the files below `root`; what it says of itself as in OCI images."""
        lines = [f"{word.upper()} {json.dumps(config[key])}" for key, word in
                 (("Entrypoint", "entrypoint"), ("Cmd", "cmd")) if key in config]
        lines += [f"WORKDIR {config[key]}" for key in ("WorkingDir",) if key in config]
        lines += [f"USER {config[key]}" for key in ("User",) if key in config]
        lines += [f"ENV {variable}" for variable in config.get("Env", [])]
        query = [("fromSrc", "-"), ("repo", name.split(":")[0]), ("tag", name.split(":")[1])]
        query += [("changes", line) for line in lines]
        self.call("POST", f"/images/create?{urllib.parse.urlencode(query)}", archive_of(root))

    def build(self, name, folder):
        """Makes an image as the folder's Dockerfile says."""
        query = urllib.parse.urlencode({"t": name, "networkmode": "none"})
        told = [json.loads(line) for line in self.call("POST", f"/build?{query}", archive_of(folder)).splitlines()]
        assert not any("error" in line for line in told), told


class Containerd:
    """One containerd without its plugin for Kubernetes."""

    missing = staticmethod(lambda: missing("containerd", "ctr"))
    options = ["--containers", "containerd"]

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = str(self.folder / "containerd.sock")
        self.log = self.folder / "containerd.log"
        self.process = None

    @property
    def environment(self):
        """What tells a server of it; a name space of one's own, as others may be used there."""
        return {"CONTAINERD_ADDRESS": self.socket, "CONTAINERD_NAMESPACE": "tests"}

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "config.toml"
        settings.write_text(f"""version = 2
root = "{self.folder}/root"
state = "{self.folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{self.socket}"
""")
        path = f"{PLACES}:{os.environ['PATH']}:/usr/sbin:/sbin"
        self.process = subprocess.Popen([find("containerd"), "--config", str(settings)],
                                        stdout=self.log.open("ab"), stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL,
                                        env={**os.environ, "PATH": path})
        try:
            wait_for_answer(self.process, lambda: self.ctr("version"), self.log)
        except RuntimeError:
            self.stop()
            raise

    def stop(self):
        if self.process is not None:
            end(self.process)

    def ctr(self, *words):
        return subprocess.run([find("ctr"), *words], check=True, capture_output=True, text=True,
                              env={**os.environ, **self.environment}).stdout

    def containers(self):
        """All that are there, running or not, in Docker's words."""
        states = {line.split()[0]: line.split()[-1].lower()
                  for line in self.ctr("tasks", "ls").splitlines()[1:]}
        return [{"Id": name, "State": states.get(name, "created")}
                for name in self.ctr("containers", "ls", "-q").split()]

    def check_confined(self, container):
        spec = json.loads(self.ctr("containers", "info", container["Id"]))["Spec"]
        assert not spec["process"].get("capabilities") and spec["process"]["noNewPrivileges"]
        assert spec["linux"]["resources"]["pids"]["limit"] > 0
        assert spec["linux"]["seccomp"]["syscalls"]
        pid = next(line.split()[1] for line in self.ctr("tasks", "ls").splitlines()[1:]
                   if line.split()[0] == container["Id"])
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1",
                     "Seccomp:\t2"):
            assert line in status, status

    def load(self, name, root, **config):
        """Makes an image of the files below `root`; what it says of itself as in OCI images."""
        blobs = {}

        def add(content, kind):
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            digest = hashlib.sha256(data).hexdigest()
            blobs[f"blobs/sha256/{digest}"] = data
            return {"mediaType": f"application/vnd.oci.image.{kind}", "size": len(data),
                    "digest": f"sha256:{digest}"}

        layer = add(archive_of(root), "layer.v1.tar")
        settings = add({"architecture": "amd64", "os": "linux", "config": config, "history": [],
                        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}},
                       "config.v1+json")
        manifest = add({"schemaVersion": 2, "config": settings, "layers": [layer],
                        "mediaType": "application/vnd.oci.image.manifest.v1+json"},
                       "manifest.v1+json")
        manifest["annotations"] = {"io.containerd.image.name": f"docker.io/{name}"}
        blobs["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
        blobs["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [manifest]}).encode()
        archive = self.folder / "image.tar"
        with tarfile.open(archive, "w") as tar:
            for path, data in blobs.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
        self.ctr("images", "import", str(archive))
        archive.unlink()


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
    for binary in [program, *standard.glob("lib-dynload/*.so"), *site.rglob("*.so")]:
        needed.update(libraries_of(binary))
    needed = {library for library in needed if not library.startswith(str(site))}
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

"""The server under test, as a real process on ports of its own."""

import dataclasses
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("PENSTOCK_BINARY", str(ROOT / "build/release/penstock"))
START_SECONDS = 30


@dataclasses.dataclass
class Server:
    """One `penstock server` process and how to reach it."""

    process: subprocess.Popen
    data_dir: pathlib.Path
    log: pathlib.Path
    api_url: str
    s3_url: str
    access_key: str
    secret_key: str

    def kill(self):
        """As a crash would: nothing is flushed, nothing is asked."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@dataclasses.dataclass
class Certificate:
    """PEM files: a certificate for localhost and 127.0.0.1, its key, and the authority behind it."""

    ca: pathlib.Path
    cert: pathlib.Path
    key: pathlib.Path

    def options(self, which):
        """The server's options for `which`: "s3" or "api"."""
        return [f"--{which}-tls-cert", str(self.cert), f"--{which}-tls-key", str(self.key)]


def openssl(*words, folder):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_authority(folder):
    folder.mkdir(parents=True, exist_ok=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "30", "-subj", "/CN=Penstock tests", "-keyout", "ca-key.pem", "-out", "ca.pem",
            "-addext", "keyUsage=critical,keyCertSign", folder=folder)


def make_certificate(folder, name="server"):
    """A new certificate of the authority in the folder, with a serial number of its own."""
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-keyout", f"{name}-key.pem", "-out", f"{name}.csr",
            folder=folder)
    (folder / "names").write_text(
        "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1\n"
        "authorityKeyIdentifier=keyid\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem",
            "-CAcreateserial", "-days", "20", "-out", f"{name}.pem", "-extfile", "names",
            folder=folder)
    return Certificate(folder / "ca.pem", folder / f"{name}.pem", folder / f"{name}-key.pem")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_authority(folder)
    return make_certificate(folder)


@pytest.fixture(scope="session")
def new_certificate(certificate):
    """A function that makes another certificate of the same authority."""
    numbers = itertools.count()
    return lambda: make_certificate(certificate.ca.parent, f"renewed-{next(numbers)}")


def start_server(data_dir, *options, env=None, address="127.0.0.1:0", s3_address="127.0.0.1:0"):
    """Starts a server on free ports and waits until it answers."""
    data_dir = pathlib.Path(data_dir)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    log = data_dir.with_name(data_dir.name + ".log")
    command = [BINARY, "server", "--data-dir", str(data_dir), "--address", address,
               "--s3-address", s3_address, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(log, "ab"), text=True,
                               stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    addresses = {}
    while len(addresses) < 2:
        line = process.stdout.readline()
        if not line:
            process.wait()
            raise RuntimeError(f"the server ended with {process.returncode}:\n{log.read_text()}")
        match = re.match(r"(Pipelines API|S3)\s+(http\S+)", line)
        if match:
            addresses[match[1]] = match[2]
    wait_healthy(addresses["Pipelines API"])
    keys = {}
    if (data_dir / "root-keys.json").exists():
        keys = json.loads((data_dir / "root-keys.json").read_text())
    return Server(process, data_dir, log, addresses["Pipelines API"], addresses["S3"],
                  keys.get("access_key", ""), keys.get("secret_key", ""))


def wait_healthy(api_url):
    deadline = time.monotonic() + START_SECONDS
    context = ssl.create_default_context()  # that it answers is all that is asked here
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    while True:
        try:
            urllib.request.urlopen(f"{api_url}/apis/v2beta1/healthz", timeout=5,
                                   context=context).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.fixture(scope="session")
def data_folder():
    """Where servers keep their data as most do: not below /tmp, of which every task has one of its own."""
    place = pathlib.Path(__file__).resolve().parents[1] / "build"
    place.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-test-", dir=place))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(data_folder):
    """A server for the whole session; tests make names of their own."""
    running = start_server(data_folder / "data")
    yield running
    code = running.stop()
    log = running.log.read_text()
    assert code == 0, f"the server did not stop cleanly ({code}):\n{log[-4000:]}"


@pytest.fixture(scope="session")
def session_server():
    """`start_server`, for suites with a server of their own for the whole session."""
    return start_server


LIFECYCLE_DAY_SECONDS = 2
ENCRYPTION_KEY = "tests"


@pytest.fixture(scope="session")
def tls_server(certificate, tmp_path_factory):
    """A server for the whole session with TLS on S3, which customer-provided keys need; `ca` is the
    file to trust. It has an encryption key, and the days of its lifecycle rules are short."""
    running = start_server(tmp_path_factory.mktemp("tls-server") / "data",
                           *certificate.options("s3"), "--lifecycle-day",
                           str(LIFECYCLE_DAY_SECONDS))
    running.ca = certificate.ca
    running.encryption_key = ENCRYPTION_KEY
    subprocess.run([BINARY, "admin", "key", "create", ENCRYPTION_KEY], check=False, timeout=60,
                   env={**os.environ, "PENSTOCK_S3_URL": running.s3_url,
                        "PENSTOCK_CA": str(running.ca),
                        "PENSTOCK_ROOT_USER": running.access_key,
                        "PENSTOCK_ROOT_PASSWORD": running.secret_key})
    yield running
    code = running.stop()
    assert code == 0, f"the server did not stop cleanly ({code}):\n{running.log.read_text()[-4000:]}"


@pytest.fixture
def own_server(tmp_path):
    """A function that starts servers for one test, on directories that can be started again."""
    started = []

    def start(name="data", *options, **more):
        running = start_server(tmp_path / name, *options, **more)
        started.append(running)
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.kill()

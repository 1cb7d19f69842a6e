#!/usr/bin/env python3
"""Runs ceph/s3-tests, from a checkout of yours, against a penstock server of its own.

usage: run.py --s3tests FOLDER [--binary PATH] [--out FOLDER] [--jobs N] [-k EXPRESSION]

For each job it starts a server on loopback with TLS (customer-provided keys need it) on fresh data,
makes users and encryption keys, and runs a share of README.md's selection with a time limit for
each test: some tests count all the buckets there are, so that no two may share a server. Into --out:
  results.jsonl   one line a test
  latest.txt      figures by group, and every test that did not pass with its reason
  server-N.log    what the servers said
Exits with 1 where a test failed that remaining.md does not list, or fewer than GOAL passed.
"""

import argparse
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import tempfile

import report

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
FILES = ("s3tests/functional/test_s3.py", "s3tests/functional/test_headers.py")
LEFT_OUT = ("bucket_logging", "bucket_logging_cleanup", "cloud_transition", "cloud_restore",
            "target_by_bucket", "lifecycle_expiration", "lifecycle_transition", "iam_account",
            "iam_user")
# test_multipart_get_part alone copies 250 GB within its client, which takes half a minute on an idle
# machine.
TEST_SECONDS = 240


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--s3tests", type=pathlib.Path, required=True, help="checkout of s3-tests")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/penstock")
    parser.add_argument("--python", default=sys.executable, help="with the packages they need")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/s3tests")
    parser.add_argument("--jobs", type=int, default=2, help="servers, each with a test process")
    parser.add_argument("-k", dest="keyword", default="", help="as pytest's -k")
    parser.add_argument("--server-option", action="append", default=[], help="passed on")
    return parser.parse_args()


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem",
         "-out", folder / "cert.pem"], check=True, capture_output=True)


class Server:
    """One `penstock server` on free loopback ports."""

    def __init__(self, binary, folder, log, options):
        self.binary = binary
        self.folder = folder
        self.root_keys = (secrets.token_hex(10), secrets.token_hex(20))
        make_certificate(folder)
        environment = {**os.environ, "PENSTOCK_ROOT_USER": self.root_keys[0],
                       "PENSTOCK_ROOT_PASSWORD": self.root_keys[1]}
        self.process = subprocess.Popen(
            [binary, "server", "--data-dir", folder / "data", "--address", "127.0.0.1:0",
             "--s3-address", "127.0.0.1:0", "--s3-tls-cert", folder / "cert.pem",
             "--s3-tls-key", folder / "key.pem", *options],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=log, text=True)
        self.url = self.wait_for_address()

    def wait_for_address(self):
        for line in self.process.stdout:
            match = re.match(r"S3\s+(https?://\S+)", line)
            if match:
                return match[1].rstrip("/")
        raise SystemExit(f"the server ended with {self.process.wait()}; see server.log")

    def admin(self, *arguments):
        environment = {**os.environ, "PENSTOCK_S3_URL": self.url,
                       "PENSTOCK_CA": str(self.folder / "cert.pem"),
                       "PENSTOCK_ROOT_USER": self.root_keys[0],
                       "PENSTOCK_ROOT_PASSWORD": self.root_keys[1]}
        done = subprocess.run([self.binary, "admin", *arguments], env=environment,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"penstock admin {' '.join(arguments)} failed:\n{done.stderr}")
        return done.stdout

    def add_user(self, name):
        access, secret = f"{name}{secrets.token_hex(6)}", secrets.token_hex(20)
        self.admin("user", "add", access, secret, "--policy", "readwrite")
        info = json.loads(self.admin("user", "info", access, "--output", "json"))
        return {"access_key": access, "secret_key": secret, "user_id": info["canonical_id"],
                "display_name": info.get("display_name", access), "email": f"{name}@example.com"}

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def write_config(path, server, users):
    """Everything the tests read at start; sections of tests that are left out name nobody."""
    nobody = {"access_key": "nobody", "secret_key": "nobody-secret", "user_id": "nobody",
              "display_name": "nobody", "email": "nobody@example.com"}
    host, port = server.url.split("://")[1].rsplit(":", 1)
    sections = {
        "DEFAULT": {"host": host, "port": port, "ssl_verify": "False",
                    "is_secure": str(server.url.startswith("https"))},
        "fixtures": {"bucket prefix": "s3t-{random}-"},
        "s3 main": {**users["main"], "kms_keyid": "suite-key-1", "kms_keyid2": "suite-key-2",
                    "lc_debug_interval": "10"},
        "s3 alt": users["alt"],
        "s3 tenant": {**users["tenant"], "tenant": ""},
        "iam": nobody, "iam root": nobody, "iam alt root": nobody,
    }
    lines = []
    for name, values in sections.items():
        lines += [f"[{name}]", *(f"{key} = {value}" for key, value in values.items()), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def start_tests(arguments, server, config, results, share):
    """Starts pytest on the share-th of arguments.jobs shares."""
    certificate = str(server.folder / "cert.pem")
    environment = {**os.environ, "S3TEST_CONF": str(config), "S3TESTS_RESULTS": str(results),
                   "S3TESTS_SHARE": f"{share}/{arguments.jobs}", "PYTHONPATH": str(HERE),
                   "SSL_CERT_FILE": certificate, "REQUESTS_CA_BUNDLE": certificate,
                   "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                   "AWS_EC2_METADATA_DISABLED": "true"}
    command = [arguments.python, "-m", "pytest", "-q", "-p", "results_plugin",
               "-p", "no:cacheprovider", "--tb=short", "--no-header", "--timeout",
               str(TEST_SECONDS), "-m", " and ".join(f"not {name}" for name in LEFT_OUT),
               *FILES]
    if arguments.keyword:
        command += ["-k", arguments.keyword]
    with open(arguments.out / f"pytest-{share}.log", "wb") as log:
        return subprocess.Popen(command, cwd=arguments.s3tests, env=environment, stdout=log,
                                stderr=subprocess.STDOUT)


def prepare(server, folder):
    """Keys, users and the tests' configuration."""
    for key in ("suite-key-1", "suite-key-2"):
        server.admin("key", "create", key)
    users = {user: server.add_user(user) for user in ("main", "alt", "tenant")}
    write_config(folder / "s3tests.conf", server, users)
    return folder / "s3tests.conf"


def run_shares(arguments, results):
    """True where every server stopped cleanly."""
    clean = True
    with tempfile.TemporaryDirectory(prefix="penstock-s3tests-") as name:
        servers, tests = [], []
        try:
            for share in range(arguments.jobs):
                folder = pathlib.Path(name) / str(share)
                folder.mkdir()
                with open(arguments.out / f"server-{share}.log", "wb") as log:
                    server = Server(arguments.binary, folder, log, arguments.server_option)
                servers.append(server)
                config = prepare(server, folder)
                tests.append(start_tests(arguments, server, config, results, share))
            for test in tests:
                test.wait()
        finally:
            for test in tests:
                test.kill()
            clean = all([server.stop() == 0 for server in servers])
    return clean


def main():
    arguments = parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.binary = arguments.binary.resolve()
    results = arguments.out / "results.jsonl"
    results.write_text("")
    clean = run_shares(arguments, results)
    if not clean:
        print(f"a server did not stop cleanly; see {arguments.out}/server-*.log")
    whole = not arguments.keyword
    good = report.publish(results, arguments.out / "latest.txt", HERE / "remaining.md", whole)
    print((arguments.out / "latest.txt").read_text())
    return 0 if good and clean else 1


if __name__ == "__main__":
    sys.exit(main())

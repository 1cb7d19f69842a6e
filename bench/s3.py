#!/usr/bin/env python3
"""Requests per second, latency, server CPU and memory of an S3 server under presigned load.

usage: s3.py NAME S3_URL ACCESS_KEY SECRET_KEY PID [--seconds N] [--rows TEXT]
             [--static URL PID FOLDER] [--disk FOLDER] [--peer NAME S3_URL ACCESS_KEY SECRET_KEY PID]

Puts, gets, stats, lists and deletes at 4 KiB, 1 MiB and 64 MiB with 1, 16 and 256 connections. Every
request carries a valid SigV4 signature in its query, made beforehand, so that the client costs little
and the server verifies as in life. `cpu us` is user and system time of process PID for one finished
request. A peer takes its turn after each kind of row, so that both see the same machine. `--static` measures a server of plain
files (nginx) with the same loads: the bound of gets. Needs wrk and boto3.

The rows of streams and parts send every server the same bytes, three times by turns; with `--disk` files of the same sizes are
written to that folder in between, which is the bound of puts.
64 MiB are not put over 256 connections: wrk would hold 16 GiB of bodies.
"""

import argparse
import concurrent.futures
import functools
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import boto3
from botocore.config import Config

import disk
import stat_load
from presign import Presigner

KIB, MIB = 1 << 10, 1 << 20
SIZES = {"4 KiB": 4 * KIB, "1 MiB": MIB, "64 MiB": 64 * MIB}
OBJECTS = {"4 KiB": 500, "1 MiB": 64, "64 MiB": 4}
# Puts go round these names, and deletes take each of them once.
NAMES = {"4 KiB": 60_000, "1 MiB": 2_000, "64 MiB": 24}
# What each server is sent a row of whole streams, and how often.
STREAM_PUTS, STREAM_ROUNDS = 16, 3
STREAMS = (1, 4, 16)
SCRIPT = """
local paths = {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
local body = nil
if "%(method)s" == "PUT" then body = string.rep("x", %(size)d) end
local n = 0
function request()
  n = n %% #paths + 1
  return wrk.format("%(method)s", paths[n], nil, body)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    e.status + e.timeout + e.read + e.write + e.connect))
end
"""


class Process:
    """What a server process has used so far."""

    def __init__(self, pid):
        self.pids = [pid] + [int(child) for child in pathlib.Path(
            f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def cpu_seconds(self):
        total = 0
        for pid in self.pids:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def memory_mib(self):
        return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(
            f"/proc/{pid}/status").read_text())[1]) for pid in self.pids) // 1024


class Load:
    """Runs wrk against one server and reports what it cost."""

    def __init__(self, name, url, process, seconds, rows):
        self.name, self.url, self.process = name, url, process
        self.seconds, self.rows = seconds, rows

    def wants(self, label):
        return re.search(self.rows, label) is not None

    def wants_any(self, *labels):
        return any(self.wants(f"{label}, {count}") for label in labels for count in (1, 16, 256))

    def report(self, label, **figures):
        print(json.dumps({"name": self.name, "row": label, **figures,
                          "rss_mib": self.process.memory_mib()}), flush=True)

    def run(self, label, method, paths, connections, size=0):
        label = f"{label}, {connections}"
        if not self.wants(label):
            return
        before = self.process.cpu_seconds()
        if method == "HEAD":
            result = stat_load.run(self.url, paths, connections, self.seconds)
        else:
            result = self.run_wrk(method, paths, connections, size)
        used = self.process.cpu_seconds() - before
        count, micros, p50, p99, bad = result
        self.report(label, per_second=round(count / micros * 1e6, 1), p50_ms=p50 / 1000,
                    p99_ms=p99 / 1000, cpu_us=round(used * 1e6 / max(count, 1)), bad=bad,
                    load=round(os.getloadavg()[0], 1))

    def run_wrk(self, method, paths, connections, size):
        # A large body takes its time on a loaded disk; the row is to have some of them.
        seconds = self.seconds * (4 if size >= 64 * MIB else 1)
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "paths").write_text("\n".join(paths) + "\n")
            script = pathlib.Path(folder, "load.lua")
            script.write_text(SCRIPT % {"paths": f"{folder}/paths", "method": method, "size": size})
            out = subprocess.run(
                ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s",
                 str(script), self.url], capture_output=True, text=True).stdout
        return tuple(map(int, re.search(
            r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out).groups()))


class Bench:
    def __init__(self, name, url, access, secret, pid, options):
        self.load = Load(name, url, Process(int(pid)), options.seconds, options.rows)
        self.s3 = boto3.client(
            "s3", endpoint_url=url, aws_access_key_id=access,
            aws_secret_access_key=secret, region_name="us-east-1",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"},
                          request_checksum_calculation="when_required"))
        self.bucket = "bench-" + os.urandom(4).hex()
        self.s3.create_bucket(Bucket=self.bucket)
        if options.encrypt is not None:
            self.encrypt(options.encrypt)
        self.sign = Presigner(url, access, secret, self.bucket)

    def encrypt(self, key):
        """All that is written from now on is encrypted: with the named key, or the server's own."""
        how = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {
            "SSEAlgorithm": "AES256"}
        self.s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": how}]})

    def objects(self, label):
        """Objects to read, put once."""
        keys = [f"r/{label.replace(' ', '')}/{number:04d}" for number in range(OBJECTS[label])]
        body = os.urandom(SIZES[label])
        for key in keys:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return keys

    def written(self, label):
        """Names to put to and to delete, and the requests that put."""
        names = [f"w/{label.replace(' ', '')}/{n:06d}" for n in range(NAMES[label])]
        return names, [self.sign("PUT", name) for name in names]

    def puts(self, label):
        _, puts = self.written(label)
        for connections in (1, 16, 256):
            if SIZES[label] * connections < 2048 * MIB:
                self.load.run(f"put {label}", "PUT", puts, connections, SIZES[label])

    def gets(self, label):
        if not self.load.wants_any(f"get {label}", f"stat {label}"):
            return
        keys = self.objects(label)
        for connections in (1, 16, 256):
            self.load.run(f"get {label}", "GET", [self.sign("GET", k) for k in keys], connections)
        for connections in (1, 16, 256):
            self.load.run(f"stat {label}", "HEAD", [self.sign("HEAD", k) for k in keys], connections)

    def deletes(self, label):
        """Each object is deleted once; those that wrk reached before were put by it."""
        names, puts = self.written(label)
        size = SIZES[label]
        for connections in (1, 16, 256):
            if not self.load.wants(f"delete {label}, {connections}"):
                continue
            if size < MIB:
                self.load.run_wrk("PUT", puts, 64, size)
            else:
                for name in names:
                    self.s3.put_object(Bucket=self.bucket, Key=name, Body=b"x" * size)
            self.load.run(f"delete {label}", "DELETE", [self.sign("DELETE", n) for n in names],
                          connections)

    def lists(self):
        if not self.load.wants_any("list 100"):
            return
        self.objects("4 KiB")
        path = [self.sign("GET", "", {"list-type": "2", "prefix": "r/4KiB/", "max-keys": "100"})]
        for connections in (1, 16, 256):
            self.load.run("list 100", "GET", path, connections)

    def large(self):
        """One GiB through boto3, which puts it in parts side by side."""
        if not self.load.wants("1 GiB"):
            return
        size = 1024 * MIB
        with tempfile.TemporaryFile() as file:
            block = os.urandom(MIB)
            for _ in range(1024):
                file.write(block)
            file.seek(0)
            self.timed("put 1 GiB", lambda: self.s3.upload_fileobj(file, self.bucket, "large"))

        def read():
            body = self.s3.get_object(Bucket=self.bucket, Key="large")["Body"]
            assert sum(len(chunk) for chunk in body.iter_chunks(MIB)) == size

        self.timed("get 1 GiB", read)

    def streams(self):
        """The same bytes of every server, whatever its speed: objects and parts of 64 MiB under new
        names, out of memory, one after the other and four at a time."""
        body = memoryview(os.urandom(64 * MIB))
        for streams in STREAMS:
            label = f"streams of 64 MiB, {streams}"
            if self.load.wants(label):
                keys = [f"s/{number}" for number in range(STREAM_PUTS)]
                paths = [self.sign("PUT", key) for key in keys]
                self.timed(label, lambda: self.send(paths, body, streams), 64 * STREAM_PUTS)
                for key in keys:
                    self.s3.delete_object(Bucket=self.bucket, Key=key)
        if self.load.wants("parts of 64 MiB, 4"):
            self.timed("parts of 64 MiB, 4", lambda: self.send_parts(body), 64 * STREAM_PUTS)
            self.s3.delete_object(Bucket=self.bucket, Key="parts")

    def send(self, paths, body, streams):
        """PUTs, each over a connection of its own; their ETags."""
        def put(path):
            connection = http.client.HTTPConnection(self.sign.host, timeout=120)
            connection.request("PUT", path, body)
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            if answer.status != 200:
                raise SystemExit(f"put: {answer.status} {text[:300]}")
            return answer.headers["ETag"]

        with concurrent.futures.ThreadPoolExecutor(streams) as pool:
            return list(pool.map(put, paths))

    def send_parts(self, body):
        target = {"Bucket": self.bucket, "Key": "parts"}
        upload = self.s3.create_multipart_upload(**target)["UploadId"]
        numbers = range(1, STREAM_PUTS + 1)
        paths = [self.sign("PUT", "parts", {"uploadId": upload, "partNumber": str(number)})
                 for number in numbers]
        etags = self.send(paths, body, 4)
        self.s3.complete_multipart_upload(
            **target, UploadId=upload, MultipartUpload={"Parts": [
                {"PartNumber": number, "ETag": etag} for number, etag in zip(numbers, etags)]})

    def timed(self, label, what, mib=1024):
        before, began = self.load.process.cpu_seconds(), time.perf_counter()
        what()
        took = time.perf_counter() - began
        used = self.load.process.cpu_seconds() - before
        self.load.report(label, seconds=round(took, 2), mib_per_s=round(mib / took),
                         cpu_us=round(used * 1e6), cpu_us_a_mib=round(used * 1e6 / mib),
                         load=round(os.getloadavg()[0], 1))


def measure_disk(folder, rows):
    for streams in STREAMS:
        label = f"streams of 64 MiB, {streams}"
        if re.search(rows, label):
            took = disk.write_files(folder, 64 * MIB, STREAM_PUTS, streams)
            print(json.dumps({"name": "disk", "row": label, "seconds": round(took, 2),
                              "mib_per_s": round(64 * STREAM_PUTS / took)}), flush=True)


def measure_static(url, pid, folder, seconds, rows):
    """Gets of the same sizes from a server of plain files below `folder`."""
    load = Load("static files", url, Process(pid), seconds, rows)
    for label, size in SIZES.items():
        paths = []
        for number in range(OBJECTS[label]):
            name = f"{label.replace(' ', '')}-{number:04d}"
            pathlib.Path(folder, name).write_bytes(os.urandom(size))
            paths.append(f"/{name}")
        for connections in (1, 16, 256):
            load.run(f"get {label}", "GET", paths, connections)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("name", "url", "access", "secret"):
        parser.add_argument(name)
    parser.add_argument("pid", type=int)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rows", default=".", help="a pattern: the rows to measure")
    parser.add_argument("--encrypt", nargs="?", const="", metavar="KEY",
                        help="encrypt with the server's key, or with that one of its named keys")
    parser.add_argument("--static", nargs=3, metavar=("URL", "PID", "FOLDER"))
    parser.add_argument("--disk", metavar="FOLDER")
    parser.add_argument("--peer", nargs=5, metavar=("NAME", "URL", "ACCESS", "SECRET", "PID"))
    options = parser.parse_args()
    servers = [(options.name, options.url, options.access, options.secret, options.pid)]
    servers += [options.peer] if options.peer else []
    benches = [Bench(*server, options) for server in servers]
    by_turns = [functools.partial(what, label=label) for label in SIZES
                for what in (Bench.puts, Bench.gets, Bench.deletes)]
    for what in [*by_turns, Bench.lists, Bench.large, *[Bench.streams] * STREAM_ROUNDS]:
        for bench in benches:
            what(bench)
        if what is Bench.streams and options.disk:
            measure_disk(options.disk, options.rows)
    if options.static:
        url, pid, folder = options.static
        measure_static(url, int(pid), folder, options.seconds, options.rows)


if __name__ == "__main__":
    main()

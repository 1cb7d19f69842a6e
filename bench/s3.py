#!/usr/bin/env python3
"""Requests per second, latency and server CPU of an S3 server under presigned load.

usage: s3.py NAME S3_URL ACCESS_KEY SECRET_KEY PID [--seconds N] [--connections N]

Every request carries a valid SigV4 signature in its query, made beforehand, so that the client costs
little and the server verifies as in life. `cpu µs` is user and system time of process PID for one
finished request. Run it against a peer in the same session to compare. Needs wrk and boto3.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.parse

import boto3
from botocore.config import Config

MIB = 1 << 20
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


class Bench:
    def __init__(self, options):
        self.options = options
        self.s3 = boto3.client(
            "s3", endpoint_url=options.url, aws_access_key_id=options.access,
            aws_secret_access_key=options.secret, region_name="us-east-1",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"},
                          request_checksum_calculation="when_required"))
        self.bucket = "bench-" + os.urandom(4).hex()
        self.s3.create_bucket(Bucket=self.bucket)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.options.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.options.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024

    def presigned(self, operation, **parameters):
        url = urllib.parse.urlsplit(self.s3.generate_presigned_url(
            operation, Params={"Bucket": self.bucket, **parameters}, ExpiresIn=36000))
        return f"{url.path}?{url.query}"

    def report(self, label, **figures):
        print(json.dumps({"name": self.options.name, "row": label, **figures,
                          "rss_mib": self.memory_mib()}), flush=True)

    def load(self, label, method, paths, size=0):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "paths").write_text("\n".join(paths) + "\n")
            script = pathlib.Path(folder, "load.lua")
            script.write_text(SCRIPT % {"paths": f"{folder}/paths", "method": method, "size": size})
            before = self.cpu_seconds()
            out = subprocess.run(
                ["wrk", "-t1", f"-c{self.options.connections}", f"-d{self.options.seconds}s",
                 "--timeout", "20s", "-s", str(script), self.options.url],
                capture_output=True, text=True).stdout
            used = self.cpu_seconds() - before
        count, micros, p50, p99, bad = map(int, re.search(
            r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out).groups())
        self.report(label, per_second=round(count / micros * 1e6, 1), p50_ms=p50 / 1000,
                    p99_ms=p99 / 1000, cpu_us=round(used * 1e6 / max(count, 1)), bad=bad,
                    load=round(os.getloadavg()[0], 1))

    def small_and_medium(self):
        for label, size, keys, targets in (("4 KiB", 4096, 500, 4000), ("1 MiB", MIB, 64, 200)):
            self.load(f"put {label}", "PUT",
                      [self.presigned("put_object", Key=f"w{size}/{n:06d}") for n in range(targets)],
                      size)
            for number in range(keys):
                self.s3.put_object(Bucket=self.bucket, Key=f"r{size}/{number:05d}",
                                   Body=os.urandom(size))
            self.load(f"get {label}", "GET",
                      [self.presigned("get_object", Key=f"r{size}/{n:05d}") for n in range(keys)])
        self.load("list 100", "GET",
                  [self.presigned("list_objects_v2", Prefix="r4096/", MaxKeys=100)])

    def large(self):
        size = 1024 * MIB
        with tempfile.TemporaryFile() as file:
            block = os.urandom(MIB)
            for _ in range(1024):
                file.write(block)
            file.seek(0)
            before, began = self.cpu_seconds(), time.perf_counter()
            self.s3.put_object(Bucket=self.bucket, Key="large", Body=file)
            took = time.perf_counter() - began
        self.report("put 1 GiB", seconds=round(took, 2), mib_per_s=round(1024 / took),
                    cpu_us=round((self.cpu_seconds() - before) * 1e6))
        before, began = self.cpu_seconds(), time.perf_counter()
        body = self.s3.get_object(Bucket=self.bucket, Key="large")["Body"]
        received = sum(len(chunk) for chunk in body.iter_chunks(MIB))
        took = time.perf_counter() - began
        assert received == size
        self.report("get 1 GiB", seconds=round(took, 2), mib_per_s=round(1024 / took),
                    cpu_us=round((self.cpu_seconds() - before) * 1e6))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("name", "url", "access", "secret"):
        parser.add_argument(name)
    parser.add_argument("pid", type=int)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--connections", type=int, default=16)
    bench = Bench(parser.parse_args())
    bench.small_and_medium()
    bench.large()


if __name__ == "__main__":
    main()

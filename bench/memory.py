#!/usr/bin/env python3
"""Memory of an S3 server with many buckets, uploads, parts, objects and slow clients.

usage: memory.py S3_URL ACCESS_KEY SECRET_KEY PID [--scale N] [--slow-only] [--encrypt]

Each row adds something that might cost a server memory, and prints the proportional set size of
process PID while that is there, and the greatest seen meanwhile. What was made stays until the end.
`--scale 0.1` makes a tenth of everything. While the slow clients are there, another one is timed:
they must not be in its way. `--slow-only` leaves the first half out, `--encrypt` has the server
encrypt. The address may be one of TLS, whatever its certificate. Exits with 1 where the goal for memory is missed or somebody is kept
waiting.
"""

import argparse
import concurrent.futures
import http.client
import os
import pathlib
import re
import resource
import socket
import ssl
import threading
import time
import urllib.parse

from presign import Presigner

KIB, MIB = 1 << 10, 1 << 20
LIMIT_MIB = 200
LONGEST_WAIT_SECONDS = 5
THREADS = 8
ENCRYPT = (b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
           b"<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
           b"</ServerSideEncryptionConfiguration>")


class Watch:
    """Looks at a process's memory all the time; the peak is since the last row."""

    def __init__(self, pid):
        self.path = pathlib.Path(f"/proc/{pid}/smaps_rollup")
        self.peak = self.worst = self.longest = 0.0
        threading.Thread(target=self.run, daemon=True).start()

    def now(self):
        return int(re.search(r"^Pss:\s+(\d+)", self.path.read_text(), re.M)[1]) / 1024

    def run(self):
        while True:
            self.peak = max(self.peak, self.now())
            time.sleep(0.1)

    def row(self, label):
        time.sleep(1)
        now = self.now()
        peak, self.peak = max(self.peak, now), 0.0
        self.worst = max(self.worst, peak)
        print(f"{label:<44} {now:8.1f} MiB   {peak:8.1f} at most", flush=True)


class Client:
    def __init__(self, url, access, secret):
        self.url, self.access, self.secret = url, access, secret
        self.host = urllib.parse.urlsplit(url)
        self.local = threading.local()
        self.tls = None
        if self.host.scheme == "https":
            self.tls = ssl._create_unverified_context()

    def sign(self, bucket, method, key, parameters=None):
        return Presigner(self.url, self.access, self.secret, bucket)(method, key, parameters)

    def ask(self, method, path, body=None):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self.host.netloc, timeout=120)
            if self.tls:
                connection = http.client.HTTPSConnection(self.host.netloc, timeout=120,
                                                         context=self.tls)
            self.local.connection = connection
        connection.request(method, path, body)
        response = connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise SystemExit(f"{method} {path.split('?')[0]}: {response.status} {text[:300]}")
        return text.decode()

    def many(self, requests):
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(lambda request: self.ask(*request), requests))

    def timed(self, watch, sign):
        """A whole request of somebody who is not slow."""
        began = time.monotonic()
        self.ask("PUT", sign("PUT", "meanwhile"), b"x" * MIB)
        self.ask("GET", sign("GET", "meanwhile"))
        took = time.monotonic() - began
        watch.longest = max(watch.longest, took)
        print(f"    meanwhile 1 MiB is put and got in {took * 1000:.0f} ms", flush=True)

    def held(self, request, count, then=lambda _: None):
        """Connections that sent this much and go no further."""
        sockets = []
        for _ in range(count):
            connection = socket.create_connection((self.host.hostname, self.host.port))
            if self.tls:
                connection = self.tls.wrap_socket(connection)
            connection.sendall(request)
            then(connection)
            sockets.append(connection)
        return sockets


def upload_id(answer):
    return re.search("<UploadId>(.*)</UploadId>", answer)[1]


def kept(client, watch, scale):
    """What a store has, however much of it."""
    buckets = [f"memory-{number:06d}" for number in range(int(20_000 * scale))]
    client.many([("PUT", client.sign(bucket, "PUT", "")) for bucket in buckets])
    watch.row(f"{len(buckets)} buckets")
    client.many([("PUT", client.sign(bucket, "PUT", "k"), b"x") for bucket in buckets])
    watch.row("and an object put into each")
    client.ask("GET", client.sign("", "GET", ""))
    watch.row("all of them listed")
    bucket = buckets[0]
    start = Presigner(client.url, client.access, client.secret, bucket)
    uploads = int(20_000 * scale)
    client.many([("POST", start("POST", f"u/{number:06d}", {"uploads": ""}))
                 for number in range(uploads)])
    watch.row(f"{uploads} open uploads")
    client.ask("GET", start("GET", "", {"uploads": ""}))
    upload = upload_id(client.ask("POST", start("POST", "parts", {"uploads": ""})))
    parts = int(10_000 * scale)
    client.many([("PUT", start("PUT", "parts", {"uploadId": upload, "partNumber": str(number)}),
                  b"x" * 8 * KIB) for number in range(1, parts + 1)])
    watch.row(f"{parts} parts of an upload")
    client.ask("GET", start("GET", "parts", {"uploadId": upload}))
    client.ask("DELETE", start("DELETE", "parts", {"uploadId": upload}))
    watch.row("listed and aborted")
    objects = int(20_000 * scale)
    client.many([("PUT", start("PUT", f"o/{number:06d}"), b"x" * KIB) for number in range(objects)])
    watch.row(f"{objects} objects")
    pages = [("GET", start("GET", "", {"list-type": "2", "prefix": "o/",
                                       "start-after": f"o/{number:06d}"}))
             for number in range(0, objects, 1000)]
    client.many(pages * 5)
    watch.row(f"{5 * len(pages)} pages of them listed, {THREADS} at a time")
    return start


def slow(client, watch, scale, sign):
    """Clients that stop half way."""
    host = f"Host: {client.host.netloc}\r\n"
    client.ask("PUT", sign("PUT", "large"), os.urandom(64 * MIB))
    watch.row("64 MiB put")
    count = int(400 * scale)
    get = f"GET {sign('GET', 'large')} HTTP/1.1\r\n{host}\r\n".encode()
    readers = client.held(get, count, lambda connection: connection.recv(16))
    watch.row(f"{count} clients that do not read 64 MiB")
    client.timed(watch, sign)
    put = f"PUT {sign('PUT', 'slow')} HTTP/1.1\r\n{host}Content-Length: {64 * MIB}\r\n\r\n".encode()
    writers = client.held(put + b"x" * 64 * KIB, count)
    watch.row(f"and {count} that send 64 KiB of 64 MiB")
    client.timed(watch, sign)
    heads = client.held(get[:-2] + b"X-Amz-Meta-A: " + b"x" * 4000, int(4000 * scale))
    watch.row(f"and {len(heads)} that send half a head")
    for connection in readers + writers + heads:
        connection.close()
    watch.row("all of them gone")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("url", "access", "secret"):
        parser.add_argument(name)
    parser.add_argument("pid", type=int)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--slow-only", action="store_true")
    parser.add_argument("--encrypt", action="store_true")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    watch = Watch(options.pid)
    watch.row("idle")
    client = Client(options.url, options.access, options.secret)
    if options.slow_only:
        sign = Presigner(client.url, client.access, client.secret, "memory-slow")
        client.ask("PUT", sign("PUT", ""))
    else:
        sign = kept(client, watch, options.scale)
    if options.encrypt:
        client.ask("PUT", sign("PUT", "", {"encryption": ""}), ENCRYPT)
    slow(client, watch, options.scale, sign)
    print(f"at most {watch.worst:.1f} MiB; the goal is {LIMIT_MIB}")
    raise SystemExit(watch.worst > LIMIT_MIB or watch.longest > LONGEST_WAIT_SECONDS)


if __name__ == "__main__":
    main()

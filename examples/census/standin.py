#!/usr/bin/env python3
"""A stand-in for the US Census Bureau's data API, for machines that cannot reach the real one.

    standin.py --certificate CERT.pem --key KEY.pem [--address 127.0.0.1] [--port 8443]

It answers https://api.census.gov/data/{year}/{dataset}?get=group(TABLE)&for=county:*&key=KEY with
the real API's shape: the header row first, every cell a string or null, the group's estimate,
margin and annotation columns, then GEO_ID, NAME, state and county. Errors are answered as the real
API does: an unknown dataset or table, a missing geography, a bad key.

Counties and their codes are real (package addfips). THE NUMBERS ARE GENERATED: plausible, the same
for every call, and about no one. Every answer says so in the header X-Data-Source.

Besides HTTPS it speaks CONNECT, so that a client can be sent here by HTTPS_PROXY alone, without
root's port 443.
"""

import argparse
import csv
import functools
import http.server
import importlib.resources
import json
import random
import re
import socket
import ssl
import sys
import urllib.parse

HOST = "api.census.gov"
DATASETS = {"acs/acs5", "acs/acs1"}
FIRST_YEAR, LAST_YEAR = 2009, 2023
# Tables and how many variables they have. B01001 is "Sex by Age".
TABLES = {"B01001": 49, "B01003": 1, "B19013": 1}
KEY = re.compile(r"^[0-9a-f]{40}$")


@functools.cache
def counties():
    """(state code, county code, "Autauga County, Alabama") of every county, in the API's order."""
    data = importlib.resources.files("addfips") / "data"
    with (data / "states.csv").open(encoding="utf-8") as file:
        states = {row["fips"].zfill(2): row["name"] for row in csv.DictReader(file)}
    with (data / "counties_2020.csv").open(encoding="utf-8") as file:
        rows = [(row["statefp"].zfill(2), row["countyfp"].zfill(3), row["name"])
                for row in csv.DictReader(file)]
    # The survey covers the states, the District of Columbia and Puerto Rico.
    return [(state, county, f"{name}, {states[state]}") for state, county, name in sorted(rows)
            if state in states and (int(state) <= 56 or state == "72")]


def sex_by_age(chance):
    """The 49 estimates of B01001; the totals add up, as the real ones do."""
    size = int(10 ** chance.uniform(3.2, 5.8))
    halves = []
    for _ in range(2):
        weights = [chance.uniform(0.5, 1.5) for _ in range(23)]
        scale = size / 2 / sum(weights)
        ages = [int(weight * scale) for weight in weights]
        halves.append([sum(ages)] + ages)
    return [halves[0][0] + halves[1][0]] + halves[0] + halves[1]


def table_rows(year, dataset, table):
    count = TABLES[table]
    header = [f"{table}_{number:03d}{kind}" for number in range(1, count + 1)
              for kind in ("E", "EA", "M", "MA")] + ["GEO_ID", "NAME", "state", "county"]
    yield header
    for state, county, name in counties():
        chance = random.Random(f"{year}/{dataset}/{table}/{state}{county}")
        estimates = sex_by_age(chance)[:count]
        cells = []
        for estimate in estimates:
            margin = int(estimate ** 0.5 * chance.uniform(0.8, 2.5))
            cells += [str(estimate), None, str(margin), None]
        yield cells + [f"0500000US{state}{county}", name, state, county]


class ApiError(Exception):
    def __init__(self, status, content_type, text):
        super().__init__(text)
        self.status, self.content_type, self.text = status, content_type, text


def plain(status, text):
    return ApiError(status, "text/plain", text)


@functools.lru_cache(maxsize=8)
def table_text(year, dataset, table):
    """The JSON text of a table: of B01001 4 MB, which take longer to make than to work with."""
    rows = ",\n".join(json.dumps(row) for row in table_rows(year, dataset, table))
    return f"[{rows}]\n"


def answer(path, query):
    """The JSON text of an answer, or an ApiError."""
    match = re.fullmatch(r"/data/(\d{4})/(.+)", path)
    if not match or match[2] not in DATASETS or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise plain(404, "error: unknown dataset\n")
    key = query.get("key", [""])[0]
    if not KEY.match(key):
        raise ApiError(200, "text/html", "<html><head><title>Invalid Key</title></head><body>"
                       "<p>A valid <em>key</em> must be included with each data API request.</p>"
                       "</body></html>\n")
    group = re.fullmatch(r"group\((\w+)\)", query.get("get", [""])[0])
    if not group:
        raise plain(400, "error: missing 'get' argument\n")
    if group[1] not in TABLES:
        raise plain(400, f"error: unknown group '{group[1]}'\n")
    if query.get("for", [""])[0] != "county:*":
        raise plain(400, "error: unknown/unsupported geography hierarchy\n")
    return table_text(match[1], match[2], group[1])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "census-standin"
    timeout = 60

    def do_CONNECT(self):
        if self.path.split(":")[0] != HOST:
            self.send_error(403, f"only {HOST} is to be had here")
            return
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        # Clients ask in HTTP/1.0, which would end the connection before the request inside it.
        self.close_connection = False

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        try:
            text = answer(url.path, urllib.parse.parse_qs(url.query))
            self.reply(200, "application/json;charset=utf-8", text)
        except ApiError as error:
            self.reply(error.status, error.content_type, error.text)

    def reply(self, status, content_type, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Data-Source", "stand-in; real counties, generated numbers")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        # Without the query: it carries the caller's key.
        path = urllib.parse.urlsplit(self.path).path or self.path
        self.log_message("%s %s %s", self.command, path, code)

    def log_message(self, format, *args):
        print(f"{self.log_date_time_string()} {format % args}", flush=True)


class Server(http.server.ThreadingHTTPServer):
    """Takes TLS and plain connections on one port: a TLS hello begins with the byte 22."""

    daemon_threads = True

    def __init__(self, address, tls):
        super().__init__(address, Handler)
        self.tls = tls

    def process_request_thread(self, request, client_address):
        try:
            request.settimeout(Handler.timeout)
            if request.recv(1, socket.MSG_PEEK) == b"\x16":
                request = self.tls.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError as error:
            print(f"{client_address[0]}: {error}", flush=True)
            request.close()


    def handle_error(self, request, client_address):
        print(f"{client_address[0]}: {sys.exc_info()[1]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--certificate", required=True, help=f"PEM certificate for {HOST}")
    parser.add_argument("--key", required=True, help="its private key, PEM")
    options = parser.parse_args()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.certificate, options.key)
    server = Server((options.address, options.port), tls)
    print(f"census stand-in on {options.address}:{server.server_address[1]}; "
          f"{len(counties())} real counties, generated numbers", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

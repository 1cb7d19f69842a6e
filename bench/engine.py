#!/usr/bin/env python3
"""How long a real server takes to list runs of a database with many, over HTTP.

usage: engine.py BINARY DATA-DIR [--rounds N]

DATA-DIR holds metadata.db with the runs. A server is started on it and asked for one page at a time, each
question several times, on one connection after the other as a browser would. The server's memory is what is
resident at the end.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import time
import urllib.parse
import urllib.request


def predicate(key, value, operation="EQUALS"):
    return {"key": key, "operation": operation, "string_value": value}


def filtered(*predicates):
    return "filter=" + urllib.parse.quote(json.dumps({"predicates": list(predicates)}))


QUESTIONS = {
    "newest 20": "sort_by=created_at%20desc&page_size=20",
    "newest 200": "sort_by=created_at%20desc&page_size=200",
    "oldest 20": "page_size=20",
    "of an experiment": "experiment_id=experiment-7&sort_by=created_at%20desc&page_size=20",
    "available": "sort_by=created_at%20desc&page_size=20&" + filtered(predicate("storage_state", "AVAILABLE")),
    "archived": "sort_by=created_at%20desc&page_size=20&" + filtered(predicate("storage_state", "ARCHIVED")),
    "failed": "sort_by=created_at%20desc&page_size=20&" + filtered(predicate("state", "FAILED")),
    "failed and available": "sort_by=created_at%20desc&page_size=20&"
                            + filtered(predicate("state", "FAILED"), predicate("storage_state", "AVAILABLE")),
    "of a name": "page_size=20&" + filtered(predicate("display_name", "run 77777")),
    "by name": "sort_by=name%20desc&page_size=20",
    "by end": "sort_by=finished_at%20desc&page_size=20",
    "part of a name": "page_size=20&" + filtered(predicate("display_name", "7777", "IS_SUBSTRING")),
    "part of no name": "page_size=20&" + filtered(predicate("display_name", "nowhere", "IS_SUBSTRING")),
    "part of all names": "page_size=20&" + filtered(predicate("display_name", "run", "IS_SUBSTRING")),
    "part of some 100 000": "sort_by=created_at%20desc&page_size=20&"
                            + filtered(predicate("display_name", "run 2", "IS_SUBSTRING")),
    "part, and available": "sort_by=created_at%20desc&page_size=20&"
                           + filtered(predicate("display_name", "7777", "IS_SUBSTRING"),
                                      predicate("storage_state", "AVAILABLE")),
    "part of many, available": "sort_by=created_at%20desc&page_size=20&"
                               + filtered(predicate("display_name", "run 2", "IS_SUBSTRING"),
                                          predicate("storage_state", "AVAILABLE")),
}


def ask(url, query):
    began = time.perf_counter()
    with urllib.request.urlopen(f"{url}/apis/v2beta1/runs?{query}", timeout=120) as answer:
        body = answer.read()
    return time.perf_counter() - began, json.loads(body)


def cpu_seconds(pid):
    """Of the process, user and system."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("data_dir")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    process = subprocess.Popen([options.binary, "server", "--data-dir", options.data_dir, "--address",
                                "127.0.0.1:0", "--s3-address", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = re.search(r"http\S+", process.stdout.readline())[0]
        for name, query in QUESTIONS.items():
            cpu = cpu_seconds(process.pid)
            answers = [ask(url, query) for _ in range(options.rounds)]
            cpu = (cpu_seconds(process.pid) - cpu) * 1000 / options.rounds
            times = [seconds * 1000 for seconds, _ in answers]
            page = answers[0][1]
            print(f"list {name:<24} {statistics.median(times):8.1f} ms ({min(times):.1f} to {max(times):.1f})"
                  f"   CPU {cpu:5.1f} ms"
                  f"   {len(page.get('runs', []))} of {page.get('total_size', 0)}")
        query, depth, began = QUESTIONS["newest 200"], 0, time.perf_counter()
        token = ""
        for depth in range(25):
            token = ask(url, query + "&page_token=" + urllib.parse.quote(token))[1].get("next_page_token", "")
            if not token:
                break
        print(f"list page by page of 200     {(time.perf_counter() - began) * 1000 / (depth + 1):8.1f} ms a page")
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1])
        print(f"resident {resident / 1024:.0f} MiB")
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()

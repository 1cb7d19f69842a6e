#!/usr/bin/env python3
"""Wall time of the article's pipeline with pandas, its packages made and its interpreters warm.

usage: article.py API_URL S3_URL FOLDER [--rounds N]

A round is two runs: one that finds no table in the store, downloads it from the stand-in for the Census API
and saves it (three tasks), and one that finds it and reads it back (two). Times are from the create call to the
state SUCCEEDED, polled every 5 ms. Two rounds go before, one to make the environments and one to warm them. Then what each of the four functions takes in its task, and by itself
(article_bare.py), and what `import pandas` takes of the processor. FOLDER is the server's, with its data and the stand-in's certificates.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import warnings

warnings.filterwarnings("ignore")
# The SDK's enable_caching=False is for tasks outside of conditions only.
os.environ["KFP_DISABLE_EXECUTION_CACHING_BY_DEFAULT"] = "true"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "examples" / "census"))

from minio import Minio  # noqa: E402

import components  # noqa: E402
import pipeline  # noqa: E402
import pipelines  # noqa: E402

ARGUMENTS = {"bucket": "census-data", "dataset": "acs/acs5", "table_code": "B01001", "year": 2020}
TABLE = "B01001-2020.csv"


def seconds(server, function):
    began = time.perf_counter()
    run = server.client.create_run_from_pipeline_func(function, arguments=ARGUMENTS,
                                                      enable_caching=False)
    server.wait(run.run_id)
    return time.perf_counter() - began


def tasks_of_late(server):
    """The latest runs' tasks of each function: (seconds, environment)."""
    server.connection.request("GET", "/apis/v2beta1/tasks?page_size=200&sort_by=created_at%20desc")
    found = {}
    for task in json.loads(server.connection.getresponse().read())["tasks"]:
        details = task.get("details", {})
        if "run_ms" in details:
            times = [time.mktime(time.strptime(task[key][:19], "%Y-%m-%dT%H:%M:%S")) + float(task[key][19:-1] or 0)
                     for key in ("start_time", "end_time")]
            name = task["display_name"].replace("-", "_")
            found.setdefault(name, []).append((times[1] - times[0], details["environment"]))
    return found


def report_functions(server, options, source):
    file = options.folder / "filled_article.py"
    file.write_text(source, encoding="utf-8")
    variables = dict(os.environ, BARE_FOLDER=str(options.folder), OPENBLAS_NUM_THREADS="1",
                     REQUESTS_CA_BUNDLE=str(options.folder / "certificates" / "ca.pem"))
    bare_file = pathlib.Path(__file__).with_name("article_bare.py")
    sums = [0, 0]
    for name, tasks in sorted(tasks_of_late(server).items()):
        python = options.folder / "data" / "tasks" / "environments" / tasks[0][1] / "venv/bin/python3"
        bare = float(subprocess.run([python, bare_file, file, name, str(options.rounds)], env=variables, check=True,
                                    capture_output=True, text=True).stdout.split()[-1])
        task = statistics.median(seconds for seconds, _ in tasks[:options.rounds])
        print(f"{name:<20} in its task {task:.3f} s   by itself {bare:.3f} s", flush=True)
        sums = [sums[0] + task, sums[1] + bare]
    print(f"{'the four':<20} in their tasks {sums[0]:.3f} s   by themselves {sums[1]:.3f} s")


def report_import(server, folder, rounds):
    """What `import pandas` takes of the processor in a task's environment: the pace of this machine."""
    environment = tasks_of_late(server)["save_table_data"][0][1]
    python = folder / "data" / "tasks" / "environments" / environment / "venv/bin/python3"
    taken = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([python, "-c", "import pandas"], env=dict(os.environ, OPENBLAS_NUM_THREADS="1"), check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{'import pandas':<20} {statistics.median(taken):.3f} s of CPU ({min(taken):.3f} to {max(taken):.3f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("api_url")
    parser.add_argument("s3_url")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}, "
          f"medians of {options.rounds}, least and greatest in brackets")
    user, password = os.environ["PENSTOCK_ROOT_USER"], os.environ["PENSTOCK_ROOT_PASSWORD"]
    s3 = urllib.parse.urlsplit(options.s3_url)
    store = Minio(s3.netloc, user, password, secure=False)
    server = pipelines.Server(options.api_url)
    function = pipeline.build(tempfile.mkdtemp(), user, password, "0" * 40,
                              f"host.docker.internal:{s3.port}")
    bare_source = components.filled_source(user, password, "0" * 40, s3.netloc)

    def saved_at():
        return store.stat_object(ARGUMENTS["bucket"], TABLE).last_modified

    def download():
        if store.bucket_exists(ARGUMENTS["bucket"]):
            store.remove_object(ARGUMENTS["bucket"], TABLE)
        taken = seconds(server, function)
        saved_at()  # fails where it was not
        return taken

    def read_back():
        before = saved_at()
        taken = seconds(server, function)
        if saved_at() != before:
            sys.exit("the table was saved again instead of read back")
        return taken

    for _ in range(2):
        download(), read_back()
        time.sleep(1)  # workers are made behind the runs that want them
    times = [(download(), read_back()) for _ in range(options.rounds)]
    for row, column in (("download and save", 0), ("read back", 1), ("both", None)):
        taken = sorted(sum(pair) if column is None else pair[column] for pair in times)
        pipelines.report("penstock", row, (taken[len(taken) // 2], taken[0], taken[-1]))
    report_functions(server, options, bare_source)
    report_import(server, options.folder, options.rounds)


if __name__ == "__main__":
    main()

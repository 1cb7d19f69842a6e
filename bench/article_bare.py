#!/usr/bin/env python3
"""What a function of the article takes by itself: forked from an interpreter that has its packages imported.

usage: article_bare.py SOURCE FUNCTION ROUNDS     with the Python of the task's own environment

SOURCE is the article with its blanks filled in. No SDK, no sandbox, no server: the least that a warm task of that
function can take. Prints the median seconds.
"""

import importlib
import os
import statistics
import sys
import time


class Anything:
    """Stands for what the SDK would bring: types, and decorators that do nothing."""

    path = os.path.join(os.environ["BARE_FOLDER"], "table")

    def __class_getitem__(cls, item):
        return cls

    @staticmethod
    def component(*arguments, **options):
        return lambda function: function


def functions(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    source = source[:source.index("@dsl.pipeline(")]
    lines = [line for line in source.splitlines() if not line.startswith(("from kfp", "import kfp"))]
    names = dict.fromkeys(("dsl", "Input", "Output", "Dataset"), Anything)
    exec("\n".join(lines), names)  # noqa: S102: our own example
    return names


def main():
    source, name, rounds = sys.argv[1:]
    for module in ("pandas", "requests", "minio"):
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # not of this task
    function = functions(source)[name]
    place = {"table_code": "B01001", "year": 2020}
    if name != "download_table_data":
        place["bucket"] = "census-data"
    else:
        place["dataset"] = "acs/acs5"
    if name != "table_data_exists":
        place["table_df"] = Anything
    times = []
    for _ in range(int(rounds)):
        began = time.perf_counter()
        process = os.fork()
        if process == 0:
            function(**place)
            os._exit(0)
        if os.waitpid(process, 0)[1] != 0:
            sys.exit(f"{name} failed")
        times.append(time.perf_counter() - began)
    print(statistics.median(times))


if __name__ == "__main__":
    main()

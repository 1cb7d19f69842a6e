#!/usr/bin/env python3
"""What the disk itself gives to one writer: the bound of puts.

usage: disk.py FOLDER

Writes and fsyncs 4 KiB at a time, 1 MiB at a time, and one file of 1 GiB with a single fsync at the
end, each three times; one line of JSON a row, the median and the extremes.
"""

import json
import os
import statistics
import sys
import tempfile
import time

MIB = 1 << 20


def write(folder, block, count, sync_each):
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        bytes_ = os.urandom(block)
        began = time.perf_counter()
        for _ in range(count):
            os.write(file.fileno(), bytes_)
            if sync_each:
                os.fsync(file.fileno())
        os.fsync(file.fileno())
        return time.perf_counter() - began


def main():
    folder = sys.argv[1]
    for label, block, count, sync_each in (("4 KiB and fsync", 4096, 200, True),
                                           ("1 MiB and fsync", MIB, 50, True),
                                           ("1 GiB, one fsync", MIB, 1024, False)):
        times = [write(folder, block, count, sync_each) for _ in range(3)]
        rate = [count * block / MIB / t for t in times]
        print(json.dumps({"row": label, "mib_per_s": round(statistics.median(rate), 1),
                          "from": round(min(rate), 1), "to": round(max(rate), 1),
                          "ms_each": round(statistics.median(times) / count * 1000, 2)}), flush=True)


if __name__ == "__main__":
    main()

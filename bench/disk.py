#!/usr/bin/env python3
"""What the disk itself gives: the bound of puts.

usage: disk.py FOLDER

Writes and fsyncs 4 KiB at a time, 1 MiB at a time, and one file of 1 GiB with a single fsync at the
end, each three times; one line of JSON a row, the median and the extremes. Files of 64 MiB, each
written past the page cache and synced, as many at a time as there are streams, are what bench/s3.py
compares with its own in the same minute.
"""

import concurrent.futures
import json
import mmap
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


def write_files(folder, size, count, streams):
    """Seconds for `count` files, that many at a time."""
    piece = mmap.mmap(-1, MIB)  # begins at a page, as direct writes want it
    piece.write(os.urandom(MIB))

    def write_one(number):
        file = os.open(os.path.join(folder, f"file-{number}"), os.O_CREAT | os.O_WRONLY | os.O_DIRECT)
        for _ in range(size // MIB):
            os.write(file, piece)
        os.fsync(file)
        os.close(file)

    with tempfile.TemporaryDirectory(dir=folder) as folder:
        began = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(streams) as pool:
            list(pool.map(write_one, range(count)))
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

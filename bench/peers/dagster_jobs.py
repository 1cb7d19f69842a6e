"""Runs a Dagster job of a shape in this process.

usage: dagster_jobs.py chain LENGTH | fan-out WIDTH | hand-over BYTES
"""

import os
import sys
import tempfile

from dagster import DagsterInstance, In, job, op


@op
def first():
    return 1


@op
def more(x):
    return x + 1


@op(ins={"values": In(list)})
def total(values):
    return len(values)


def chain(length):
    @job
    def bench():
        value = first()
        for _ in range(length - 1):
            value = more(value)
    return bench


def fan_out(width):
    @job
    def bench():
        total([first.alias(f"one_{i}")() for i in range(width)])
    return bench


def hand_over(size):
    @op
    def write():
        return (bytes(range(256)) * 4096 * (size // 1048576 + 1))[:size]

    @op
    def count(data):
        return len(data)

    @job
    def bench():
        count(write())
    return bench


def main():
    shapes = {"chain": chain, "fan-out": fan_out, "hand-over": hand_over}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DAGSTER_HOME"] = folder  # so that values and events are files, as in use
        result = shapes[sys.argv[1]](int(sys.argv[2])).execute_in_process(
            instance=DagsterInstance.get())
        sys.exit(0 if result.success else 1)


if __name__ == "__main__":
    main()

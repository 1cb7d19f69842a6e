"""The step that ninja, Snakemake and bare processes run.

usage: step.py add OUT [IN...]     writes to OUT one more than the sum of the numbers in IN
       step.py write OUT BYTES     writes BYTES of bytes
       step.py read OUT IN         writes to OUT how many bytes IN has, having read them all
"""

import sys


def write_bytes(path, size):
    block = bytes(range(256)) * 4096
    with open(path, "wb") as file:
        while size > 0:
            size -= file.write(block[:size])


def count_bytes(path):
    total = 0
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            total += len(piece)
    return total


def main():
    what, out, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    if what == "write":
        write_bytes(out, int(rest[0]))
        return
    result = count_bytes(rest[0]) if what == "read" else 1 + sum(int(open(p).read()) for p in rest)
    with open(out, "w") as file:
        file.write(str(result))


if __name__ == "__main__":
    main()

"""Build files of the shapes, for ninja and for Snakemake: (target, files) each.

Both run bench/peers/step.py as a process a step, under the interpreter that is given.
"""

import pathlib

STEP = pathlib.Path(__file__).with_name("step.py")


def edges(shape, size):
    """The steps of a shape: (output, inputs, words of step.py behind the output)."""
    if shape == "chain":
        return [(f"o{i}", [f"o{i - 1}"] if i else [], "add") for i in range(size)]
    if shape == "fan-out":
        ones = [(f"o{i}", [], "add") for i in range(size)]
        return ones + [("total", [out for out, _, _ in ones], "add")]
    return [("data", [], "write"), ("count", ["data"], "read")]


def command(python, what, out, inputs, size):
    rest = str(size) if what == "write" else " ".join(inputs)
    return f"{python} {STEP} {what} {out} {rest}".rstrip()


def write_ninja(folder, python, shape, size):
    steps = edges(shape, size)
    lines = ["rule run", "  command = $words"]
    for out, inputs, what in steps:
        lines += [f"build {out}: run {' '.join(inputs)}",
                  f"  words = {command(python, what, out, inputs, size)}"]
    (folder / "build.ninja").write_text("\n".join(lines + [f"default {steps[-1][0]}", ""]))


def write_snakemake(folder, python, shape, size):
    steps = edges(shape, size)
    rules = [f"rule all:\n    input: '{steps[-1][0]}'\n"]
    for out, inputs, what in steps:
        rules.append(f"rule:\n    input: {inputs!r}\n    output: '{out}'\n"
                     f"    shell: '{command(python, what, out, inputs, size)}'\n")
    (folder / "Snakefile").write_text("\n".join(rules))

"""Writes a Metaflow flow of a shape to a file; Metaflow wants one class a file, every step a method."""

HEAD = "from metaflow import FlowSpec, step\n\n\nclass Bench(FlowSpec):\n"
TAIL = "\n\nif __name__ == '__main__':\n    Bench()\n"


def method(name, *lines, arguments="self"):
    body = "".join(f"        {line}\n" for line in lines)
    return f"    @step\n    def {name}({arguments}):\n{body}\n"


def chain(length):
    """`start` and `end` have to be there; of a chain they are the first and the last step."""
    names = ["start"] + [f"s{i}" for i in range(1, length - 1)] + ["end"]
    methods = [method("start", "self.x = 1", f"self.next(self.{names[1]})")]
    for at in range(1, len(names) - 1):
        methods.append(method(names[at], "self.x += 1", f"self.next(self.{names[at + 1]})"))
    methods.append(method("end", "self.x += 1"))
    return HEAD + "".join(methods) + TAIL


def fan_out(width):
    return HEAD + "".join([
        method("start", f"self.items = list(range({width}))",
               "self.next(self.one, foreach='items')"),
        method("one", "self.x = self.input + 1", "self.next(self.join)"),
        method("join", "self.total = len([i.x for i in inputs])", "self.next(self.end)",
               arguments="self, inputs"),
        method("end", "pass"),
    ]) + TAIL


def hand_over(size):
    return HEAD + "".join([
        method("start", f"self.data = (bytes(range(256)) * 4096 * ({size} // 1048576 + 1))[:{size}]",
               "self.next(self.end)"),
        method("end", "self.count = len(self.data)"),
    ]) + TAIL

# How far a warm worker goes before it forks: the second part of the program whose last is warm_worker.py.
#
# Where nothing that depends on the task happens before the executor reads its arguments, all of that is done once,
# in the worker: the rest of the interpreter's start, the executor's own, and its parser. Else the tasks are
# forked at once, from inside the interpreter's start.
import os, sys


def path_files():
    """Those that the interpreter's start reads besides the worker's."""
    import site
    return [os.path.join(folder, name) for folder in site.getsitepackages([sys.prefix]) if os.path.isdir(folder)
            for name in os.listdir(folder) if name.endswith(".pth") and name != "zzzz-penstock.pth"]


def starts_plainly():
    """Whether what is left of the interpreter's start runs nothing of the packages'."""
    import importlib.util, site
    if site.ENABLE_USER_SITE:
        return False
    found = importlib.util.find_spec("sitecustomize")
    if found is not None:
        try:
            with open(found.origin, encoding="utf-8") as file:
                text = file.read(1000)
        except (OSError, TypeError, UnicodeDecodeError):
            return False
        if "import apport_python_hook" not in text or len(text) > 200:  # Debian's
            return False
    for path in path_files():
        with open(path, "rb") as file:
            for line in file:
                if line.startswith((b"import ", b"import\t")) and b"_distutils_hack" not in line:
                    return False
    return True


# All that the executor names before it reads its arguments.
PLAIN_NAMES = {"argparse", "parser", "args", "_", "str", "_setup_logging", "logging", "logging_format", "sys",
               "ArgumentParser", "add_argument", "parse_known_args", "basicConfig", "stdout", "INFO"}


def begins_plainly(tree):
    """Whether the executor's module only defines functions, and the one that it runs does nothing but prepare its
    log and its parser before it reads the arguments."""
    functions = {}
    for node in tree.body:
        kind = type(node).__name__
        if kind == "FunctionDef" and not node.decorator_list:
            functions[node.name] = node.body
        elif kind not in ("Import", "ImportFrom", "If"):
            return False
    if len(functions) != 2 or not {"_setup_logging", "executor_main"} <= set(functions):
        return False
    nodes = list(functions["_setup_logging"])
    for part in functions["executor_main"]:
        if is_reading(part):
            break
        nodes.append(part)
    else:
        return False
    while nodes:
        node = nodes.pop()
        kind = type(node).__name__
        if kind not in ("Expr", "Assign", "Call", "Attribute", "Name", "Constant", "Str", "NameConstant", "keyword",
                        "Load", "Store"):
            return False
        if {getattr(node, "id", "_"), getattr(node, "attr", "_")} - PLAIN_NAMES:
            return False
        nodes.extend(parts_of(node))
    return True


def parts_of(node):
    for field in node._fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else [value]:
            if hasattr(part, "_fields"):
                yield part


def is_reading(node):
    """args, _ = parser.parse_known_args()"""
    call = getattr(node, "value", None)
    called = getattr(call, "func", None)
    return type(node).__name__ == "Assign" and type(call).__name__ == "Call" and \
        getattr(called, "attr", None) == "parse_known_args" and not call.args and not call.keywords


def serve_at_arguments(serve):
    """Goes on with the start, and serves where argparse asks for sys.argv. The children go on from there."""
    import argparse
    shown = type(sys)("sys")

    def find(name):
        caller = sys._getframe(1)
        if name == "argv" and caller.f_globals is vars(argparse) and \
                caller.f_code.co_name == "parse_known_args":
            argparse._sys = sys
            serve()
        return getattr(sys, name)

    shown.__getattr__ = find
    argparse._sys = shown


def is_started():
    """Whether this program has run before: the folder of the packages is read twice."""
    return getattr(sys.modules.get("argparse"), "_sys", sys) is not sys

# The program of a warm worker (warm_worker.h), run by a line of a .pth file at the end of the start of
# the interpreter that was told to run the SDK's executor. CONFIG, warm_end.py, warm_start.py, warm_ahead.py and
# warm_practice.py are set in front of it.
#
# It imports what the executor imports and then forks for each task (sys/fork_server.h). The child enters
# the task's sandbox and returns from here, so that the interpreter goes on to run the executor as if it
# had just been started. Everything here serves that illusion: what a task can see must be as in a fresh one.
import os, sys, atexit


def import_executor():
    """What `python3 -m MODULE` imports before it runs. Returns the module's syntax tree."""
    import runpy
    package, _, leaf = CONFIG["module"].rpartition(".")
    __import__(package)
    path = os.path.join(os.path.dirname(sys.modules[package].__file__), leaf + ".py")
    with open(path, "rb") as file:
        tree = compile(file.read(), path, "exec", 0x400)  # the syntax tree only
    for node in tree.body:
        kind = type(node).__name__
        if kind == "Import":
            for name in node.names:
                __import__(name.name)
        elif kind == "ImportFrom" and node.level == 0:
            __import__(node.module)
            for name in node.names:
                if not hasattr(sys.modules[node.module], name.name):
                    __import__(node.module + "." + name.name)
    # What the executor does first, which imports more.
    import argparse
    argparse.ArgumentParser(description="").add_argument("--name", type=str, help="")
    return tree


def open_files():
    held = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
            held.append(int(name))
        except OSError:
            pass
    return held


class Entry:
    """The library of warm_entry.cc, which waits for tasks and enters their sandboxes."""

    def __init__(self, state):
        import ctypes as c

        class Program(c.Structure):
            _fields_ = [("size", c.c_ushort), ("filter", c.c_void_p)]

        class Map(c.Structure):
            _fields_ = [(name, c.c_uint64) for name in (
                "start_code end_code start_data end_data start_brk brk start_stack arg_start arg_end "
                "env_start env_end auxv").split()] + [("size", c.c_uint32), ("exe", c.c_uint32)]

        class Given(c.Structure):
            _fields_ = [("socket", c.c_int64), ("own_namespace", c.c_int64), ("dash", c.c_int64),
                        ("filter_call", c.c_int64), ("filter", c.c_void_p), ("held", c.c_void_p),
                        ("held_count", c.c_int64), ("map", c.c_void_p), ("head", c.c_void_p),
                        ("head_size", c.c_int64), ("before_fork", c.c_void_p),
                        ("after_fork", c.c_void_p), ("pages", c.c_void_p),
                        ("page_runs", c.c_int64), ("words", c.c_void_p),
                        ("words_size", c.c_int64), ("arguments", c.c_int64),
                        ("report", c.c_int64)]

        with open("/proc/self/stat") as file:
            at = [0, 0, 0] + file.read().rpartition(")")[2].split()  # counted from 1
        self.map = Map(
            start_code=int(at[26]), end_code=int(at[27]), start_data=int(at[45]), end_data=int(at[46]),
            start_brk=int(at[47]), start_stack=int(at[28]), exe=0xffffffff)
        head = ["python3", "-m", CONFIG["module"], "--component_module_path"]
        self.head = "".join(word + "\0" for word in head).encode()
        self.filter = c.create_string_buffer(bytes.fromhex(CONFIG["filter"]))
        size = len(CONFIG["filter"]) // 2
        self.program = Program(size // 8, c.addressof(self.filter))
        self.held = (c.c_int32 * len(state["held"]))(*state["held"])
        self.given = Given(
            socket=3, own_namespace=os.open("/proc/self/ns/pid", os.O_RDONLY), dash=CONFIG["dash"],
            filter_call=CONFIG["seccomp"], filter=c.addressof(self.program) if size else None,
            held=c.addressof(self.held), held_count=len(self.held), map=c.addressof(self.map),
            head=c.cast(c.c_char_p(self.head), c.c_void_p), head_size=len(self.head),
            before_fork=c.cast(c.pythonapi.PyOS_BeforeFork, c.c_void_p),
            after_fork=c.cast(c.pythonapi.PyOS_AfterFork_Child, c.c_void_p))
        self.at = c.addressof(self.given)
        self.serve = c.PyDLL(CONFIG["entry"]).PenstockServe
        self.serve.argtypes, self.serve.restype = [c.c_void_p], None
        self.string_at = c.string_at
        self.address_of, self.make_buffer = c.addressof, c.create_string_buffer

    def show_pages(self, pages):
        self.pages = self.make_buffer(pages, len(pages) + 1)
        self.given.pages, self.given.page_runs = self.address_of(self.pages), len(pages) // 16

    def wait(self):
        """Returns in the children that are to be tasks: their arguments and their environment."""
        self.serve(self.at)
        given = self.given
        words = self.string_at(given.words, given.words_size).decode().split("\0")
        end = 4 + 1 + given.arguments
        return words[3:end], words[end:-1]

    def report_begun(self):
        os.write(self.given.report, b"r")
        os.close(self.given.report)


def become_task(state, arguments, variables):
    environment = os.environ
    environment.clear()
    for variable in variables:
        name, _, value = variable.partition("=")
        environment[name] = value
    environment.update(state["added"])
    sys.argv[1:] = arguments
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = ["python3", "-m", CONFIG["module"]] + arguments
    for name in state["helpers"]:
        sys.modules.pop(name, None)
    if "numpy.random" in state["base"]:
        state["base"]["numpy.random"].seed()
    state["pid"] = os.getpid()
    state["freeze"]()  # what was made since
    state["mark"] = []  # which is not


def use_large_pages():
    """Puts what tasks get a copy of into large pages, where the kernel can: a fork then copies the entry
    of one where it copied five hundred."""
    import ctypes as c
    madvise = c.CDLL(None).madvise
    madvise.argtypes = [c.c_void_p, c.c_size_t, c.c_int]
    large = 1 << 21
    with open("/proc/self/maps") as file:
        for line in file:
            words = line.split()
            if words[1] != "rw-p" or words[4] != "0":
                continue
            low, high = [int(part, 16) for part in words[0].split("-")]
            low, high = -(-low // large) * large, high // large * large
            if low < high:
                madvise(low, high - low, 25)  # MADV_COLLAPSE


def serve(state):
    """Returns in the children."""
    state["held"] = [file for file in open_files() if file in state["held"]]
    hidden = state["hidden"]
    shown = set(sys.modules)
    base = dict(hidden.all, **sys.modules) if hidden else dict(sys.modules)
    state["plain"] = plain_types(base)
    entry = Entry(state)
    import _thread, gc, weakref, ctypes  # noqa
    state["flush"], state["freeze"] = ctypes.CDLL(None).fflush, gc.freeze
    state["libraries"] = tuple([path for path in sys.path if path.endswith("/lib-dynload")] + known_folders())
    state["helpers"] = [name for name in sys.modules if name not in base]
    state["base"] = base
    state["quick"] = can_end_quickly(state)
    keep = (base, list(base.values()))
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(keep))
    if threads_stay():
        give_up("what it imports starts threads")
    gc.collect()
    use_large_pages()
    if hidden:
        hidden.hide([name for name in sys.modules if name not in shown])
    gc.freeze()
    if state["plain_start"]:
        pages = practise(state)
        if pages is None:
            return
        entry.show_pages(pages)
    arguments, variables = entry.wait()
    try:
        become_task(state, arguments, variables)
        entry.report_begun()  # up to here the task can still be started in another way
    except BaseException:
        os._exit(1)


def main():
    state = {"getpid": os.getpid, "exit": os._exit, "exit_handlers": atexit._ncallbacks(),
             "streams": (sys.stdout, sys.stderr)}
    state["held"] = [file for file in open_files() if file > 3]
    state["added"] = {name: value for name, value in os.environ.items() if name not in CONFIG["env"]}
    atexit.register(at_end, state)  # the first, so that it is the last to run
    if not path_files():
        sys.modules.pop("encodings.utf_8_sig", None)  # by which Python 3.13 has read the worker's
    tree = import_executor()
    state["notes"] = note_the_end()
    state["hidden"] = take_steps(CONFIG["ahead"])
    state["plain_start"] = starts_plainly() and begins_plainly(tree)
    if state["plain_start"]:
        serve_at_arguments(lambda: serve(state))
    else:
        serve(state)


if not is_started():
    main()

# The program of a warm worker (warm_worker.h), run by a line of a .pth file at the end of the start of
# the interpreter that was told to run the SDK's executor. CONFIG and warm_end.py are set in front of it.
#
# It imports what the executor imports and then forks for each task (sys/fork_server.h). The child enters
# the task's sandbox and returns from here, so that the interpreter goes on to run the executor as if it
# had just been started. Everything here serves that illusion: what a task can see must be as in a fresh one.
import os, sys, atexit


def import_ahead():
    """What `python3 -m MODULE` imports before it runs, and modules that are known to be safe."""
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
    for name in CONFIG["ahead"]:
        __import__(name)


def open_files():
    held = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
            held.append(int(name))
        except OSError:
            pass
    return held


class System:
    """System calls that Python has no names for."""

    def __init__(self):
        import ctypes
        self.c = ctypes
        self.lib = ctypes.CDLL(None, use_errno=True)
        self.filter = ctypes.create_string_buffer(bytes.fromhex(CONFIG["filter"]))
        self.filter_size = len(CONFIG["filter"]) // 2

        class Header(ctypes.Structure):
            _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]

        class Program(ctypes.Structure):
            _fields_ = [("size", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

        class Map(ctypes.Structure):
            _fields_ = [(name, ctypes.c_uint64) for name in (
                "start_code end_code start_data end_data start_brk brk start_stack arg_start arg_end "
                "env_start env_end auxv").split()] + [("size", ctypes.c_uint32), ("exe", ctypes.c_uint32)]

        self.header = Header(0x20080522, 0)
        self.none = (ctypes.c_uint32 * 6)()
        self.program = Program(self.filter_size // 8, ctypes.addressof(self.filter))
        self.Map = Map
        with open("/proc/self/stat") as file:
            self.stat = [0, 0] + [0] + file.read().rpartition(")")[2].split()  # counted from 1
        self.lib.sbrk.restype = ctypes.c_void_p

    def check(self, result, what):
        if result != 0:
            number = self.c.get_errno()
            raise OSError(number, what + ": " + os.strerror(number))

    def enter(self, namespace, kind=0):
        self.check(self.lib.setns(namespace, kind), "setns")

    def limit_files(self, size):
        self.check(self.lib.setrlimit(1, (self.c.c_ulonglong * 2)(size, size)), "setrlimit")

    def give_up_rights(self):
        for capability in range(64):
            if self.lib.prctl(24, capability, 0, 0, 0) != 0:  # PR_CAPBSET_DROP
                break
        self.lib.prctl(47, 4, 0, 0, 0)  # PR_CAP_AMBIENT_CLEAR_ALL
        self.lib.prctl(28, 3, 0, 0, 0)  # SECBIT_NOROOT, locked
        self.check(self.lib.capset(self.c.byref(self.header), self.none), "capset")
        self.check(self.lib.prctl(38, 1, 0, 0, 0), "no_new_privs")
        if self.filter_size:
            number, program = CONFIG["seccomp"], self.c.byref(self.program)
            if self.lib.syscall(number, 1, 4, program) != 0:  # without slowing down the rest
                self.check(self.lib.syscall(number, 1, 0, program), "seccomp")

    def show_words(self, words, environment):
        """What /proc shows of this process as its command line and environment."""
        args = b"".join(os.fsencode(word) + b"\0" for word in words)
        env = b"".join(os.fsencode(name + "=" + value) + b"\0" for name, value in environment)
        text = self.c.create_string_buffer(args + env + b"\0")
        start = self.c.addressof(text)
        at = self.stat
        shown = self.Map(
            start_code=int(at[26]), end_code=int(at[27]), start_data=int(at[45]), end_data=int(at[46]),
            start_brk=int(at[47]), brk=self.lib.sbrk(0), start_stack=int(at[28]), arg_start=start,
            arg_end=start + len(args), env_start=start + len(args), env_end=start + len(args) + len(env),
            auxv=0, size=0, exe=0xffffffff)
        # For good: the kernel does not copy it.
        self.c.pythonapi.Py_IncRef(self.c.py_object(text))
        self.lib.prctl(35, 14, self.c.byref(shown), self.c.sizeof(shown), 0)  # PR_SET_MM_MAP


def shell_order(name):
    """Where dash has a variable in the environment of what it starts."""
    name = os.fsencode(name)
    return ((name[0] << 4) + sum(name)) % 39


class Worker:
    def __init__(self):
        self.system = System()
        import _signal, _socket, json
        self.signal, self.loads = _signal, json.loads
        self.socket = _socket.socket(fileno=3)
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY)

    def serve(self, state):
        """Returns in the children that are to be tasks."""
        import gc
        self.gc = gc
        self.signal.signal(self.signal.SIGCHLD, self.signal.SIG_IGN)
        gc.collect()
        gc.freeze()
        self.socket.send(b"ready")
        while True:
            text, control, _, _ = self.socket.recvmsg(64, 4096)
            if not text:
                os._exit(0)
            files = list(memoryview(control[0][2]).cast("i"))
            try:
                self.system.enter(files[0], 0x20000000)
                pid = os.fork()
            except OSError:
                pid = -1
            if pid == 0:
                self.socket.detach()
                try:
                    return self.become_shell(state, files)
                except BaseException:
                    os._exit(1)
            self.system.enter(self.own, 0x20000000)
            for file in files:
                os.close(file)

    def become_shell(self, state, files):
        """The part of the shell that writes the program, starts Python and waits for it."""
        for file in files[9:]:
            os.write(file, b"0")
        for file in files[1:5]:
            self.system.enter(file)
        self.signal.signal(self.signal.SIGCHLD, self.signal.SIG_DFL)
        os.setsid()
        output, job_file, report, last_pid = files[5:9]
        with os.fdopen(os.dup(job_file), "rb") as file:
            job = self.loads(file.read())
        os.dup2(output, 1)
        os.dup2(output, 2)
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        for file in state["held"]:
            os.dup2(null, file, False)
        os.write(last_pid, b"3")  # as if mktemp had run
        for file in {null, self.own, 3, *files} - {report}:
            os.close(file)
        os.chdir(job["cwd"])
        if job["file_bytes"]:
            self.system.limit_files(job["file_bytes"])
        self.system.give_up_rights()
        program = self.write_program(job)
        pid = os.fork()
        if pid != 0:
            self.wait(pid, report)
        self.become_task(state, job, program)
        # Up to here the task can still be started in another way.
        os.write(report, b"r")
        os.close(report)

    @staticmethod
    def write_program(job):
        base = job["env"].get("TMPDIR") or "/tmp"
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        folder = base + "/tmp." + "".join(letters[byte % 62] for byte in os.urandom(10))
        os.mkdir(folder, 0o700)
        path = folder + "/ephemeral_component.py"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        content = memoryview(job["program"].encode("utf-8", "surrogateescape"))
        while content:
            content = content[os.write(file, content):]
        os.close(file)
        return path

    def report(self, file, status, used=None):
        words = [0, 0, 0, 0]
        if used:
            words = [int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss, used.ru_inblock,
                     used.ru_oublock]
        text = status.to_bytes(4, sys.byteorder) + (1).to_bytes(4, sys.byteorder)
        os.write(file, text + b"".join(word.to_bytes(8, sys.byteorder) for word in words))
        os._exit(0)

    def wait(self, pid, report):
        # Whoever ends the shell ends the task.
        for number in range(1, 32):
            if number in (9, 17, 18, 19, 20, 21, 22, 23, 28):
                continue
            self.signal.signal(number, lambda number, frame: self.report(report, number))
        _, status, used = os.wait4(pid, 0)
        if not os.WIFSIGNALED(status):
            self.report(report, os.WEXITSTATUS(status) << 8, used)
        number = os.WTERMSIG(status)
        if CONFIG["dash"] and number not in (2, 13):
            core = " (core dumped)" if os.WCOREDUMP(status) else ""
            os.write(2, (self.signal.strsignal(number) + core + "\n").encode())
        self.report(report, (128 + number) << 8, used)

    def become_task(self, state, job, program):
        variables = {name: value for name, value in job["env"].items()
                     if name.isidentifier() and name.isascii()}
        variables["PWD"] = job["cwd"]
        if job["runtime"]:
            variables["_KFP_RUNTIME"] = "true"
        if CONFIG["dash"]:
            variables = dict(sorted(variables.items(), key=lambda item: shell_order(item[0])))
        arguments = ["--component_module_path", program] + job["args"]
        self.system.show_words(["python3", "-m", CONFIG["module"]] + arguments, variables.items())
        variables.update(state["added"])
        os.environ.clear()
        os.environ.update(variables)
        sys.argv[:] = ["-m"] + arguments
        if hasattr(sys, "orig_argv"):
            sys.orig_argv[:] = ["python3", "-m", CONFIG["module"]] + arguments
        for name in state["helpers"]:
            sys.modules.pop(name, None)
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        state["pid"] = os.getpid()
        self.gc.freeze()  # what was made since
        state["mark"] = []  # which is not


def threads_stay():
    """Whether threads are left after a fork, whose locks the children would wait for."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return len(os.listdir("/proc/self/task")) > 1


def main():
    state = {"getpid": os.getpid, "exit": os._exit, "exit_handlers": atexit._ncallbacks(),
             "streams": (sys.stdout, sys.stderr)}
    atexit.register(at_end, state)  # the first, so that it is the last to run
    state["held"] = [file for file in open_files() if file > 3]
    state["added"] = {name: value for name, value in os.environ.items() if name not in CONFIG["env"]}
    import_ahead()
    base = dict(sys.modules)
    state["plain"] = plain_types()
    worker = Worker()
    state["notes"] = note_the_end()
    state["flush"] = worker.system.lib.fflush
    import _thread, gc, weakref, ctypes  # noqa
    state["libraries"] = tuple([path for path in sys.path if path.endswith("/lib-dynload")] +
                               CONFIG["libraries"])
    state["helpers"] = [name for name in sys.modules if name not in base]
    state["base"] = base
    state["quick"] = can_end_quickly(state)
    keep = (base, list(base.values()))
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(keep))
    if threads_stay():
        worker.socket.send(b"threads")
        os._exit(0)
    worker.serve(state)


main()

# What a warm worker imports ahead for its tasks (modules_ahead.h): the third part of the program whose last is
# warm_worker.py.
#
# What an import does besides making modules is looked at. What can be done again, when a task imports the module,
# is noted and undone; a module that does anything else is refused, and the worker is made again without it.
# Before the worker forks, these modules are hidden: a task has each of them when it imports it, and not before.
import os, sys

MOST_FILES, MOST_BYTES, MOST_RECORDS = 256, 16 << 20, 200
# Threads that are known to be none after a fork, and to hold nothing then: jemalloc sees to that itself.
KNOWN_THREADS = ("jemalloc_bg_thd",)


def give_up(why):
    """Tells the server, which ends it when it has read that: what starts sandboxes for it may need it until then."""
    os.write(3, why.encode()[:1000])
    os.read(3, 1)
    os._exit(0)


def refuse(name, why):
    """The server makes a worker without that module."""
    give_up(f"without {name}: {why}")


def other_threads():
    names = []
    for thread in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/comm") as file:
                names.append((thread, file.read().strip()))
        except OSError:
            pass
    return [name for thread, name in names if int(thread) != os.getpid() and name not in KNOWN_THREADS]


def threads_stay():
    """Whether threads are left after a fork, whose locks the children would wait for."""
    import time
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        give_up("nothing can be forked from it")
    for _ in range(20):  # one that has been told to end takes a moment
        if not other_threads():
            return False
        time.sleep(0.05)
    return True


def surroundings():
    """What an import has to leave as it was."""
    import builtins, gc, locale, logging, signal, socket, threading, warnings
    mask = os.umask(0o077)
    os.umask(mask)
    root = logging.getLogger()
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        children = file.read().split()
    return {
        "the working directory": os.getcwd(), "the umask": mask, "open files": open_files(), "processes": children,
        "signals": [signal.getsignal(number) for number in range(1, 32)] + [signal.pthread_sigmask(0, [])],
        "the locale": locale.setlocale(locale.LC_ALL), "the search for modules": (list(sys.path), list(sys.path_hooks)),
        "built-in names": dict(vars(builtins)), "the standard streams": (sys.stdin, sys.stdout, sys.stderr),
        "hooks": (sys.excepthook, sys.displayhook, sys.gettrace(), sys.getprofile(), threading.excepthook,
                  getattr(sys, "unraisablehook", None), warnings.showwarning, warnings.formatwarning),
        "the log": (list(root.handlers), list(root.filters), root.level, root.disabled, logging.root.manager.disable,
                    logging.getLoggerClass(), logging.getLogRecordFactory(), logging.lastResort),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), socket.getdefaulttimeout(), threading.stack_size()),
        "the collector": (gc.isenabled(), gc.get_threshold(), list(gc.callbacks)),
    }


def private_files():
    """What lies where a task has folders of its own."""
    found = {}
    for top in (os.path.expanduser("~"), "/tmp", "/dev/shm"):
        for folder, folders, files in os.walk(top):
            # The environment may be mounted there.
            folders[:] = [name for name in folders if not os.path.ismount(os.path.join(folder, name))]
            for name in folders + files:
                found[os.path.join(folder, name)] = None
    return found


def read_files(paths):
    """[(path, mode, contents or None for a folder)], or what is not plain or too much."""
    import stat
    read, size = [], 0
    for path in paths:
        info = os.lstat(path)
        if stat.S_ISDIR(info.st_mode):
            read.append((path, info.st_mode & 0o7777, None))
            continue
        size += info.st_size
        if not stat.S_ISREG(info.st_mode) or size > MOST_BYTES or path.startswith("/dev/shm/"):
            return path
        with open(path, "rb") as file:
            read.append((path, info.st_mode & 0o7777, file.read()))
    return read if len(read) <= MOST_FILES else f"{len(read)} of them"


class Step:
    """One module: what is there since it was imported, and what else that did."""

    def __init__(self, name):
        self.name, self.done = name, False
        self.modules, self.variables, self.finders, self.files, self.records = [], {}, [], [], []
        self.filters, self.last_filters = [], []

    def take(self):
        """Imports it. Returns what it has done that cannot be done again, or None."""
        import warnings
        before, modules, files = surroundings(), dict(sys.modules), private_files()
        variables, filters, finders = dict(os.environ), list(warnings.filters), list(sys.meta_path)
        self.load_libraries()
        fault = self.import_quietly()
        if fault:
            return fault
        if threads_stay():
            return "it starts threads"
        after = surroundings()
        for what in before:
            if before[what] != after[what]:
                return "it changes " + what
        if any(sys.modules.get(name) is not module for name, module in modules.items()):
            return "it replaces modules"
        if any(os.environ.get(name) != value for name, value in variables.items()):
            return "it changes variables"
        self.modules = [name for name in sys.modules if name not in modules]
        self.variables = {name: value for name, value in os.environ.items() if name not in variables}
        self.filters, self.last_filters = new_ends(warnings.filters, filters)
        self.finders = [one for one in sys.meta_path if not any(one is other for other in finders)]
        self.files = read_files([path for path in private_files() if path not in files])
        if merged(self.filters, filters, self.last_filters) != warnings.filters:
            return "it changes the warnings"
        if sys.meta_path[:len(finders)] != finders:
            return "it changes the search for modules"
        if isinstance(self.files, str):
            return "it writes files: " + self.files
        return None

    def load_libraries(self):
        """By their plain paths. In a task they are other files, so that one that asks for them later (threadpoolctl)
        finds them by name or not at all."""
        import ctypes
        for folder in sys.path:
            libraries = os.path.join(folder, ("scikit_learn" if self.name == "sklearn" else self.name) + ".libs")
            if folder.endswith("/site-packages") and os.path.isdir(libraries):
                for name in os.listdir(libraries):
                    if "openblas" in name or "libgomp" in name:
                        try:
                            ctypes.CDLL(os.path.join(os.path.realpath(libraries), name))
                        except OSError:
                            pass  # it needs others, which the package finds

    def import_quietly(self):
        """Imports it with its log noted, its messages at most as many as can be; a message on the standard streams
        is a fault."""
        import logging
        out = os.memfd_create("output")
        saved = [os.dup(1), os.dup(2)]
        root, level, records = logging.getLogger(), logging.getLogger().level, self.records

        class Note(logging.Handler):
            def emit(self, record):
                records.append((record.name, record.levelno, record.pathname, record.lineno, record.getMessage(),
                                record.funcName))

        note = Note()
        root.addHandler(note)
        root.setLevel(1)
        fault = None
        try:
            os.dup2(out, 1)
            os.dup2(out, 2)
            __import__(self.name)
        except BaseException as error:
            fault = f"it cannot be imported: {type(error).__name__}: {error}"
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            root.removeHandler(note)
            note.close()
            if root.level != 1 and not fault:
                fault = "it changes the log"
            root.setLevel(level)
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
        written = os.pread(out, 200, 0)
        for file in saved + [out]:
            os.close(file)
        if not fault and written:
            fault = "it writes: " + written.decode(errors="replace")
        if not fault and len(records) > MOST_RECORDS:
            fault = "it logs much"
        return fault

    def does_more(self):
        return bool(self.variables or self.filters or self.last_filters or self.finders or self.files or self.records)

    def repeat(self):
        """Does in a task what the import did besides making modules."""
        import logging
        if self.done:
            return
        self.done = True
        for name, value in self.variables.items():
            os.environ.setdefault(name, value)
        if self.filters or self.last_filters:
            set_filters(merged(self.filters, sys.modules["warnings"].filters, self.last_filters))
        sys.meta_path.extend(self.finders)
        for path, mode, contents in self.files:
            try:
                write_again(path, mode, contents)
            except OSError:
                pass  # so would the import have gone on
        for name, level, path, line, message, function in self.records:
            logger = logging.getLogger(name)
            if logger.isEnabledFor(level):
                logger.handle(logger.makeRecord(name, level, path, line, message, (), None, function))


def write_again(path, mode, contents):
    if contents is None:
        if not os.path.isdir(path):
            os.mkdir(path, mode)
    elif not os.path.exists(path):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(contents)


def new_ends(filters, old):
    """What has been put before the old ones, and behind them."""
    new = [not any(one is other for other in old) for one in filters]
    first = new.index(False) if False in new else len(new)
    last = new[::-1].index(False) if False in new else 0
    return filters[:first], filters[len(new) - last:]


def merged(first, filters, last):
    """As filterwarnings does, each of which goes before or behind the others and takes the place of one that is equal."""
    kept = first + [one for one in filters if one not in first]
    return kept + [one for one in last if one not in kept]


def set_filters(filters):
    import warnings
    warnings.filters[:] = filters
    with warnings.catch_warnings():  # which makes it look at them anew
        pass


def take_steps(names):
    """Imports them, one after the other, with the packages around each a step before it, and hides them. Returns
    what they are hidden in, or None."""
    import warnings
    if not names or not hasattr(os, "memfd_create"):
        return None
    base = dict(sys.modules)
    finders, filters, variables = list(sys.meta_path), list(warnings.filters), dict(os.environ)
    files = private_files()
    steps = {}
    for name in names:
        parts = name.split(".")
        for size in range(1, len(parts) + 1):
            step = Step(".".join(parts[:size]))
            if step.name in steps or step.name in base:
                continue
            fault = step.take()
            if fault:
                refuse(name, fault)
            steps[step.name] = step
    # As if nothing had been imported.
    sys.meta_path[:] = finders
    set_filters(filters)
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for path in reversed([path for path in private_files() if path not in files]):
        os.rmdir(path) if os.path.isdir(path) else os.unlink(path)
    hidden = Hidden(list(steps.values()), base)
    hidden.hide(list(hidden.all))
    sys.meta_path.insert(0, hidden)
    return hidden


def named_by(module, names):
    """The modules that a module has a name for, or a name of."""
    found = set()
    try:
        values = list(vars(module).values())
    except TypeError:
        return found
    function, built_in = type(named_by), type(len)
    for value in values:
        if id(value) in names:
            found.add(names[id(value)])
        elif type(value) in (function, built_in) or issubclass(type(value), type):
            found.add(value.__module__)
    return found


class Hidden:
    """Finds hidden modules for those who import them: the first of sys.meta_path where there are any."""

    def __init__(self, steps, base):
        # Names of its own, which lie together: a task that touches them copies few pages.
        self.all = {copied(name): module for name, module in sys.modules.items() if name not in base}
        self.modules = {}  # those that are hidden
        self.order = {name: at for at, name in enumerate(self.all)}
        own = {name: name for name in self.all}
        # By its own name where it has several: what it is called elsewhere (requests.packages.urllib3) is not meant.
        ids = {id(self.all[name]): name for name in sorted(self.all, key=lambda name: not is_nameless(name, self.all[name]))}
        self.links = {}
        # What came with a later step is not what it has imported: a package has a name for each module that anybody did.
        made = {name: at for at, step in enumerate(steps) for name in step.modules}
        for name, module in self.all.items():
            its, at = named_by(module, ids) | {name.rpartition(".")[0]}, made.get(name, 0)
            self.links[name] = tuple([own[other] for other in its if other in own and made.get(other, 0) <= at])
        for step in steps:  # what nothing has a name for: other names of modules, and what Cython shares
            more = [own[name] for name in step.modules if name in own and is_nameless(name, self.all[name])]
            if step.name in own:
                self.links[step.name] += tuple(more)
        if "multiprocessing" in own and "__mp_main__" in own:  # another name of __main__, which that gives it
            self.links[own["multiprocessing"]] += (own["__mp_main__"],)
        self.with_it = {step.name: self.reach([own[name] for name in [step.name] + step.modules if name in own])
                        for step in steps}
        self.finders = {}  # by the modules that have made them, which may come with other steps, too
        for step in steps:
            for finder in list(step.finders):
                if type(finder).__module__ in own:
                    self.finders.setdefault(own[type(finder).__module__], []).append(finder)
                    step.finders.remove(finder)
        # Names by which one sees that a step is taken: what comes with it of its own package.
        self.signs = {}
        for step in steps:
            for name in step.modules:
                if step.does_more() and name.partition(".")[0] == step.name.partition(".")[0] and name in own:
                    self.signs[own[name]] = step
        self.found, self.make_spec = {}, type(os.__spec__)

    def reach(self, names):
        """What has been imported with these, in that order."""
        found, left = set(), list(names)
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left.extend(self.links[name])
        return sorted(found, key=self.order.__getitem__)

    def hide(self, names):
        """Those of the names that it has."""
        for name in names:
            module = self.all.get(name)
            if module is not None and sys.modules.get(name) is module:
                self.modules[name] = sys.modules.pop(name)

    def reveal(self, name):
        steps = {}
        for each in self.with_it.get(name) or self.reach([name]):
            module = self.modules.pop(each, None)
            if module is not None:
                sys.modules.setdefault(each, module)
            sys.meta_path.extend(self.finders.pop(each, ()))
            if each in self.signs:
                steps[self.signs[each]] = None
        for step in steps:
            step.repeat()

    def find_spec(self, name, path=None, target=None):
        # Whoever only looks for it finds what there is to be found.
        if name not in self.modules or sys._getframe(2).f_code.co_name != "_find_and_load_unlocked":
            return None
        self.reveal(name)
        # The import puts it back itself. Were it there by now, it would be loaded anew.
        self.found[name] = sys.modules.pop(name)
        return self.make_spec(name, self)

    def create_module(self, spec):
        module = self.found[spec.name]
        self.found[spec.name] = module, getattr(module, "__spec__", None)
        return module

    def exec_module(self, module):
        for name in [name for name, found in self.found.items() if type(found) is tuple and found[0] is module]:
            spec = self.found.pop(name)[1]
            try:
                module.__spec__ = spec
            except AttributeError:
                pass  # what stands for a module need not be one


def is_nameless(name, module):
    return getattr(getattr(module, "__spec__", None), "name", None) != name


def copied(name):
    return name.encode().decode()

# The end of a task in a warm worker: the first part of the program whose second is warm_worker.py.
#
# What a task's interpreter does at its end is slow, because it touches all that it has. What was there
# before the task may stay as it is, unless somebody could see that.
import os, sys


def is_python(cls):
    """Whether a class was made by a class statement, in a source file."""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    return module is None or file is None and cls.__module__ == "__main__" or str(file).endswith(".py")


def plain_types(modules):
    """Built-in types whose objects do nothing when they go, of those modules."""
    import types, functools, collections, re, datetime
    names = ("FunctionType BuiltinFunctionType MethodType WrapperDescriptorType MethodWrapperType "
             "MethodDescriptorType ClassMethodDescriptorType GetSetDescriptorType "
             "MemberDescriptorType MappingProxyType CodeType CellType ModuleType TracebackType "
             "FrameType SimpleNamespace GenericAlias UnionType")
    plain = {getattr(types, name) for name in names.split() if hasattr(types, name)}
    plain |= {object, type, dict, list, tuple, set, frozenset, property, classmethod, staticmethod, super,
              slice, map, filter, zip, enumerate, reversed, bytearray, int, float, complex, str, bytes,
              functools.partial, collections.deque, collections.defaultdict, collections.OrderedDict,
              type(re.compile("")), datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
              datetime.tzinfo, datetime.timezone, type({}.keys()), type({}.values()), type({}.items()),
              type(functools.lru_cache(None)(len)), type(iter([])), type(iter({})), type(iter(())),
              type(iter(set())), type(iter(len, 0))}
    for name in ("Exception", "BaseException"):
        plain.add(getattr(__import__("builtins"), name))
    plain |= {cls for cls in vars(__import__("builtins")).values()
              if isinstance(cls, type) and issubclass(cls, BaseException)}
    import collections.abc
    plain |= {type(collections.abc.Sized.__dict__.get("_abc_impl")), type(re.compile("").match)}
    for module, name in (("_thread", "LockType"), ("_thread", "RLock"),
                         ("_random", "Random"), ("itertools", "count"), ("_collections", "_tuplegetter"),
                         ("operator", "itemgetter"), ("operator", "attrgetter"),
                         ("functools", "cached_property"), ("functools", "singledispatchmethod"),
                         ("_json", "make_encoder"), ("_json", "make_scanner"), ("_struct", "Struct"),
                         ("_contextvars", "ContextVar"), ("typing", "Generic")):
        cls = getattr(modules.get(module), name, None)
        if isinstance(cls, type):
            plain.add(cls)
    return plain


def has_destructor(cls):
    return any("__del__" in part.__dict__ for part in cls.__mro__)


# Packages with native modules of which is known that nothing of them shows at the end of the process.
KNOWN_NATIVE = ("yaml", "google", "charset_normalizer", "numpy", "pandas", "scipy", "sklearn", "PIL", "matplotlib",
                "kiwisolver", "contourpy", "pyarrow", "markupsafe", "pydantic_core", "sqlalchemy")


def known_folders():
    return [f"{path}/{name}/" for path in sys.path if path.endswith("/site-packages") for name in KNOWN_NATIVE]


def is_known(cls):
    """Whether a built-in type is one of theirs."""
    module = cls.__module__  # anything at all, where the class has a property of that name
    return type(module) is str and module.partition(".")[0] in KNOWN_NATIVE and not is_python(cls)


def buffers():
    """Whether something may be left in what pyarrow writes to, which is not among the objects: its memory is, and
    files of its file systems need not have any."""
    arrow = sys.modules.get("pyarrow.lib")
    return arrow is not None and ("pyarrow.fs" in sys.modules or arrow.total_allocated_bytes() != 0)


def is_set_entry(callback, reference):
    """Whether a callback is that of a weak reference in the set of an abstract class."""
    return getattr(callback, "__name__", "") == "_destroy" and type(callback) is type(len) and \
        isinstance(callback.__self__, reference)


# Modules whose objects may write at their end without being among those that garbage collection knows.
UNTOLD = ("_gdbm", "_dbm", "_sqlite3")


def is_harmless(state, module):
    """Whether nothing of a module shows at the end that is not among the objects."""
    values = module.__dict__
    file = values.get("__file__") or ""
    if not file.endswith((".py", ".pyc")) and file and not file.startswith(state["libraries"]):
        return False
    return values.get("__name__") not in UNTOLD + ("_multiprocessing",)


def nothing_shows(state, objects):
    """Whether no object of the task's would do anything that can be seen when it goes."""
    import _thread, weakref
    if _thread._count() > 0 or buffers() or any(name in sys.modules for name in UNTOLD):
        return False
    plain, reference = state["plain"], weakref.ReferenceType
    seen = set()
    for thing in objects:
        cls = type(thing)
        if issubclass(cls, type(sys)) and not is_harmless(state, thing):
            return False
        if cls not in seen:
            seen.add(cls)
            for part in cls.__mro__:
                if part in plain or "__del__" not in part.__dict__ and is_known(part):
                    continue
                if issubclass(part, reference) or issubclass(part, type):
                    continue
                if "__del__" in part.__dict__ or not part.__flags__ & 512 or not is_python(part):
                    return False
        # Objects of a class that takes no part in garbage collection are not among these.
        if issubclass(cls, type) and not thing.__flags__ & 1 << 14 and has_destructor(thing):
            return False
        if issubclass(cls, reference) and thing.__callback__ is not None:
            module = getattr(thing.__callback__, "__module__", "")
            if module not in state["base"] and not is_set_entry(thing.__callback__, reference):
                return False
    return True


def note_the_end():
    """A list that is [0, 1] when the module has run to its end, so that Python ends with 0: afterwards
    nothing tells that from an exit. Whoever looks sees runpy as it is, but for a constant."""
    import runpy
    notes = []
    function, sign = runpy._run_module_as_main, 3.25e-300
    try:
        with open(os.path.join(os.path.dirname(os.__file__), "runpy.py"), encoding="utf-8") as file:
            text = file.read()
        old = function.__code__
        if find_code(text, old) != old:
            return notes
        # On the same lines, and the call in the same columns, for the sake of tracebacks.
        begin = text.index("def _run_module_as_main(")
        begin = text.index('"""', text.index('"""', begin) + 3) + 3
        end_line = '"__main__", mod_spec)\n'
        end = text.index(end_line, begin) + len(end_line) - 1
        new = find_code(f"{text[:begin]}; ({sign}).__call__(0){text[begin:end]} and ({sign}).__call__(1)"
                        + text[end:], old)
        if new.co_consts.count(sign) == 1:
            function.__code__ = new.replace(
                co_filename=old.co_filename,
                co_consts=tuple([notes.append if part == sign else part for part in new.co_consts]))
    except (AttributeError, OSError, ValueError, SyntaxError):
        pass  # another runpy: every end is the whole way
    return notes


def find_code(text, wanted):
    code = compile(text, wanted.co_filename, "exec", 0, True)
    return [part for part in code.co_consts if getattr(part, "co_name", "") == wanted.co_name][0]


def can_end_quickly(state):
    """Whether the end of what the worker has imported can be left out."""
    import _io, gc
    if state["exit_handlers"]:
        return False  # they come after ours
    for name, module in state["base"].items():
        file = getattr(module, "__file__", None) or ""
        if file and not file.endswith((".py", ".pyc")) and not file.startswith(state["libraries"]):
            return False
    streams = {sys.stdout, sys.stderr}
    for stream in list(streams):
        streams |= {stream.buffer, getattr(stream.buffer, "raw", None)}
    for thing in gc.get_objects():
        if issubclass(type(thing), _io._IOBase) and thing not in streams and not thing.closed and \
                not issubclass(type(thing), (_io.BytesIO, _io.StringIO)) and thing.writable():
            return False
    return True


def end_quickly(state):
    """Ends as Python would, where there is nothing else to be done."""
    if state["notes"] != [0, 1] or not state["quick"] or "PYTHONINSPECT" in os.environ:
        return
    if (sys.stdout, sys.stderr) != state["streams"]:
        return
    for stream in state["streams"]:
        if "flush" in vars(stream):
            return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        return  # Python fails in the same way and ends with 120
    state["flush"](None)
    state["exit"](0)


def write_directly(streams):
    """What destructors print is flushed when the streams go. Modules that were imported ahead keep them, so nothing
    may be left to be flushed from now on."""
    for stream in streams:
        try:
            form = {"encoding": stream.encoding, "errors": stream.errors}
            stream.__init__(stream.detach().detach(), write_through=True, **form)
        except BaseException:
            pass  # closed, or such that Python's own flushing fails


def is_called():
    """Whether the caller was called by Python code."""
    try:
        return sys._getframe(2) is not None
    except ValueError:
        return False


def at_end(state):
    """Runs as the last of the exit handlers."""
    import gc
    objects = gc.get_objects()
    if id(state["mark"]) not in map(id, objects):
        return  # the task has frozen all that there was
    if state["getpid"]() != state["pid"] or is_called() or not nothing_shows(state, objects):
        gc.unfreeze()
        if state["hidden"]:
            write_directly(state["streams"])
        return
    end_quickly(state)
    for name, module in state["base"].items():
        if sys.modules.get(name) is module and name not in ("sys", "builtins", "__main__"):
            del sys.modules[name]

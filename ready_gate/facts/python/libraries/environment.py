"""`os.environ`, `os.getenv` and what the process is like."""

from __future__ import annotations

import os

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import constants, never, text_of
from ready_gate.facts.python.values import Items, Scalar, Table, Unknown, Value, scalar
from ready_gate.facts.views import Variable

NOT_SAID = "the rest of the server's environment is not known"


def present(call: Call, name: Value) -> bool | None:
    """Whether production sets the variable; None where its name is not known or the project sets it to something not known."""
    text = text_of(name)
    if text is None or text in call.run.doubtful or "*" in call.run.doubtful:
        return None
    return text in call.run.environment


def assign(call: Call, name: Value, value: Value, *, keep: bool = False) -> None:
    """Set a variable, as the program would; `keep` leaves one alone that is already there."""
    text = text_of(name)
    run = call.run
    if text is None:
        run.doubtful["*"] = "the project sets a variable whose name is not known"
    elif keep and text in run.environment:
        return
    elif isinstance(value, Scalar) and isinstance(value.value, str):
        run.doubtful.pop(text, None)
        run.environment[text] = Variable(text, value.value, value.origins[-1] if value.origins else call.at)
    else:
        run.doubtful[text] = value.reason if isinstance(value, Unknown) else "the project sets it to something not known"


@models("os.getenv", "os.environ.get")
def get(call: Call) -> Value:
    """`os.environ.get(name, default=None)`."""
    name = call.argument(0, "key")
    if name is None or call.open:
        return call.unknown("the variable's name is not known")
    default = call.argument(1, "default")
    return call.run.read_variable(name, call.at, default if default is not None else scalar(None, at=call.at))


@models("os.environ.__getitem__")
def subscript(call: Call) -> Value:
    """`os.environ[name]`."""
    return call.run.read_variable(call.args[0], call.at, None)


@models("os.environ.__contains__", "os.environ.has_key")
def contains(call: Call) -> Value:
    """`name in os.environ`, with the read noted."""
    name = call.args[0]
    seen = call.run.read_variable(name, call.at, scalar(None, at=call.at))
    known = present(call, name)
    if known is None:
        return call.unknown(seen.reason if isinstance(seen, Unknown) else "the variable's name is not known")
    return scalar(known, seen, at=call.at)


@models("os.environ.__setitem__")
def set_item(call: Call) -> Value:
    """`os.environ[name] = value`."""
    assign(call, call.args[0], call.args[1])
    return call.known(None)


@models("os.environ.setdefault")
def set_default(call: Call) -> Value:
    """`os.environ.setdefault(name, value)`."""
    if len(call.args) < 2 or call.open:
        return call.unknown("the arguments of setdefault are not known")
    value = call.run.read_variable(call.args[0], call.at, call.args[1])
    assign(call, call.args[0], call.args[1], keep=True)
    return value


@models("os.environ.pop")
def pop(call: Call) -> Value:
    """`os.environ.pop(name[, default])`."""
    name = call.argument(0, "key")
    if name is None or call.open:
        return call.unknown("the variable's name is not known")
    value = call.run.read_variable(name, call.at, call.argument(1, "default"))
    call.run.environment.pop(text_of(name) or "", None)
    return value


@models("os.environ.__delitem__")
def delete(call: Call) -> Value:
    """`del os.environ[name]`."""
    call.run.environment.pop(text_of(call.args[0]) or "", None)
    return call.known(None)


@models("os.environ.update")
def update(call: Call) -> Value:
    """`os.environ.update(mapping, NAME=value)`."""
    for given in call.args:
        if isinstance(given, Table) and given.rest is None:
            for key, value in given.entries.items():
                assign(call, Scalar(key), value)
        else:
            call.run.doubtful["*"] = "the project sets variables from something not known"
    if call.open:
        call.run.doubtful["*"] = "the project sets variables from something not known"
    for name, value in call.keywords.items():
        assign(call, Scalar(name), value)
    return call.known(None)


def snapshot(call: Call) -> Table:
    """Everything known of the environment; the server's own variables are not."""
    values: dict[object, Value] = {name: call.run.read_variable(Scalar(name), call.at, None) for name in list(call.run.environment)}
    return Table(values, rest=NOT_SAID, origins=(call.at,))


@models("os.environ.copy")
def copy(call: Call) -> Value:
    """`os.environ.copy()`."""
    return snapshot(call)


@models("os.environ.items")
def items(call: Call) -> Value:
    """`os.environ.items()`: the known ones, and an open end."""
    table = snapshot(call)
    pairs: list[Value] = [Items([Scalar(name), value], "tuple") for name, value in table.entries.items()]
    return Items(pairs, "list", rest=NOT_SAID, origins=(call.at,))


@models("os.environ.keys", "os.environ.__iter__")
def keys(call: Call) -> Value:
    """The names in the environment."""
    return Items([Scalar(name) for name in call.run.environment], "list", rest=NOT_SAID, origins=(call.at,))


@models("os.environ.values")
def values(call: Call) -> Value:
    """The values in the environment."""
    return Items(list(snapshot(call).entries.values()), "list", rest=NOT_SAID, origins=(call.at,))


@models("os.makedirs", "os.mkdir", "os.chmod", "os.chdir", "os.putenv", "os.unsetenv")
def nothing_to_see(call: Call) -> Value:
    """Changes the server, not what the names of the program hold."""
    return call.known(None)


MODELS.aliases |= {"posix.environ": "os.environ", "os._Environ": "os.environ"}
constants("os", "sep altsep pathsep curdir pardir linesep extsep devnull defpath", os)
MODELS.constants["os.name"] = "posix"
never("the server's number of processors is not known", "os.cpu_count", "os.process_cpu_count", "os.sched_getaffinity", "multiprocessing.cpu_count")
never("the folder the server is started in is not known", "os.getcwd", "os.getcwdb")
never("depends on the process", "os.getpid", "os.getppid", "os.getuid", "os.geteuid", "os.getgid", "os.getlogin", "os.uname", "os.umask", "os.times")
never("depends on the server's files", "os.stat", "os.access", "os.listdir", "os.scandir", "os.walk", "os.readlink", "glob.glob", "glob.iglob")
never("the answer of another program", "os.system", "os.popen")

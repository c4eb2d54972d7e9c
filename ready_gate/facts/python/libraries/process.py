"""`sys`, `platform.system`, `importlib`: the program as a production server runs it.

A production server is started by an application server, not by `manage.py test` or a test runner; which one, and how, is not known.
"""

from __future__ import annotations

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import NotKnownError, instance, named, never, plain, text_of
from ready_gate.facts.python.values import Choice, Items, Symbol, Value, scalar

COMMANDS = frozenset(
    named(
        "",
        "test tests pytest py.test runserver runserver_plus shell shell_plus dbshell migrate makemigrations collectstatic compilemessages check "
        "makemessages createsuperuser loaddata dumpdata flush inspectdb showmigrations sqlmigrate squashmigrations startapp startproject testserver "
        "behave jenkins nose harvest sendtestemail changepassword diffsettings clearsessions compress rebuild_index update_index spectacular "
        "--test -test --reuse-db ipython",
    )
)
TEST_MODULES = frozenset(named("", "pytest _pytest nose unittest2 django.test.runner behave tox coverage ipykernel IPython pydevd debugpy locust"))
HOW_STARTED = "how the server is started is not known"
VERSION = "the server's Python version is not known"

MODELS.constants |= {"sys.platform": "linux", "sys.maxsize": 2**63 - 1, "sys.byteorder": "little", "sys.version_info.major": 3}
never(VERSION, "platform.python_version_tuple", "platform.python_implementation")
never("what is installed on the server is not known", "importlib.util.find_spec", "importlib.metadata.version", "importlib_metadata.version")
never("what is installed on the server is not known", *named("pkg_resources", "get_distribution require"), "pkgutil.find_loader", "imp.find_module")
never(HOW_STARTED, *named("sys.argv", "copy index count"), "sys.gettrace", "sys._getframe")


@models("platform.system")
def system(call: Call) -> Value:
    """Linux: what Django is served on."""
    return call.known("Linux")


@models("sys.getdefaultencoding", "sys.getfilesystemencoding")
def encoding(call: Call) -> Value:
    """UTF-8."""
    return call.known("utf-8")


@models("sys.argv.__contains__", "sys.Arguments.__contains__", "sys.modules.__contains__")
def in_arguments(call: Call) -> Value:
    """A management command's name, or a test runner, is not there in production; of other words it cannot be told."""
    words = TEST_MODULES if call.name.startswith("sys.modules") else COMMANDS
    if text_of(call.args[0] if call.args else None) not in words:
        return call.unknown(HOW_STARTED)
    return call.known(False)


@models("sys.modules.__getitem__", "sys.modules.get")
def loaded_module(call: Call) -> Value:
    """A module that is loaded already: one of the project, most likely the settings themselves."""
    name = text_of(call.args[0] if call.args else None)
    if call.name.endswith("get") and name in TEST_MODULES:
        return call.known(None)
    if name is None or name == "__main__":
        return call.unknown("a module whose name is not known")
    return call.run.import_module(name, call.at)


@models("inspect.getmembers")
def members(call: Call) -> Value:
    """Names and values in the order of the names."""
    names = call.run.call(Symbol("builtins.dir"), call.args[:1], {}, call.at)
    if not isinstance(names, Items) or names.rest or len(call.args) != 1:
        return call.unknown("the members of something")
    return Items([Items([name, _member(call, name)], "tuple", origins=(call.at,)) for name in names.items], origins=(call.at,))


def _member(call: Call, name: Value) -> Value:
    if (text_of(name) or "").startswith("__"):
        return call.unknown("what every object has")
    return call.run.call(Symbol("builtins.getattr"), [call.args[0], name], {}, call.at)


@models("sys.argv.__getitem__", "sys.Arguments.__getitem__")
def argument(call: Call) -> Value:
    """One word of the command line, or several: none of them a management command."""
    index = call.plain(0)
    if index is ...:
        return instance(call, "sys.Arguments", [], {})
    return instance(call, "sys.Program" if index == 0 and call.name.startswith("sys.argv") else "sys.Argument", [], {})


@models("sys.argv.__iter__", "sys.Arguments.__iter__")
def arguments(call: Call) -> Value:
    """A word for each of them that nothing is known of: what holds for it holds for all."""
    words = ["sys.Program", "sys.Argument"] if call.name.startswith("sys.argv") else ["sys.Argument"]
    return Items([instance(call, word, [], {}) for word in words], origins=(call.at,))


@models("sys.Argument.__eq__", "sys.Argument.__ne__", "sys.Arguments.__eq__", "sys.Arguments.__ne__")
def compare_argument(call: Call) -> Value:
    """Whether it is a certain word, or certain ones."""
    other = call.args[0]
    words = other.items if isinstance(other, Items) and call.name.startswith("sys.Arguments") else [other]
    if any(text_of(word) in COMMANDS for word in words):
        return call.known(call.name.endswith("__ne__"))
    return _either(call)


@models(*(f"sys.{word}.{test}" for word in ("Program", "Argument") for test in ("endswith", "startswith", "__contains__")), "sys.Program.__eq__")
def compare_program(call: Call) -> Value:
    """What was started, and with what, is no test runner."""
    words = COMMANDS if call.name.endswith("__eq__") else ("pytest", "py.test", "/pytest", "test")
    return call.known(False) if text_of(call.args[0]) in words else _either(call)


@models("sys.argv.__len__", "sys.Arguments.__len__")
def count(call: Call) -> Value:
    """How many words the command line has."""
    return instance(call, "sys.ArgumentCount", [], {})


@models(*named("sys.ArgumentCount", "__eq__ __ne__ __lt__ __le__ __gt__ __ge__"))
def compare_count(call: Call) -> Value:
    """Either, as far as is known here."""
    return _either(call)


def _either(call: Call) -> Value:
    return Choice(options=(scalar(True, at=call.at), scalar(False, at=call.at)), origins=(call.at,))


@models("sys.version_info.__getitem__")
def version_part(call: Call) -> Value:
    """Only the 3 is certain."""
    return call.known(3) if call.plain(0) == 0 else call.unknown(VERSION)


@models("sys.version_info.__ge__", "sys.version_info.__gt__", "sys.version_info.__lt__", "sys.version_info.__le__")
def compare_version(call: Call) -> Value:
    """Certain against versions that nothing in production has (up to 3.5, from 4)."""
    try:
        other = plain(call.args[0])
    except NotKnownError:
        return call.unknown(VERSION)
    if not isinstance(other, tuple) or not all(isinstance(part, int) for part in other):
        return call.unknown(VERSION)
    if other[:2] < (3, 6) or other[:1] == (3,) == other:
        return call.known(call.name.endswith(("ge__", "gt__")))
    return call.known(call.name.endswith(("lt__", "le__"))) if other[:1] >= (4,) else call.unknown(VERSION)


@models("importlib.import_module", "builtins.__import__")
def import_module(call: Call) -> Value:
    """`import_module(name, package=None)`."""
    name, package = text_of(call.argument(0, "name")), call.plain(1, "package")
    if name is None or call.open:
        return call.unknown("a module whose name is not known")
    if call.name.endswith("__import__"):
        return call.run.import_module(name if call.argument(3, "fromlist") else name.partition(".")[0], call.at)
    level = len(name) - len(name.lstrip("."))
    if level:
        if not isinstance(package, str) or package.count(".") < level - 1:
            return call.unknown("a module relative to one that is not known")
        base = package.rsplit(".", level - 1)[0] if level > 1 else package
        name = f"{base}.{name[level:]}" if name[level:] else base
    return call.run.import_module(name, call.at)

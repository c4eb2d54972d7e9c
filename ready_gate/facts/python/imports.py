"""Import statements, and running the files of the project."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from ready_gate.facts.python import attributes
from ready_gate.facts.python.flow import Exhausted, Frame, Lacking, Raised
from ready_gate.facts.python.joining import one_of, with_reads
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.libraries import load as load_models
from ready_gate.facts.python.modules import Found, UnreadableSource, parse_expression, parse_source
from ready_gate.facts.python.scope import Namespace, Scope
from ready_gate.facts.python.values import Choice, Items, Later, Module, Scalar, Symbol, Table, Unknown, Value, unknown
from ready_gate.facts.views import Read
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

Tree = TypeVar("Tree", bound=ast.AST)
MISSING = ("ModuleNotFoundError", "ImportError", "Exception", "BaseException")
MAX_MODULES = 1_500
MAX_LATE = 20_000
ACTING = (b".register(", b"urlpatterns")
MAX_NESTED = 12
OPEN_STANDARD = frozenset(
    {"os", "os.path", "datetime", "pathlib", "typing", "json", "re", "math", "collections", "decimal", "time", "itertools", "functools"}
)
OPEN_FOREIGN = frozenset(
    {"decouple", "environ", "environs", "dotenv", "configurations", "split_settings.tools", "dj_database_url", "django.utils.translation"}
)
# How modules are called that people keep out of the repository.
KEPT_BACK = re.compile(
    r"(my|project|app|site)?_?(local|private|secret|prod|production|dev|development|override|custom|server|deploy|env)?_?(settings?|settings_.{1,40}|local|secrets?_?keys?|passwords|credentials)(_?(local|dev|prod))?"
)


def module_scope(run: Interpreter, found: Found, name: str | None = None) -> Scope:
    """The namespace of a module before its first line."""
    dotted = name if name is not None else found.dotted
    package = found.dotted if found.is_package else found.dotted.rpartition(".")[0]
    scope = Scope("module", found.path or "", found.dotted, package)
    scope.names.update({"__name__": Scalar(dotted), "__package__": Scalar(package), "__doc__": Scalar(None)})
    if found.path is not None:
        scope.names["__file__"] = Scalar(posixpath.join(run.root, found.path))
    return scope


def is_project(run: Interpreter, top: str) -> bool:
    """Whether that top-level name is a module of the project. A folder without `__init__.py` gives way to anything that is installed."""
    if top in sys.builtin_module_names:
        return False
    found = run.sources.resolve(top, run.search)
    if found is None or found.path is not None:
        return found is not None
    return top not in sys.stdlib_module_names and top != "django" and run.installed(top) is not True


def load(run: Interpreter, dotted: str, at: Origin | None) -> Value:
    """The module of that name: run once when it is the project's, a symbol otherwise."""
    place = at or Origin("")
    top = dotted.partition(".")[0]
    if not is_project(run, top):
        return _foreign(run, dotted, top, place)
    module: Value = Unknown("no module")
    name = ""
    for part in dotted.split("."):
        parent, name = module, f"{name}.{part}" if name else part
        found = run.sources.resolve(name, run.search)
        if found is None:
            return _missing(run, name, place)
        module = run_found(run, found)
        if isinstance(parent, Module) and parent.scope is not None and _is_to_bind(run, parent.scope, part, name, module):
            run.trail.name(parent.scope, part)
            parent.scope.names[part] = module
    return module


def _is_to_bind(run: Interpreter, scope: Scope, part: str, name: str, module: Value) -> bool:
    """Whether importing a module puts it into its package. Where modules are run late, what the package says itself came after that import."""
    held = scope.names.get(part)
    if held is module:
        return False
    later = isinstance(held, Later) and (held.module if held.name is None else f"{held.module}.{held.name}") == name
    return not run.lazy or held is None or later


def _foreign(run: Interpreter, dotted: str, top: str, at: Origin) -> Value:
    load_models(top)
    known = run.installed(top)
    if not known and top not in sys.stdlib_module_names and KEPT_BACK.fullmatch(top) and not foreign_names(top):
        return _missing(run, dotted, at)
    if known is False and top not in sys.stdlib_module_names:
        run.import_doubts += 1
    return Symbol(dotted, origins=(at,))


def _missing(run: Interpreter, dotted: str, at: Origin) -> Value:
    reason = f"the module {dotted} is not part of the checkout"
    if Lacking("module", dotted) in run.assumed:
        run.note(at, f"{reason}, and production is taken to have it")
        return Unknown(reason, origins=(at,), reads=(Read(dotted, True, at, kind="file"),))
    error = Raised(MISSING, reason, at, lacking=Lacking("module", dotted))
    if run.handled(error):
        raise error
    if run.certain:
        run.note(at, reason)
    return run.unknown(reason, at=at)


def run_found(run: Interpreter, found: Found, name: str | None = None) -> Module:
    """Run a module of the project, unless it ran (or is running) already."""
    if found.dotted in run.modules:
        return run.modules[found.dotted]
    scope = module_scope(run, found, name)
    module = run.modules[found.dotted] = Module(found.dotted, scope)
    if found.path is None:
        return module
    if len(run.modules) > (MAX_LATE if run.lazy else MAX_MODULES) or len(run.frames) > MAX_NESTED * 4:
        scope.open = "too many modules import each other"
        return module
    run.files.append(found.path)
    try:
        body = run.sources.parse(found.path).body
    except UnreadableSource as error:
        run.note(None, str(error))
        scope.open = str(error)
        return module
    try:
        run.by_itself(module, lambda: run_body(run, body, scope))
    except Raised:
        run.modules.pop(found.dotted, None)
        raise
    return module


def settled(run: Interpreter, scope: Scope, name: str, at: Origin) -> Value:
    """What a name of a namespace holds: where it was imported and not used before, its module is run now."""
    value = scope.names[name]
    if isinstance(value, Later):
        value = scope.names[name] = with_reads(_looked_up(run, value, at), value.reads)
    elif isinstance(value, Choice) and any(isinstance(option, Later) for option in value.options):
        options = [_looked_up(run, option, at) if isinstance(option, Later) else option for option in value.options]
        value = scope.names[name] = one_of(options, reads=value.reads)
    return value


def _looked_up(run: Interpreter, later: Later, at: Origin) -> Value:
    module = load(run, later.module, at)
    return module if later.name is None else _named(run, module, later.name, at)


def _can_wait(frame: Frame, dotted: str) -> bool:
    """Whether a module may be run when it is used: nothing hangs on the moment, and it changes nothing of others by being run."""
    run = frame.run
    if not run.lazy or frame.scope.kind != "module" or run.handlers or not run.certain or not is_project(run, dotted.partition(".")[0]):
        return False
    found = run.sources.resolve(dotted, run.search)
    return found is not None and dotted not in run.modules and not (found.path and run.sources.mentions(found.path, ACTING))


def run_body(run: Interpreter, body: Sequence[ast.stmt], scope: Scope) -> None:
    """Run module code. Where it stops early, `scope.open` says why."""
    frame = Frame(run, scope, base=len(run.trail.journals))
    guards, run.guards = run.guards, ()
    run.frames.append(frame)
    try:
        run.block(frame, body)
    except Raised as error:
        if run.handled(error):
            raise
        run.refuse(error)
        run.stopped(error)
        reason = f"{error.at or scope.path} raises {error.names[0]}: {error.message}" if error.names else error.message
        run.note(None, reason)
        run.forget(scope, reason)
    except Exhausted as limit:
        run.forget(scope, str(limit))
        raise
    except RecursionError:
        run.forget(scope, "nested too deeply")
        raise Exhausted("nested too deeply") from None
    finally:
        run.frames.pop()
        run.guards = guards
        run.trail.close(frame.base)


def run_inside(run: Interpreter, path: str, body: Sequence[ast.stmt], scope: Scope, at: Origin) -> Value:
    """Run the code of another file in an existing namespace."""
    if len(run.frames) > MAX_NESTED * 4:
        run.forget(scope, "too many files include each other")
        return Unknown("too many files include each other", origins=(at,))
    inner = Scope("module", path, scope.module, scope.package, names=scope.names, open=scope.open, serial=scope.serial)
    run.files.append(path)
    try:
        run_body(run, body, inner)
    finally:
        scope.open = scope.open or inner.open
    return Scalar(None, origins=(at,))


# Statements


def statement(frame: Frame, node: ast.Import) -> None:
    """`import a.b as c, d`."""
    run, at = frame.run, frame.at(node)
    for alias in node.names:
        if _can_wait(frame, alias.name):
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            frame_set(frame, alias.asname or name, Later(name, origins=(at,)))
            continue
        module = load(run, alias.name, at)
        if alias.asname is None and "." in alias.name and not isinstance(module, Unknown):
            module = load(run, alias.name.partition(".")[0], at)
        frame_set(frame, alias.asname or alias.name.partition(".")[0], module)


def frame_set(frame: Frame, name: str, value: Value) -> None:
    """Bind a name that an import gives; the value keeps its own places."""
    scope = frame.scope.place(name)
    frame.run.trail.name(scope, name)
    scope.names[name] = with_reads(value, frame.run.guards) if frame.run.guards else value


def absolute(frame: Frame, node: ast.ImportFrom) -> str | None:
    """The dotted name of the module that `from … import` names, None where it is above the top."""
    if not node.level:
        return node.module or ""
    parts = frame.scope.package.split(".") if frame.scope.package else []
    if node.level - 1 >= len(parts):
        return None
    base = parts[: len(parts) - (node.level - 1)]
    return ".".join([*base, *([node.module] if node.module else [])])


def statement_from(frame: Frame, node: ast.ImportFrom) -> None:
    """`from a import b as c`, `from .a import *`."""
    run, at = frame.run, frame.at(node)
    if node.module == "__future__":
        return
    dotted = absolute(frame, node)
    if dotted and not any(alias.name == "*" for alias in node.names) and _can_wait(frame, dotted):
        _from_later(frame, node, dotted)
        return
    module = load(run, dotted, at) if dotted else run.fail("ImportError", "a relative import above the top package", at=at)
    for alias in node.names:
        if alias.name == "*":
            _star(frame, module, at)
        else:
            frame_set(frame, alias.asname or alias.name, _named(run, module, alias.name, at))


def _from_later(frame: Frame, node: ast.ImportFrom, dotted: str) -> None:
    """Names of a module that can wait; a module inside of it may itself be one that can't."""
    run, at = frame.run, frame.at(node)
    for alias in node.names:
        inner = f"{dotted}.{alias.name}"
        found = run.sources.resolve(inner, run.search)
        value: Value = Later(dotted, alias.name, origins=(at,))
        if found is not None and found.path is not None and not _can_wait(frame, inner):
            value = load(run, inner, at)
        frame_set(frame, alias.asname or alias.name, value)


def _named(run: Interpreter, module: Value, name: str, at: Origin) -> Value:
    if isinstance(module, Symbol):
        return attributes.of_symbol(run, module, name, at)
    if not isinstance(module, Module):
        return unknown("a module that is not known", module, at=at)
    if module.scope is not None and name not in module.scope.names:
        inner = run.sources.resolve(f"{module.dotted}.{name}", run.search)
        if inner is not None:
            return load(run, inner.dotted, at)
    found = attributes.find(run, module, name, at)
    return found if found is not None else run.fail("ImportError", f"{module.dotted} has no name {name}", at=at)


def submodule(run: Interpreter, module: Module, name: str, at: Origin) -> Value | None:
    """A module inside of a package that was imported before; where modules are run late, it counts as imported."""
    dotted = f"{module.dotted}.{name}"
    if run.lazy and dotted not in run.modules and run.sources.resolve(dotted, run.search) is not None:
        return load(run, dotted, at)
    return run.modules.get(dotted)


def _star(frame: Frame, module: Value, at: Origin) -> None:
    run = frame.run
    if isinstance(module, Module) and module.scope is not None:
        names, rest = _public(run, module.scope)
        reason = module.scope.open or rest
        if reason:  # it may bring any other name along, over what was set here before; what it is known to hold, it holds
            run.forget(frame.scope, reason)
        for name in names:
            if name in module.scope.names:
                frame_set(frame, name, module.scope.names[name])
    elif isinstance(module, Symbol):
        _star_of_foreign(frame, module, at)
    else:
        run.forget(frame.scope, module.reason if isinstance(module, Unknown) else "a star import of something that is not known")


def _public(run: Interpreter, scope: Scope) -> tuple[list[str], str | None]:
    listed = scope.names.get("__all__")
    if listed is None:
        return [name for name in scope.names if not name.startswith("_")], None
    if not isinstance(listed, Items):
        return [name for name in scope.names if not name.startswith("_")], "the names that a star import gives are not known"
    names = [item.value for item in listed.items if isinstance(item, Scalar) and isinstance(item.value, str)]
    vague = listed.rest or (None if len(names) == len(listed.items) else "the names that a star import gives are not known")
    return names, vague


def _star_of_foreign(frame: Frame, module: Symbol, at: Origin) -> None:
    if module.dotted in OPEN_STANDARD:
        real = import_module(module.dotted)
        for name in getattr(real, "__all__", None) or [name for name in dir(real) if not name.startswith("_")]:
            frame_set(frame, name, attributes.of_symbol(frame.run, module, name, at))
    elif module.dotted in OPEN_FOREIGN:
        for name in foreign_names(module.dotted):
            frame_set(frame, name, attributes.of_symbol(frame.run, module, name, at))
    else:
        frame.run.forget(frame.scope, f"{at} imports everything from {module.dotted}, which is not part of the project")


def foreign_names(dotted: str) -> list[str]:
    """The names that are modelled of a package."""
    from ready_gate.facts.python.libraries import MODELS

    prefix = dotted + "."
    known = {*MODELS.functions, *MODELS.constants, *MODELS.aliases}
    return sorted({name[len(prefix) :].partition(".")[0] for name in known if name.startswith(prefix)})


# Code in texts


def _parsed(text: str, at: Origin, parse: Callable[[str], Tree]) -> Tree | None:
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = at.line or 1  # type: ignore[attr-defined]
    return tree


def run_text(run: Interpreter, made: Call) -> Value:
    """`exec(text, …)`: a text of a file of the project is run as that file."""
    target = made.argument(1, "globals")
    holder = run.frames[-1].scope.holder()
    scope = holder
    if holder.kind == "function":
        scope = Scope("module", holder.path, holder.module, holder.package, names=dict(holder.names), parent=holder)
    if isinstance(target, Namespace) and target.scope is not None:
        scope = target.scope
    elif isinstance(target, Table):
        run.trail.touch(target)
        scope = Scope("module", holder.path, holder.module, holder.package, names=target.entries)  # type: ignore[arg-type]
    elif target is not None and not (isinstance(target, Scalar) and target.value is None):
        return run.unknown("exec() in a namespace that is not known", *made.args, at=made.at)
    text = made.plain(0)
    path = run.texts.get(text) if isinstance(text, str) else None
    tree = _file_body(run, path) if path else _parsed(text, made.at, parse_source) if isinstance(text, str) and len(text) < 100_000 else None
    if tree is None:
        run.forget(scope, f"{made.at} runs code that is not known")
        return Scalar(None, origins=(made.at,))
    return run_inside(run, path or holder.path, tree.body, scope, made.at)


def _file_body(run: Interpreter, path: str) -> ast.Module | None:
    try:
        return run.sources.parse(path)
    except UnreadableSource as error:
        run.note(None, str(error))
        return None


def eval_text(run: Interpreter, text: str, made: Call) -> Value:
    """`eval(text)` in the caller's namespace."""
    tree = _parsed(text, made.at, parse_expression)
    if tree is None:
        return run.fail("SyntaxError", "eval() of something that is no expression", *made.args, at=made.at)
    return run.eval(run.frames[-1], tree.body)

"""The static Python evaluator: follows the project's own code with abstract values, and never runs any of it."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeVar

from ready_gate.facts.python import assigned, calls, comparing, containers, expressions, imports, operators, statements
from ready_gate.facts.python.flow import Exhausted, Flow, Frame, Lacking, Raised, builtin_exception
from ready_gate.facts.python.joining import noted, one_of
from ready_gate.facts.python.libraries import Call, Runtime
from ready_gate.facts.python.modules import Found, Sources, UnreadableSource, parse_expression
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.trail import Trail
from ready_gate.facts.python.values import Choice, Class, Items, Meter, Module, Scalar, Unknown, Value, merge_reads, serials, unknown
from ready_gate.facts.views import Asked, Read, Refusal, Variable
from ready_gate.model import Origin

MAX_DEPTH = 110
Result = TypeVar("Result")
MAX_ASSIGNED = 3
MAX_CLASSES = 50_000


@dataclass(frozen=True)
class ExternalCall:
    """A call of something outside of the project of which no model is known. `certain` unless a condition that is not known decides over it."""

    name: str
    args: list[Value]
    keywords: dict[str, Value]
    at: Origin
    certain: bool


@dataclass
class Loaded:
    """What a module holds after it ran. `incomplete`: why any name may be set, or hold something else. `files` are all that were run."""

    names: dict[str, Value] = field(default_factory=dict)
    calls: list[ExternalCall] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    incomplete: str | None = None
    scope: Scope | None = None


class Interpreter(Runtime):
    """One run. A `lazy` one runs a module when something of it is used, each by itself, and keeps of what is not known what it was
    made of. `search` are the folders of `sys.path` inside the checkout, relative to its root; `variables` the environment of production;
    `installed` says whether a top-level package is there (None: not known, which counts as yes), `pinned` the version of a distribution; `hidden`
    are files taken to be absent. `start` are variables without which the program would not have been started: values do not hang on them.
    `assumed` is what production is taken to have, though nobody knows what is in it; `lacking` is then what else the code stops without."""

    lazy = False

    def __init__(
        self,
        sources: Sources,
        *,
        root: str,
        search: Sequence[str],
        variables: Mapping[str, Variable],
        project: str,
        budget: int = 1_000_000,
        installed: Callable[[str], bool | None] = lambda package: None,
        pinned: Callable[[str], str | None] = lambda distribution: None,
        hidden: Collection[str] = (),
        start: Mapping[str, str] = MappingProxyType({}),
        bare: bool = False,
        assumed: Collection[Lacking] = (),
        django_defaults: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.sources, self.root, self.project, self.hidden = sources, root, project, hidden
        self.assumed, self.lacking, self.django_defaults = frozenset(assumed), dict[Lacking, None](), django_defaults
        self.search, self.installed, self.pinned = list(dict.fromkeys(posixpath.normpath(folder) for folder in search)), installed, pinned
        self.environment, self.doubtful, self.start = dict(variables), {}, frozenset(start)
        self.bare = bare
        self.environment.update({name: Variable(name, value) for name, value in start.items()})
        self.budget, self.max_depth = budget, MAX_DEPTH
        self.trail = Trail(self.environment, self.doubtful)
        self.modules: dict[str, Module] = {}
        self.made: list[tuple[Class, bool]] = []
        self.files: list[str] = []
        self.problems: list[str] = []
        self.calls: list[ExternalCall] = []
        self.refusals: list[Refusal] = []
        self.asked: dict[Asked, None] = {}
        self.frames: list[Frame] = []
        self.handlers: list[tuple[str, ...]] = []
        self.guards: tuple[Read, ...] = ()
        self.doubts = self.import_doubts = self.depth = self.call_depth = self.undecided = 0
        self.layouts: dict[int, tuple[ast.AST, calls.Layout]] = {}
        self.orders: dict[int, tuple[list[Value], list[Value]]] = {}
        self.members: dict[tuple[int, str], Value] = {}
        self.setting: dict[int, tuple[ast.stmt, set[str]]] = {}
        self.texts: dict[str, str] = {}

    # Entry points

    def load(self, module: str) -> Loaded:
        """Run the module of that dotted name, and the packages above it."""
        found = self.sources.resolve(module, self.search)
        if found is None or found.path is None:
            reason = f"the module {module} is not in the project"
            return Loaded(problems=[reason], incomplete=reason)
        return self._loaded(found.dotted, lambda: imports.load(self, module, None))

    def load_file(self, path: str) -> Loaded:
        """Run a Python file that is no module (`gunicorn.conf.py`), by its path relative to the root."""
        name = posixpath.basename(path).removesuffix(".py")
        return self._loaded(path, lambda: imports.run_found(self, Found(path, path, False), name=name))

    def _loaded(self, name: str, run: Callable[[], Value]) -> Loaded:
        result = Loaded(calls=self.calls, problems=self.problems, files=self.files)
        try:
            run()
        except (Exhausted, Raised) as reason:
            result.incomplete = str(reason)
        except RecursionError:
            result.incomplete = "nested too deeply"
        module = self.modules.get(name)
        if module is not None and module.scope is not None:
            if result.incomplete:
                self.forget(module.scope, result.incomplete)
            result.scope, result.names, result.incomplete = module.scope, module.scope.names, module.scope.open
        if result.incomplete and not any(result.incomplete in problem for problem in self.problems):
            self.problems.append(result.incomplete)
        return result

    def evaluate(self, expression: ast.expr | str, scope: Scope) -> Value:
        """What an expression gives in a namespace; Unknown where it raises or goes beyond the bounds."""
        try:
            node = parse_expression(expression).body if isinstance(expression, str) else expression
            frame = Frame(self, scope, base=len(self.trail.journals))
            self.frames.append(frame)
            try:
                return self.eval(frame, node)
            finally:
                self.frames.pop()
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return Unknown("an expression that cannot be read")
        except (Exhausted, Raised) as reason:
            return Unknown(str(reason))
        finally:
            self.trail.close(0 if not self.frames else self.frames[-1].base)

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Run statements in a namespace; where they cannot be followed to the end, the namespace says so in `open`."""
        imports.run_body(self, body, scope)

    # Inside of a run

    def eval(self, frame: Frame, node: ast.expr) -> Value:
        """The value of an expression."""
        handler = expressions.EXPRESSIONS.get(type(node))
        if handler is None:
            return self.unknown(f"a {type(node).__name__} expression", at=frame.at(node))
        self.charge()
        self.depth += 1
        try:
            if self.depth > self.max_depth:
                return self.unknown("nested too deeply", at=frame.at(node))
            return handler(frame, node)
        finally:
            self.depth -= 1

    def block(self, frame: Frame, body: Sequence[ast.stmt]) -> Flow:
        """Run statements in order, as far as control goes."""
        return statements.block(frame, body)

    def charge(self, amount: int = 1) -> None:
        """Count work; raises `Exhausted` when the budget is used up."""
        self.budget -= amount
        if Meter.spent > 16:
            self.budget -= Meter.take() // 16
        if self.trail.cost > 16:
            self.budget -= self.trail.cost // 4
            self.trail.cost = 0
        if self.budget < 0:
            raise Exhausted("the code takes too many steps to be followed to its end")

    def assigned(self, frame: Frame, body: Sequence[ast.stmt], depth: int = 0) -> set[str]:
        """The names that a piece of code would set, also by its star imports from the project."""
        if not body or depth > MAX_ASSIGNED:
            return set()
        if id(body[0]) not in self.setting:
            found = assigned.assigned_names(body)
            for node in assigned.star_imports(body):
                dotted = imports.absolute(frame, node)
                place = self.sources.resolve(dotted, self.search) if dotted else None
                if place is not None and place.path is not None:
                    found |= self._assigned_in(place, depth)
            self.setting[id(body[0])] = (body[0], found)
        return self.setting[id(body[0])][1]

    def _assigned_in(self, found: Found, depth: int) -> set[str]:
        try:
            body = self.sources.parse(found.path or "").body
        except UnreadableSource:
            return set()
        inner = Frame(self, imports.module_scope(self, found))
        return {name for name in self.assigned(inner, body, depth + 1) if not name.startswith("_")}

    def annotation(self, frame: Frame, text: str, node: ast.expr) -> Value:
        """An annotation written as a text."""
        try:
            tree = parse_expression(text[:1_000])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self.unknown("an annotation that cannot be read", at=frame.at(node))
        for inner in ast.walk(tree):
            ast.copy_location(inner, node)
        return self.eval(frame, tree.body)

    def serial(self) -> int:
        """The number that the next changeable value is above."""
        return serials()

    def defined(self, kind: Class) -> None:
        """Keep a class that was made, and whether it is made for sure, whatever becomes of its name."""
        if len(self.made) < MAX_CLASSES:
            self.made.append((kind, self.certain))

    def doubt(self) -> None:
        """Something may have raised an exception here."""
        self.doubts += 1

    @property
    def certain(self) -> bool:
        """Whether what runs now runs for sure."""
        return not self.undecided and not any(frame.pending for frame in self.frames)

    def unknown(self, reason: str, *values: Value, at: Origin | None = None) -> Unknown:
        """An unknown answer, which may as well have been an exception."""
        self.doubts += 1
        return unknown(reason, *values, at=at)

    def fail(
        self, kind: str, message: str, *values: Value, at: Origin | None = None, reads: Sequence[Read] = (), lacking: Lacking | None = None
    ) -> Value:
        """The code raises a builtin exception here. It is raised where somebody handles it, and an unknown value otherwise."""
        error = Raised(builtin_exception(kind), message, at, reads=[*merge_reads(values), *reads], lacking=lacking)
        if self.handled(error):
            raise error
        if not any(isinstance(value, (Unknown, Choice)) for value in values):
            self.refuse(error)
        return self.unknown(message, *values, at=at)

    def handled(self, error: Raised) -> bool:
        """Whether a `try` around what runs now handles it."""
        return any(set(error.names) & set(caught) for caught in self.handlers)

    def refuse(self, error: Raised) -> None:
        """Keep that the code certainly stops here, if it does so for a variable."""
        if self.certain and error.reads and all(read.kind == "variable" for read in error.reads):
            self.refusals.append(Refusal(error.at, error.message, tuple(dict.fromkeys(error.reads))))

    def refusal(self, error: Raised) -> Unknown | None:
        """What stands for the answer of code that refuses to go on because a variable is absent: the rest is worked out as if production set it.
        Where one of the variables has a default that does and another has none, it is the other that is missed."""
        absent = [read for read in error.reads if not read.present]
        missed = [read for read in absent if not read.has_default] or absent
        reads = tuple(replace(read, has_default=False, raises=True) for read in missed)
        if not reads or self.handled(error):
            return None
        names = list(dict.fromkeys(read.name for read in reads))
        unset = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not set"
        self.note(error.at, f"raises {error.names[0]} when {unset}: {error.message}")
        error.reads = tuple(read for read in error.reads if read.present or read in missed)
        self.refuse(error)
        return Unknown(f"{unset} in the production environment", origins=(error.at,) if error.at else (), reads=reads)

    def stopped(self, error: Raised) -> None:
        """A path ends here by an exception that nobody handles. The module or file that it lacks, production has, since production starts."""
        if error.lacking is not None and not self.handled(error):
            self.lacking[error.lacking] = None

    def forget(self, scope: Scope, reason: str) -> None:
        """From here on any name of this namespace may hold anything."""
        home = scope.holder()
        doubt = Unknown(reason)
        for name, value in list(home.names.items()):
            if not (name.startswith("__") and name.endswith("__")):
                self.trail.name(home, name)
                home.names[name] = one_of([value, doubt])
        home.open = home.open or reason

    def in_any_order(self, work: Callable[[], Result]) -> Result:
        """Do something for elements whose order is not known: whatever it changes, any name may hold anything then."""
        journal = self.trail.open()
        try:
            return work()
        finally:
            if self.trail.changed_since(journal) and self.frames:
                for scope in (self.frames[-1].scope.holder(), self.frames[-1].scope.home()):
                    self.forget(scope, "it is changed in an order that is not known")
            self.trail.close(self.trail.journals.index(journal))

    def note(self, at: Origin | None, problem: str) -> None:
        """Keep a problem for the report, once."""
        line = f"{at}: {problem}" if at else problem
        if line not in self.problems:
            self.problems.append(line)

    def foreign(self, base: Value) -> Class | None:
        """A class of another package with what is known of its body; None where nothing is."""
        return None

    def by_itself(self, module: Module, work: Callable[[], None]) -> None:
        """Run the code of a module."""
        work()

    # What models may ask (Runtime)

    def read_variable(self, name: Value, at: Origin, default: Value | None) -> Value:
        """What `os.environ[name]` gives, with the read noted."""
        if not isinstance(name, Scalar) or not isinstance(name.value, str):
            self.asked[Asked("*", at)] = None
            return self.unknown("the variable's name is not known", name, at=at)
        text = name.value
        why = self.doubtful.get(text) or self.doubtful.get("*")
        variable = self.environment.get(text)
        kept = self._has_default(default)
        read = Read(text, variable is not None, at, variable.at if variable else None, kept, raises=default is None and not kept)
        self.asked[Asked(text, at, kept, self.certain)] = None
        own = () if text in self.start else (read,)
        reads = (*name.reads, *own, *(default.reads if default is not None and variable is None else ()))
        if why:
            return Unknown(why, origins=(at,), reads=reads)
        if variable is not None:
            return Scalar(variable.value, origins=(variable.at, at) if variable.at else (at,), reads=reads)
        if default is None:
            result = self.fail("KeyError", f"{text} is not set in the production environment", at=at, reads=reads)
            result.reads = reads
            return result
        return noted(default, reads, at)

    def _has_default(self, default: Value | None) -> bool:
        if default is None:
            return any(set(names) & {"KeyError", "LookupError", "Exception", "BaseException"} for names in self.handlers)
        return not (isinstance(default, Scalar) and default.value is None)

    def relative(self, path: Value) -> str | None:
        """The path relative to the root, None where it is outside or not known."""
        text = str(path.value) if isinstance(path, Scalar) and isinstance(path.value, (str, PurePosixPath)) else None
        if text is None or "\0" in text:
            return None
        whole = posixpath.normpath(text if text.startswith("/") else posixpath.join(self.project, text))
        if whole == self.root:
            return "."
        return whole[len(self.root) :].lstrip("/") if whole.startswith(self.root.rstrip("/") + "/") else None

    def read_text(self, path: Value) -> str | None:
        """The text of a file of the checkout."""
        relative = self.relative(path)
        text = None if relative is None or relative in self.hidden else self.sources.tree.read(relative)
        if text is not None and relative is not None and relative.endswith(".py"):
            self.texts[text] = relative
        return text

    def exists(self, path: Value) -> bool | None:
        """Whether a path exists: true of what is part of the checkout; code and environment files that are not are taken to be missing, as for
        imports; anything else may be put there on the way to production."""
        relative = self.relative(path)
        if relative is None:
            return None
        if relative in self.hidden:
            return False
        if relative == "." or relative in self.sources.files() or self.sources.has_folder(relative):
            return True
        name = relative.rpartition("/")[2]
        return False if name.startswith(".env") or name.endswith((".py", ".env")) else None

    def absent(self, path: Value, at: Origin) -> None:
        """A file is opened: where it is taken to be missing, and somebody handles that, FileNotFoundError is raised in the judged code."""
        relative = self.relative(path)
        if relative is None or self.exists(path) is not False or Lacking("file", relative) in self.assumed:
            return
        reason = f"{relative} is not part of the checkout"
        error = Raised(builtin_exception("FileNotFoundError"), reason, at, lacking=Lacking("file", relative))
        if self.handled(error):
            self.note(at, f"{reason}, and is taken to be missing")
            raise error

    def list_folder(self, path: Value) -> list[str] | None:
        """The names in a folder of the checkout."""
        relative = self.relative(path)
        if relative is None or not (relative == "." or self.sources.has_folder(relative)):
            return None
        prefix = "" if relative == "." else relative + "/"
        names = {file[len(prefix) :].partition("/")[0] for file in self.sources.tree.files if file.startswith(prefix)}
        return sorted(names) if len(names) <= 10_000 else None

    def call(self, function: Value, args: list[Value], keywords: Mapping[str, Value], at: Origin) -> Value:
        """Call any abstract callable."""
        return calls.call(self, function, list(args), dict(keywords), at)

    def truth(self, value: Value) -> bool | None:
        """Python's truth value."""
        return comparing.truth(self, value)

    def iterate(self, value: Value) -> list[Value] | None:
        """The elements in order, None where they are not completely known."""
        return containers.elements(self, value)

    def iterate_partly(self, value: Value) -> list[Value] | None:
        """The elements; where a list may hold more than is known, what that may be stands last. None where nothing is known of them."""
        found = self.iterate(value)
        if found is None and isinstance(value, Items) and value.kind in ("list", "tuple") and value.rest and value.items:
            return [*value.items, Unknown(str(value.rest), origins=value.origins, reads=value.reads)]
        return found

    def add(self, left: Value, right: Value, at: Origin) -> Value:
        """`left + right`."""
        return operators.binary(self, ast.Add(), left, right, at)

    def run_file(self, path: Value, call: Call) -> Value:
        """Run a Python file of the project in the caller's module namespace."""
        relative = self.relative(path)
        scope = self.frames[-1].scope.home()
        if relative is None or relative not in self.sources.files():
            reason = _unfound(path, relative)
            answer = self.fail("FileNotFoundError", f"{call.name}() runs {reason}", path, at=call.at, lacking=Lacking("file", relative or ""))
            self.forget(scope, f"{call.at} runs {reason}")
            return answer
        try:
            body = self.sources.parse(relative).body
        except UnreadableSource as error:
            self.note(None, str(error))
            self.forget(scope, str(error))
            return Unknown(str(error), origins=(call.at,))
        return imports.run_inside(self, relative, body, scope, call.at)

    def caller_names(self, call: Call) -> dict[str, Value]:
        """The module namespace of the caller, to be changed in place."""
        scope = self.frames[-1].scope.home()
        self.trail.touch(containers.namespace(scope))
        return scope.names

    def import_module(self, dotted: str, at: Origin) -> Value:
        """The module of that dotted name."""
        return imports.load(self, dotted, at)


def _unfound(path: Value, relative: str | None) -> str:
    """Which file it is that is run and not here."""
    if isinstance(path, Unknown):
        return f"a file whose name is not known: {path.reason}"
    shown = relative or (str(path.value) if isinstance(path, Scalar) else "a file")
    return f"{shown}, which is not part of the checkout"

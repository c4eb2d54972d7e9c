"""The project's code under the production settings: what its modules, classes and functions hold, worked out when it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from threading import RLock
from typing import Any

from ready_gate.facts.django.foreign import Foreign, made_class
from ready_gate.facts.django.installed import Installed
from ready_gate.facts.django.project import CONFIGURATION, MODULE, search_folders
from ready_gate.facts.django.thawing import settings_module
from ready_gate.facts.python import attributes, classes, imports
from ready_gate.facts.python.flow import Exhausted, Frame, Raised
from ready_gate.facts.python.interpreter import Interpreter, Loaded
from ready_gate.facts.python.libraries import find_model
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.trail import Trail
from ready_gate.facts.python.values import Class, Later, Module, Scalar, Symbol, Unknown, Value
from ready_gate.facts.registry import fact
from ready_gate.facts.requirements import installs
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Environment, Project, Requirements, Settings
from ready_gate.model import Origin

FOR_MODULE = 300_000
FOR_CALL = 60_000
FOR_ALL = 12_000_000
MAX_NESTED = 24
NOWHERE = Origin("")


class ProgramRun(Interpreter):
    """The evaluator of a whole program: every module has its own budget, and is run when something of it is used."""

    lazy = True

    def __init__(self, sources: Sources, production: Module, known: Foreign, **given: Any) -> None:
        super().__init__(sources, **given)
        self.production, self.known = production, known
        self.left, self.nested = FOR_ALL, 0
        self.kinds: dict[str, Class | None] = {}

    def foreign(self, base: Value) -> Class | None:
        """A class of another package with what its source or the shipped tables say."""
        if not isinstance(base, Symbol):
            return None
        dotted = self.known.canonical(base.dotted)
        if dotted not in self.kinds:
            self.kinds[dotted] = None
            if not classes.harmless(base) and find_model(base.dotted) is None and find_model(dotted) is None:
                self.kinds[dotted] = self._made(dotted)
        return self.kinds[dotted]

    def _made(self, dotted: str) -> Class | None:
        found = self.known.outline(dotted)
        if found is None:
            return None
        with self.apart(FOR_CALL):
            return made_class(*found, self.evaluate)

    def by_itself(self, module: Module, work: Callable[[], None]) -> None:
        """Run the code of a module as if nothing else were running. Where it goes beyond its budget, the rest of it is not known."""
        if self.nested >= MAX_NESTED:
            self._unfinished(module, "modules need each other too deeply")
            return
        with self.apart(FOR_MODULE):
            try:
                work()
            except Exhausted as reason:
                self._unfinished(module, str(reason), again="deep" in str(reason))

    def _unfinished(self, module: Module, reason: str, *, again: bool = True) -> None:
        if module.scope is not None:
            module.scope.open = module.scope.open or reason
        if again:
            self.modules.pop(module.dotted, None)

    @contextmanager
    def apart(self, budget: int) -> Iterator[None]:
        """A stretch of work with its own budget, on which no branch, handler or call that is going on has any bearing."""
        kept = (self.trail, self.handlers, self.guards, self.undecided, self.frames, self.depth, self.call_depth, self.budget)
        self.trail, self.handlers, self.guards, self.undecided = Trail(self.environment, self.doubtful), [], (), 0
        self.frames, self.depth, self.call_depth = [], 0, 0
        given = self.budget = max(0, min(budget, self.left))
        self.nested += 1
        try:
            yield
        finally:
            self.nested -= 1
            self.left -= given - max(self.budget, 0)
            self.trail, self.handlers, self.guards, self.undecided, self.frames, self.depth, self.call_depth, self.budget = kept


class Program:
    """What the project's code holds. Safe to be asked from several threads."""

    def __init__(self, run: ProgramRun) -> None:
        self.run = run
        self._lock = RLock()

    def module(self, dotted: str) -> Loaded | None:
        """A module of the project, run once; None where it has no source here. `Loaded.incomplete` says why it may hold something else."""
        with self._lock:
            found = self.run.sources.resolve(dotted, self.run.search)
            if found is None or found.path is None or not imports.is_project(self.run, dotted.partition(".")[0]):
                return None
            value = self._guarded(lambda: imports.load(self.run, dotted, None))
            scope = value.scope if isinstance(value, Module) else None
            if scope is None:
                return Loaded(incomplete=value.reason if isinstance(value, Unknown) else "it cannot be run")
            for name in [name for name, held in scope.names.items() if isinstance(held, Later)]:
                self._guarded(partial(imports.settled, self.run, scope, name, NOWHERE))
            return Loaded(scope.names, files=[found.path], incomplete=scope.open, scope=scope)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Several steps on the evaluator, with no other thread in between."""
        with self._lock:
            yield

    def is_project(self, dotted: str) -> bool:
        """Whether a dotted name is the project's own."""
        return imports.is_project(self.run, dotted.partition(".")[0])

    def value(self, dotted: str) -> Value | None:
        """What a dotted name holds: followed through modules of the project, a `Symbol` in another package; None where the project lacks it."""
        with self._lock:
            return self._guarded_or_none(lambda: self._value(dotted))

    def _value(self, dotted: str) -> Value | None:
        parts = dotted.split(".")
        if not imports.is_project(self.run, parts[0]):
            value: Value | None = Symbol(parts[0])
            rest = parts[1:]
        else:
            length = next((size for size in range(len(parts), 0, -1) if self._is_module(".".join(parts[:size]))), 0)
            value, rest = imports.load(self.run, ".".join(parts[:length]), None) if length else None, parts[length:]
        for name in rest:
            value = attributes.find(self.run, value, name, NOWHERE) if value is not None else None
        return value

    def _is_module(self, dotted: str) -> bool:
        return self.run.sources.resolve(dotted, self.run.search) is not None

    def order(self, kind: Value) -> list[Value]:
        """The method resolution order of a class (of a symbol as well), foreign classes expanded as far as they are known."""
        with self._lock:
            made = kind if isinstance(kind, Class) else self.run.foreign(kind)
            return classes.order(self.run, made) if made is not None else [kind]

    def lookup(self, kind: Value, name: str) -> Value | None:
        """The attribute by the resolution order; None where there surely is none, Unknown where a base that is not known may have it first."""
        with self._lock:
            made = kind if isinstance(kind, Class) else self.run.foreign(kind)
            if made is None:
                return Unknown(f"{name} comes from {self.dotted(kind) or 'something that is not known'}")
            return self._guarded_or_none(lambda: classes.lookup(self.run, made, name))

    def attribute(self, value: Value, name: str) -> Value | None:
        """`value.name`; None where there surely is none."""
        with self._lock:
            return self._guarded_or_none(lambda: attributes.find(self.run, value, name, NOWHERE))

    def is_a(self, kind: Value, *dotted: str) -> bool | None:
        """Whether it is or derives from one of these classes, by any of their dotted paths; None where a base is not known."""
        wanted = {self.canonical(name) for name in dotted}
        rows = self.order(kind)
        if any(self.dotted(base) in wanted for base in rows):
            return True
        known = all(isinstance(base, Class) or (isinstance(base, Symbol) and classes.harmless(base)) for base in rows)
        return False if known else None

    def dotted(self, value: Value | None) -> str | None:
        """The dotted path under which a class, function or module is defined; None for anything else."""
        if isinstance(value, Symbol):
            return self.canonical(value.dotted)
        if isinstance(value, Class):
            return f"{value.module}.{value.name}".strip(".")
        scope = getattr(value, "scope", None)
        name = getattr(value, "name", None)
        if isinstance(value, Module):
            return value.dotted
        return f"{scope.home().module}.{name}".strip(".") if isinstance(scope, Scope) and name else None

    def canonical(self, dotted: str) -> str:
        """The path of a foreign class or function where it is defined."""
        return self.run.known.canonical(dotted)

    def call(self, function: Value, args: Sequence[Value] = (), keywords: Mapping[str, Value] | None = None, at: Origin = NOWHERE) -> Value:
        """What a function or class gives when it is called with these values, as far as that can be told."""
        with self._lock:
            return self._guarded(lambda: self.run.call(function, list(args), keywords or {}, at))

    def attempt(self, function: Value, args: Sequence[Value] = ()) -> Value | None:
        """What a call gives; None where it certainly raises an exception."""
        with self._lock, self.run.apart(FOR_CALL):
            self.run.frames.append(Frame(self.run, Scope("module", "")))
            self.run.handlers.append(("Exception",))
            try:
                return self.run.call(function, list(args), {}, NOWHERE)
            except Raised:
                return None
            except (Exhausted, RecursionError) as reason:
                return Unknown(str(reason) or "nested too deeply")

    def perform(self, body: Sequence[ast.stmt], scope: Scope, budget: int = FOR_CALL) -> None:
        """Run statements in a namespace."""
        with self._lock, self.run.apart(budget):
            try:
                self.run.execute(body, scope)
            except Exhausted:
                return

    def evaluate(self, expression: ast.expr | str, scope: Scope) -> Value:
        """What an expression gives in a namespace."""
        with self._lock, self.run.apart(FOR_CALL):
            return self.run.evaluate(expression, scope)

    def executed(self, body: Sequence[ast.stmt], dotted: str, *, is_package: bool = False) -> dict[str, Value]:
        """What the code of another package's module holds after it ran under the project's settings."""
        with self._lock, self.run.apart(FOR_MODULE):
            scope = Scope("module", "", dotted, dotted if is_package else dotted.rpartition(".")[0])
            try:
                self.run.execute(body, scope)
            except Exhausted:
                return {}
            return scope.names

    def truth(self, value: Value) -> bool | None:
        """Python's truth value; None where it cannot be told."""
        with self._lock:
            return self.run.truth(value)

    def setting(self, name: str) -> Value | None:
        """A production setting as code sees it."""
        scope = self.run.production.scope
        return scope.names.get(name) if scope is not None else None

    def _guarded_or_none(self, work: Callable[[], Value | None]) -> Value | None:
        answer = self._guarded(lambda: work() or _NOTHING)
        return None if answer is _NOTHING else answer

    def _guarded(self, work: Callable[[], Value]) -> Value:
        with self.run.apart(FOR_MODULE):
            self.run.frames.append(Frame(self.run, Scope("module", "")))
            try:
                return work()
            except (Exhausted, Raised) as reason:
                return Unknown(str(reason))
            except RecursionError:
                return Unknown("nested too deeply")


_NOTHING = Scalar(None)


@fact
def program(
    tree: Tree, project: Project, environment: Environment, requirements: Requirements, sources: Sources, settings: Settings, installed: Installed
) -> Program:
    """The project's code, evaluated with the production settings."""
    named = {MODULE: project.settings_module, CONFIGURATION: project.configuration}
    run = ProgramRun(
        sources,
        settings_module(settings),
        Foreign(installed),
        root=tree.root,
        search=search_folders(project.folder),
        variables={**environment.variables, **settings.exported},
        project=f"{tree.root}/{project.folder}",
        installed=partial(installs, requirements),
        start={name: value for name, value in named.items() if value},
    )
    run.doubtful.update(dict.fromkeys(environment.doubtful, "a deploy file names it with a value that production may not use"))
    return Program(run)

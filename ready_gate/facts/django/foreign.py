"""Classes of Django and of other packages: from their source where the project's environment is at hand, from shipped tables otherwise."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ready_gate.facts.django.installed import Installed
from ready_gate.facts.python.modules import parse_expression
from ready_gate.facts.python.outline import ClassOutline, ModuleOutline, roots
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Answer, Class, Instance, Method, Symbol, Unknown, Value

DATA = Path(__file__).parent / "data" / "classes"
MAX_STEPS = 12
UNREAD = ("__new__", "__init_subclass__", "__class_getitem__", "__getattr__", "__setattr__")
Evaluate = Callable[[ast.expr, Scope], Value]


@cache
def _table(top: str) -> dict[str, dict[str, object]]:
    path = DATA / f"{top}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if top.isidentifier() and path.is_file() else {}


@cache
def _shipped(dotted: str) -> ModuleOutline | None:
    made = _table(dotted.partition(".")[0]).get(dotted)
    if made is None:
        return None
    kinds = made.get("classes", {})
    assert isinstance(kinds, dict)  # noqa: S101 - the tables are ours
    return ModuleOutline(
        names=made.get("names", {}),  # type: ignore[arg-type]
        classes={name: _class(kind) for name, kind in kinds.items()},
        functions=made.get("functions", []),  # type: ignore[arg-type]
        stars=made.get("stars", []),  # type: ignore[arg-type]
    )


def _class(made: dict[str, object]) -> ClassOutline:
    plain: dict[str, list[str]] = {name: [] for name in made.get("plain", [])}  # type: ignore[attr-defined]
    return ClassOutline(
        bases=made.get("bases", []),  # type: ignore[arg-type]
        attributes=made.get("attributes", {}),  # type: ignore[arg-type]
        methods=plain | made.get("methods", {}),  # type: ignore[operator]
        inner={name: _class(kind) for name, kind in made.get("inner", {}).items()},  # type: ignore[attr-defined]
    )


class Foreign:
    """Finds classes of other packages by any of their dotted paths."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self._places: dict[str, tuple[str, str] | None] = {}

    def module(self, dotted: str) -> ModuleOutline | None:
        """What is known of a module: the environment's own source first."""
        top = dotted.partition(".")[0]
        return self._installed.outline(dotted) if self._installed.has(top) else _shipped(dotted)

    def shipped(self, dotted: str) -> bool:
        """Whether what is known of a module is what another release of its package may have otherwise: no environment is at hand that has it."""
        top = dotted.partition(".")[0]
        return top != "django" and not self.installed(dotted) and bool(_table(top))

    def installed(self, dotted: str) -> bool:
        """Whether an environment is at hand that has the package."""
        return self._installed.has(dotted.partition(".")[0])

    def body(self, dotted: str) -> tuple[list[ast.stmt], bool] | None:
        """The statements of a module of the environment, and whether it is a package."""
        return self._installed.body(dotted)

    def canonical(self, dotted: str) -> str:
        """The path under which a class or function is defined: `django.views.generic.list.ListView` for `django.views.generic.ListView`."""
        place = self._place(dotted, MAX_STEPS)
        return ".".join(place) if place else dotted

    def outline(self, dotted: str) -> tuple[str, ClassOutline] | None:
        """A class's own path and what its body says; None where nothing is known of it."""
        place = self._place(dotted, MAX_STEPS)
        home = self.module(place[0]) if place is not None else None
        if place is None or home is None:
            return None
        first, *inner = place[1].split(".")
        kind = home.classes.get(first)
        for name in inner:
            kind = kind.inner.get(name) if kind is not None else None
        return (".".join(place), kind) if kind is not None else None

    def _place(self, dotted: str, steps: int) -> tuple[str, str] | None:
        """The module and the name inside of it where something is defined, followed through modules that only import it."""
        if dotted not in self._places:
            self._places[dotted] = None
            self._places[dotted] = self._looked_for(dotted, steps)
        return self._places[dotted]

    def _looked_for(self, dotted: str, steps: int) -> tuple[str, str] | None:
        module, _, tail = dotted.rpartition(".")
        while module:
            found = self.module(module)
            if found is not None:
                return self._inside(found, module, tail, steps)
            module, _, above = module.rpartition(".")
            tail = f"{above}.{tail}"
        return None

    def _inside(self, found: ModuleOutline, module: str, tail: str, steps: int) -> tuple[str, str] | None:
        name, dot, rest = tail.partition(".")
        if name in found.classes or name in found.functions:
            return module, tail
        if steps and name in found.names and found.names[name] != f"{module}.{name}":
            return self._place(found.names[name] + dot + rest, steps - 1)
        if steps:
            places = (self._place(f"{star}.{tail}", steps - 1) for star in found.stars)
            return next((place for place in places if place is not None), None)
        return None


def made_class(dotted: str, outline: ClassOutline, evaluate: Evaluate) -> Class:
    """The class as an abstract value: attributes worked out, methods as functions where their code is at hand and as symbols otherwise."""
    module, _, name = dotted.rpartition(".")
    made = Class(name, module=module)
    made.bases = [_value(base, evaluate) for base in outline.bases]
    made.namespace.update({key: _value(text, evaluate) for key, text in outline.attributes.items()})
    for key, inner in outline.inner.items():
        made.namespace[key] = made_class(f"{dotted}.{key}", inner, evaluate)
    for key, decorators in outline.methods.items():
        if key not in UNREAD:
            made.namespace[key] = _method(Method(f"{dotted}.{key}"), decorators, evaluate)
    return made


def _method(function: Value, decorators: list[str], evaluate: Evaluate) -> Value:
    """A method as its decorators leave it: wrapped where they say how it is bound, with their arguments where REST framework reads these."""
    for text in decorators:
        if text.startswith("rest_framework.decorators."):
            made = _value(text, evaluate)
            return Answer("a method of a view", "", made, [function])
    wrapper = next((text for text in decorators if text.rpartition(".")[2] in ("classmethod", "staticmethod", "property", "cached_property")), None)
    if wrapper is None:
        bound_to_class = any(text.endswith("classonlymethod") for text in decorators)
        return Instance(Symbol("builtins.classmethod"), [function]) if bound_to_class else function
    return Instance(Symbol(wrapper if "." in wrapper else f"builtins.{wrapper}"), [function])


def _value(text: str | None, evaluate: Evaluate) -> Value:
    if text is None:
        return Unknown("an expression that is not kept")
    try:
        node = parse_expression(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Unknown("an expression that cannot be read")
    scope = Scope("module", "")
    scope.names.update({name: Symbol(name) for name in roots(node)})
    return evaluate(node, scope)

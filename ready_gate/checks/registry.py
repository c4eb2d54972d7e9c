"""Where checks register themselves, and the five answers they can give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules, walk_packages
from typing import TypeVar

from ready_gate.facts.views import HIDDEN, Setting
from ready_gate.model import Evidence, Finding, Level, Origin, Outcome, Status

Function = TypeVar("Function", bound=Callable[..., Outcome])


@dataclass(frozen=True)
class Check:
    """A registered check: its id, its function, and the facts it asks for (the function's parameter names)."""

    id: str
    function: Callable[..., Outcome]
    needs: tuple[str, ...]


REGISTRY: dict[str, Check] = {}


def check(id: str) -> Callable[[Function], Function]:
    """Register a check under its id. Its parameters name the facts it wants."""

    def register(function: Function) -> Function:
        if id in REGISTRY:
            raise ValueError(f"two checks are called {id}")
        code = function.__code__
        REGISTRY[id] = Check(id, function, code.co_varnames[: code.co_argcount])
        return function

    return register


def load_all() -> dict[str, Check]:
    """Import every module of this package (which registers its checks) and return the registry."""
    import ready_gate.checks as package

    for module in walk_packages(package.__path__, package.__name__ + "."):
        import_module(module.name)
    return REGISTRY


def load(ids: Iterable[str]) -> dict[str, Check]:
    """Import what registers these checks, which is usually the module or package that is called like their section, and return the registry."""
    wanted = tuple(ids)
    for section in dict.fromkeys(id.partition(".")[0] for id in wanted):
        _load_section(section)
    return REGISTRY if all(id in REGISTRY for id in wanted) else load_all()


def _load_section(name: str) -> None:
    import ready_gate.checks as package

    if not any(module.name == name for module in iter_modules(package.__path__)):
        return
    section = import_module(f"{package.__name__}.{name}")
    for module in walk_packages(getattr(section, "__path__", ()), section.__name__ + "."):
        import_module(module.name)


def finding(
    rule: str, message: str, at: Setting | Origin | None = None, *, level: Level = Level.ERROR, fix: str | None = None, url: str | None = None
) -> Finding:
    """A finding at a place. Given a setting, its line becomes the place and its (redacted) value the evidence."""
    if isinstance(at, Setting):
        evidence = None if at.absent else Evidence(at.name, at.shown())
        return Finding(rule, level, message, at.origin, url, evidence, fix)
    return Finding(rule, level, message, at, url, None, fix)


def warning(rule: str, message: str, at: Setting | Origin | None = None, *, fix: str | None = None) -> Finding:
    """Something to report that does not change the verdict."""
    return finding(rule, message, at, level=Level.WARNING, fix=fix)


def note(rule: str, message: str, at: Setting | Origin | None = None) -> Finding:
    """Something worth knowing."""
    return finding(rule, message, at, level=Level.NOTE)


def passed(reason: str, findings: Iterable[Finding] = ()) -> Outcome:
    """Looked at, and right."""
    return Outcome(Status.PASS, reason, tuple(findings))


def failed(reason: str, findings: Iterable[Finding]) -> Outcome:
    """Looked at, and wrong; at least one finding of level error says where."""
    return Outcome(Status.FAIL, reason, tuple(findings))


def unknown(reason: str, findings: Iterable[Finding] = ()) -> Outcome:
    """Could not tell, and why."""
    return Outcome(Status.UNKNOWN, reason, tuple(findings))


def ask_person(reason: str, findings: Iterable[Finding] = ()) -> Outcome:
    """Only a person can say: nothing found of what may live elsewhere, or candidates that need a look."""
    return Outcome(Status.UNKNOWN, reason, tuple(findings), asks_person=True)


def not_applicable(reason: str) -> Outcome:
    """There is nothing to judge, and what was looked for."""
    return Outcome(Status.NOT_APPLICABLE, reason)


def judged(findings: Iterable[Finding], good: str, doubts: Iterable[str] = ()) -> Outcome:
    """The usual ending of a check: any error finding fails, else any doubt is unknown, else it passed.

    `doubts` are reasons why something relevant could not be worked out. The reason of a failure is the first error's message.
    """
    seen = tuple(findings)
    errors = [f for f in seen if f.level is Level.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return failed(errors[0].message + more, seen)
    reasons = _together(doubts)
    if reasons:
        return unknown("; ".join(reasons[:3]), seen)
    return passed(good, seen)


def _together(doubts: Iterable[str]) -> list[str]:
    """Each reason once: settings that one and the same thing hides share a sentence."""
    hidden: dict[str, list[str]] = {}
    for doubt in dict.fromkeys(doubts):
        name, separator, why = doubt.partition(HIDDEN)
        hidden.setdefault(why if separator else doubt, []).extend([name] if separator else [])
    return [f"{_listed(names)}{HIDDEN}{why}" if names else why for why, names in hidden.items()]


def _listed(names: list[str]) -> str:
    shown = names if len(names) < 4 else [*names[:3], f"{len(names) - 3} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)

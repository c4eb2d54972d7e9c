"""The fact `payments`: the writes that say "paid", each verified or not."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from ready_gate.facts.django.payments import conduct
from ready_gate.facts.django.payments.domain import Payments as Domain
from ready_gate.facts.django.payments.exploring import Explored, explore
from ready_gate.facts.django.payments.judging import judged, worse
from ready_gate.facts.django.payments.relevance import Relevance
from ready_gate.facts.django.payments.roots import Finder, Kind, receivers_of, texts_of
from ready_gate.facts.django.payments.words import PAID, PERHAPS_PAID, gateways_in, plain
from ready_gate.facts.django.project import search_folders
from ready_gate.facts.names import is_aside, is_development
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.paths.code import Code
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Gateway, Project, Settings
from ready_gate.facts.views.payments import PaidWrite, Payments
from ready_gate.model import Origin

MAX_FILES = 20_000
ROOT_STEPS = 20_000
TOTAL_STEPS = 80_000
# Packages that take a gateway's messages, verify them, and keep the payments themselves.
LIBRARIES = ("djstripe", "paypal.standard.ipn", "payments", "pinax.stripe", "oscar_stripe", "paypal", "djpaypal")


@fact
def payment_code(tree: Tree, project: Project, sources: Sources) -> Code:
    """The project's production code, without tests, examples, development files and migrations."""
    prefix = "" if project.folder == "." else f"{project.folder}/"
    inside = [path for path in tree.files if path.endswith(".py") and path.startswith(prefix)]
    kept = [path for path in inside if not _is_apart(path[len(prefix) :])]
    return Code(sources, kept[:MAX_FILES], [*search_folders(project.folder), "."])


def _is_apart(path: str) -> bool:
    folders = path.split("/")
    named_test = folders[-1].startswith("test") or folders[-1] in ("conftest.py", "factories.py")
    return is_aside(path) or is_development(path) or "migrations" in folders or named_test or "seed" in folders[-1]


@fact
def payments(gateway: Gateway, payment_code: Code, settings: Settings) -> Payments:
    """Every root explored on every way."""
    finder, receivers, short = Finder(payment_code), receivers_of(payment_code), short_codes(payment_code)
    roots, relevance = finder.roots(), Relevance(finder)
    explored: list[Explored] = []
    left = TOTAL_STEPS
    for root in roots:
        domain = Domain(settings, short, receivers, gateways=gateway.names, relevance=relevance)
        one = explore(payment_code, root, domain, min(ROOT_STEPS, left))
        explored.append(one)
        left -= one.steps
    reached = {name for one in explored for name in one.domain.seen}
    kept = [one for one in explored if not (one.root.kind is Kind.LOOSE and _reached_from_others(one, explored))]
    failure, pending = conduct.handled(kept)
    writes = [write for one in kept for write in judged(one, _spoken(one, payment_code, finder))]
    return Payments(
        writes=tuple(_once(writes)),
        verifications=tuple(sorted({conduct.origin(at) for one in explored for at in one.domain.verifications}, key=str)),
        starts=tuple(sorted({conduct.origin(at) for one in explored for at, _, _ in one.domain.starts}, key=str)),
        libraries=tuple(sorted(_libraries(settings, payment_code))),
        roots=tuple(sorted(reached)),
        calls=tuple(conduct.gateway_calls(kept)),
        records=tuple(conduct.records(kept)),
        leaks=tuple(sorted({(conduct.origin(at), shown) for one in explored for at, shown in one.domain.leaks.items()}, key=str)),
        callbacks=tuple(conduct.callbacks(kept, {_place(one): _spoken(one, payment_code, finder) for one in kept}, finder.is_called)),
        handles_failure=failure,
        handles_pending=pending,
        doubts=tuple(f"{one.root.function.name} at {one.gave_up} has more ways through it than are followed" for one in explored if one.gave_up),
        weak=tuple(sorted({conduct.origin(at) for one in explored for at in one.domain.weak}, key=str)),
    )


def _reached_from_others(one: Explored, explored: Iterable[Explored]) -> bool:
    name = f"{one.root.function.path}:{one.root.function.name}"
    return any(other is not one and name in other.domain.seen for other in explored)


def _spoken(one: Explored, code: Code, finder: Finder) -> tuple[str, ...]:
    """The gateways that the code of a root speaks of, or else its neighbours in the same folder."""
    paths = {place.rpartition(":")[0] for place in one.domain.seen}
    return gateways_in(texts_of(sorted(paths), code)) or finder.homes.get(one.root.function.path.rpartition("/")[0], ())


def _once(writes: Iterable[PaidWrite]) -> list[PaidWrite]:
    """Each place once, by the worst of its roots."""
    found: dict[Origin, PaidWrite] = {}
    for write in writes:
        if worse(write, found.get(write.at)):
            found[write.at] = write
    return sorted(found.values(), key=lambda write: (write.at.path, write.at.line or 0))


def _place(one: Explored) -> str:
    return f"{one.root.function.path}:{one.root.function.node.lineno}"


def _libraries(settings: Settings, code: Code) -> list[str]:
    apps = [item.text for item in settings["INSTALLED_APPS"].items if item.text]
    named = [name for name in LIBRARIES if any(entry == name or entry.startswith(name + ".") for entry in apps)]
    return [name for name in named if code.sources.resolve(name, code.folders) is None]


def short_codes(code: Code) -> Mapping[str, str]:
    """What the models call their statuses of one or two letters: `"C"` is `completed`."""
    found: dict[str, str] = {}
    for path in code.mentioning("choices"):
        names = code.names(path)
        for kind in names.defined.values() if names else ():
            for node in ast.walk(kind) if isinstance(kind, ast.ClassDef) else ():
                for short, word in _pairs(node):
                    if len(short) <= 2 and word in PAID | PERHAPS_PAID:
                        found[short] = word
    return found


def _pairs(node: ast.AST) -> Iterable[tuple[str, str]]:
    """`("C", "Completed")` and `COMPLETED = "C"`."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant) and isinstance(node.elts[0].value, str):
        texts = [part.value for part in ast.walk(node.elts[1]) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        yield from ((node.elts[0].value, plain(text)) for text in texts[:1])
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        yield from ((node.value.value, plain(target.id)) for target in node.targets if isinstance(target, ast.Name))

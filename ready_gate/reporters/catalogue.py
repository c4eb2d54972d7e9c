"""The checklist for people to read: `ready-gate list` and `ready-gate explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

from ready_gate.model import Checklist, Item, Rule, RuleText, Severity
from ready_gate.reporters import wording
from ready_gate.reporters.safe import no_commands, plain, plain_lines

_EXAMPLES = {
    "fails": "Settings that fail",
    "passes": "Settings that pass",
    "environment": "with this production environment",
    "nginx": "behind this nginx",
}


def listing(checklist: Checklist, width: int = 80) -> str:
    """All items by section, each with its severity, its title, and what decides it."""
    lines: list[str] = []
    for section in checklist.sections:
        lines += [plain(section.title)]
        for item in checklist.items:
            if item.section == section.id:
                lines += _listed(item, width)
        lines += [""]
    counts = ", ".join(f"{wording.number(_weighing(checklist, severity), severity.value)}" for severity in Severity)
    return _text([*lines, f"{wording.number(len(checklist.items), 'item')}: {counts}"])


def _weighing(checklist: Checklist, severity: Severity) -> int:
    return sum(item.severity is severity for item in checklist.items)


def _listed(item: Item, width: int) -> Iterator[str]:
    yield f"  {plain(item.id).ljust(31 if width >= 60 else 0)} {item.severity.value}"
    yield from _wrapped(item.title, width, 6)
    yield from _wrapped(f"decided by {_rule(item.decided_by)}", width, 6)
    if item.also:
        yield from _wrapped(f"fails too where wrong: {_also(item)}", width, 6)
    if item.when:
        yield from _wrapped(f"only where {' and '.join(item.when)} applies", width, 6)


def explanation(item: Item, width: int = 80) -> str:
    """What an item looks at, why it matters, how to fix it, an example that fails and one that passes."""
    lines = [f"{plain(item.id)} ({item.severity.value})", *_wrapped(item.title, width, 0)]
    paragraphs = {
        "Looks at": item.looks_at,
        "Why": item.why,
        "Fix": item.fix,
        "Decided by": _rule(item.decided_by),
        "Fails too where wrong": _also(item),
        "Applies where": " and ".join(item.when),
        "Hints": ", ".join(item.hints),
        "A person's word": _attesting(item),
    }
    for heading, text in paragraphs.items():
        lines += ["", heading, *_wrapped(text, width, 2)] if text else []
    lines += _options(item.options, width)
    lines += _rules(item.rules, width)
    for key, source in item.examples.items():
        lines += ["", _EXAMPLES.get(key, plain(key)), *(f"    {line}".rstrip() for line in plain_lines(source.rstrip()))]
    return _text(lines + _links(item))


def explanation_of_rule(item: Item, rule: RuleText, width: int = 80) -> str:
    """What a finding's rule says, and the item it belongs to."""
    lines = [plain(rule.id), *_wrapped(rule.title, width, 0)]
    for heading, text in {"Fix": rule.fix or item.fix, "Why": item.why}.items():
        lines += ["", heading, *_wrapped(text, width, 2)] if text else []
    return _text([*lines, "", "Belongs to", *_wrapped(f"{item.id} ({item.severity.value}): {item.title}", width, 2), *_links(item)])


def _also(item: Item) -> str:
    return ", ".join(_rule(rule, inner=True) for rule in item.also)


def _rule(rule: Rule, inner: bool = False) -> str:
    """What decides, in words: check ids, and in brackets what no check decides."""
    if rule.kind == "check":
        return rule.text
    if rule.kind == "person":
        return f"[a person confirms: {rule.text}]"
    if rule.kind == "pending":
        return f"[not looked at yet: {rule.text}]"
    joined = (" and " if rule.kind == "all" else " or ").join(_rule(part, inner=True) for part in rule.parts)
    return f"({joined})" if inner else joined


def _attesting(item: Item) -> str:
    if item.attestation_days is None:
        return "settles what no check could tell, as long as the entry says"
    return f"settles what no check could tell, for {wording.number(item.attestation_days, 'day')} at most; it never overrides a failure"


def _options(options: Mapping[str, object], width: int) -> list[str]:
    lines = ["", "Options in .ready-gate.yml"] if options else []
    for name, option in options.items():
        facts = option if isinstance(option, Mapping) else {}
        lines += _wrapped(f"{name} ({facts.get('type')}, default {facts.get('default')}): {facts.get('description', '')}", width, 2)
    return lines


def _rules(rules: tuple[RuleText, ...], width: int) -> list[str]:
    lines = ["", "Rules"] if rules else []
    for rule in rules:
        lines += [f"  {plain(rule.id)}", *_wrapped(rule.title, width, 6)]
    return lines


def _links(item: Item) -> list[str]:
    return ["", "Read more", *(f"  {plain(link)}" for link in item.links)] if item.links else []


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    return wrap(
        plain(text), max(width, 40), initial_indent=" " * indent, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )


def _text(lines: list[str]) -> str:
    return no_commands("\n".join(lines).rstrip("\n") + "\n")

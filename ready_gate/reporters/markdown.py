"""The report as Markdown, in the shape of a pull-request comment: the decision, what blocks as a table, who is needed, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ready_gate.model import Finding, Level, Report, Verdict, VerdictStatus
from ready_gate.reporters import wording
from ready_gate.reporters.safe import clip, code, no_commands, plain, prose

LIMIT = 65_535  # characters of a comment on GitHub
LONGEST = 400  # characters of one message before it is escaped
PLACES = 5  # places named of one item
_RESERVE = 300  # what is kept for saying that something was left out


@dataclass(frozen=True)
class Block:
    """A part of the text: whole rows between a head and a tail, of which rows may be left out from the end."""

    head: str
    rows: list[str] = field(default_factory=list)
    tail: str = ""


def render(report: Report, limit: int = LIMIT) -> str:
    """The whole text, at most `limit` characters; where it would be longer, whole items are left out and counted."""
    return no_commands(_fitted([block for block in _blocks(report) if block.head], limit))


def _fitted(blocks: list[Block], limit: int) -> str:
    """As many whole rows as fit, in order; a block without a row that fits is left out with all its rows."""
    text, left_out = "", 0
    for block in blocks:
        room = limit - _RESERVE - len(text) - len(block.head) - len(block.tail)
        kept = _first_that_fit(block.rows, room)
        left_out += len(block.rows) - len(kept)
        if room >= 0 and (kept or not block.rows):
            text += block.head + "".join(kept) + block.tail
    if left_out:
        text += f"\n{wording.number(left_out, 'line is', 'lines are')} left out here to keep this short; the text and JSON reports have them all.\n"
    return text


def _first_that_fit(rows: list[str], room: int) -> list[str]:
    kept: list[str] = []
    for row in rows:
        room -= len(row)
        if room < 0:
            break
        kept.append(row)
    return kept


def _blocks(report: Report) -> Iterator[Block]:
    held = wording.blocking(report)
    people = [verdict for verdict in held if verdict.status is VerdictStatus.NEEDS_ATTESTATION]
    others = [verdict for verdict in held if verdict.status is not VerdictStatus.NEEDS_ATTESTATION]
    yield Block(f"### Production readiness: {wording.decision_text(report)}\n{_subject(report)}\n")
    yield _list("", (f"- {_text(note)}\n" for note in report.notes))
    if others:
        yield Block("\n| Blocks the release | Where | What to do |\n|---|---|---|\n", [_row(verdict) for verdict in others])
    yield _list("Needs a person's word", map(_line, people), f"\n{prose(wording.HOW_TO_ATTEST)}\n")
    yield _list("Failed, and does not block", map(_line, wording.of_status(report, VerdictStatus.FAILED)))
    yield _list("Let through by a waiver", map(_line, wording.of_status(report, VerdictStatus.WAIVED)))
    yield _folded("Warnings, which change no verdict", [_warning(v, f) for v in report.verdicts for f in wording.of_level(v, Level.WARNING)])
    yield _rest(report)


def _subject(report: Report) -> str:
    """What was judged, and the sum of the verdicts."""
    subject = report.subject
    commit = code(subject.commit[:7]) if subject.commit else ""
    settings = f"settings {code(_clipped(subject.settings_module))}" if subject.settings_module else ""
    staging = f"staging {code(_clipped(subject.staging_url))}" if subject.staging_url else ""
    return " · ".join(filter(None, (commit, settings, staging, wording.counts_text(report.decision.counts))))


def _row(verdict: Verdict) -> str:
    """One blocking item: what, where, what to do. Each place and each fix once."""
    errors = wording.of_level(verdict, Level.ERROR) if verdict.status is VerdictStatus.FAILED else []
    why = "<br>".join(dict.fromkeys(_text(finding.message) for finding in errors[:PLACES])) or _text(wording.reason(verdict))
    if len(errors) > PLACES:
        why += f"<br>and {len(errors) - PLACES} more"
    places = [code(_clipped(place)) for place in dict.fromkeys(map(wording.place, errors[:PLACES])) if place]
    fixes = dict.fromkeys(_text(finding.fix) for finding in errors[:PLACES] if finding.fix)
    doing = "<br>".join(fixes) or (
        "this is a bug of ready-gate, please report it" if verdict.error else code(f"ready-gate explain {verdict.item.id}")
    )
    return f"| **{_text(verdict.item.title)}** ({code(_clipped(verdict.item.id))})<br>{why} | {'<br>'.join(places)} | {doing} |\n"


def _list(title: str, rows: Iterable[str], tail: str = "") -> Block:
    """A list under a bold line with its number; nothing where there is nothing to list."""
    lines = list(rows)
    return Block(f"\n**{title}** ({len(lines)}):\n\n" if title else "\n", lines, tail) if lines else Block("")


def _folded(title: str, rows: list[str]) -> Block:
    return Block(f"\n<details><summary>{title}: {len(rows)}</summary>\n\n", rows, "\n</details>\n") if rows else Block("")


def _rest(report: Report) -> Block:
    """One line for each item that has not been named above."""
    shown = (VerdictStatus.FAILED, VerdictStatus.WAIVED)
    rest = [verdict for verdict in report.verdicts if verdict.item.id not in report.decision.blocking and verdict.status not in shown]
    if not rest:
        return Block("")
    head = f"\n<details><summary>Everything else: {wording.counts_text(wording.counted(rest))}</summary>\n\n"
    return Block(head, [_line(verdict) for verdict in rest], "\n</details>\n")


def _line(verdict: Verdict) -> str:
    return f"- {code(_clipped(verdict.item.id))} {_text(verdict.item.title)} — {_text(wording.explained(verdict))}\n"


def _warning(verdict: Verdict, finding: Finding) -> str:
    place = wording.place(finding)
    where = f" ({code(_clipped(place))})" if place else ""
    return f"- {code(_clipped(verdict.item.id))}: {_text(finding.message)}{where}\n"


def _text(text: str) -> str:
    return prose(_clipped(text))


def _clipped(text: str | None) -> str:
    return clip(plain(text or ""), LONGEST)

"""The report as text for a terminal: the decision, what blocks with place, reason and fix, then the rest by section, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from ready_gate.model import Finding, Level, Report, Section, Verdict, VerdictStatus
from ready_gate.reporters import wording
from ready_gate.reporters.safe import clip, no_commands, plain

PLACES = 5  # errors shown of one item; `verbose` shows all
REPORTED = 8  # warnings shown of the whole report
SEEN = 2  # lines of evidence; `verbose` shows what there is
LONGEST = 2_000  # characters of one message

_MARKS = {
    VerdictStatus.PASSED: "●",
    VerdictStatus.ATTESTED: "◐",
    VerdictStatus.FAILED: "×",
    VerdictStatus.WAIVED: "~",
    VerdictStatus.NEEDS_ATTESTATION: "○",
    VerdictStatus.INCONCLUSIVE: "?",
    VerdictStatus.NOT_APPLICABLE: "–",
}
_COLOURS = {
    VerdictStatus.PASSED: "32",
    VerdictStatus.ATTESTED: "32",
    VerdictStatus.FAILED: "31",
    VerdictStatus.WAIVED: "33",
    VerdictStatus.NEEDS_ATTESTATION: "33",
    VerdictStatus.INCONCLUSIVE: "33",
    VerdictStatus.NOT_APPLICABLE: "2",
}
_BOLD, _DIM = "1", "2"


def render(report: Report, *, width: int, colour: bool, quiet: bool = False, verbose: bool = False) -> str:
    """The whole text, ending in a newline. `quiet` leaves out everything but the decision and what blocks; `verbose` shows every finding.

    No line is longer than `width` (at least 40 columns).
    """
    page = _Page(report, max(width, 40), colour, verbose)
    parts = [page.head(), page.blocked()]
    if not quiet:
        parts += [page.waived(), [] if verbose else page.reported(), page.sections(), page.foot()]
    return no_commands("\n\n".join("\n".join(part) for part in parts if part) + "\n")


class _Page:
    """One report on its way to text. Every part is a list of lines; outside text is made `plain` before it is coloured."""

    def __init__(self, report: Report, width: int, colour: bool, verbose: bool) -> None:
        self.report, self.width, self.colour, self.verbose = report, width, colour, verbose
        self.column = 32 if width >= 76 else 8  # where messages begin

    def paint(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and text else text

    def wrapped(self, text: str, indent: int, first: str = "") -> list[str]:
        """The text broken into lines behind `indent` spaces; `first` stands before it on the first line, or above it where it is too long."""
        room = self.width - indent
        lines = [no_commands(line) for line in wrap(clip(plain(text), LONGEST), room, break_on_hyphens=False)] or [""]
        if len(first) >= indent:
            return [*(clip(piece, self.width) for piece in [first] if piece), *(" " * indent + line for line in lines)]
        return [first.ljust(indent) + lines[0], *(" " * indent + line for line in lines[1:])]

    def head(self) -> list[str]:
        """What was judged, and the decision."""
        subject = self.report.subject
        settings = f"settings {subject.settings_module}" if subject.settings_module else ""
        because = f"({subject.settings_reason})" if subject.settings_reason and settings else ""
        commit = f"commit {subject.commit[:12]}" if subject.commit else ""
        words = (f"ready-gate {self.report.tool_version}".strip(), subject.path, commit, f"{settings} {because}".strip(), subject.staging_url or "")
        notes = [line for note in self.report.notes for line in self.wrapped(note, 2, "!")]
        return [*self.packed(words), "", self.decision(), *notes]

    def packed(self, words: Iterable[str]) -> list[str]:
        """The words on as few lines as they fit on, three spaces apart; one that is too long by itself is broken."""
        lines: list[str] = []
        for word in filter(None, map(plain, words)):
            if lines and len(lines[-1]) + 3 + len(word) <= self.width:
                lines[-1] += "   " + word
            else:
                lines.extend(wrap(word, self.width, break_on_hyphens=False, subsequent_indent="  "))
        return lines

    def decision(self) -> str:
        text = wording.decision_text(self.report)
        word, space, rest = text.partition(" ") if self.report.decision.open is False else text.partition(",")
        return self.paint(word.upper(), _BOLD, "32" if self.report.decision.open else "31") + space + rest

    def blocked(self) -> list[str]:
        """Every blocking item in full, failed ones first."""
        held = wording.blocking(self.report)
        if not held:
            return []
        groups: dict[VerdictStatus, list[Verdict]] = {}
        for verdict in held:
            groups.setdefault(verdict.status, []).append(verdict)
        return [line for status, group in groups.items() for line in self.group(status, group)][:-1]

    def group(self, status: VerdictStatus, verdicts: list[Verdict]) -> Iterator[str]:
        yield self.paint(wording.number(len(verdicts), *wording.WORDS[status]), _BOLD, _COLOURS[status])
        for verdict in verdicts:
            yield from self.item(verdict)
            yield ""
        if status is VerdictStatus.NEEDS_ATTESTATION:
            yield from self.wrapped(wording.HOW_TO_ATTEST, self.column)
            yield ""

    def item(self, verdict: Verdict) -> Iterator[str]:
        """Id and title, then each thing found with its place and what to do about it."""
        first, *more = self.wrapped(verdict.item.title, self.column, f"  {clip(plain(verdict.item.id), self.width - 2)}")
        yield self.paint(first, _BOLD)
        yield from (self.paint(line, _BOLD) for line in more)
        errors = wording.of_level(verdict, Level.ERROR)
        if not errors or verdict.status is not VerdictStatus.FAILED:
            yield from self.wrapped(wording.reason(verdict), self.column)
            yield from self.arrow("this is a bug of ready-gate: please report it, with this line" if verdict.error else "")
        yield from self.findings(verdict.findings if self.verbose else errors)

    def findings(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Each with its place; what to do is said once for those in a row that have it in common."""
        shown = findings if self.verbose else findings[:PLACES]
        for finding, after in zip_longest(shown, shown[1:]):
            yield from self.finding(finding)
            if not after or after.fix != finding.fix:
                yield from self.arrow(finding.fix or "")
        if len(findings) > len(shown):
            yield from self.wrapped(f"… and {len(findings) - len(shown)} more (-v shows all)", self.column)

    def finding(self, finding: Finding) -> Iterator[str]:
        where = clip(plain(wording.place(finding)), self.width - 4)
        level = "" if finding.level is Level.ERROR else f"{finding.level.value}: "
        yield from self.wrapped(level + finding.message, self.column, f"    {where}")
        if finding.evidence:
            text = finding.evidence.text if self.verbose else clip(plain(finding.evidence.text), SEEN * (self.width - self.column))
            yield from (self.paint(line, _DIM) for line in self.wrapped(text, self.column))

    def arrow(self, text: str) -> Iterator[str]:
        if text:
            first, *more = self.wrapped(text, self.column + 2)
            yield " " * self.column + "→" + first[self.column + 1 :]
            yield from more

    def waived(self) -> list[str]:
        """What a waiver lets through is always shown in full."""
        verdicts = wording.of_status(self.report, VerdictStatus.WAIVED)
        lines = [line for verdict in verdicts for line in self.wrapped(verdict.reason, self.column, f"  {plain(verdict.item.id)}")]
        return [self.paint("let through by a waiver", _BOLD, "33"), *lines] if lines else []

    def reported(self) -> list[str]:
        """Warnings, which change no verdict: the first few, one line each."""
        warnings = [finding for verdict in self.report.verdicts for finding in wording.of_level(verdict, Level.WARNING)]
        if not warnings:
            return []
        lines = [self.paint(wording.number(len(warnings), "warning, which changes no verdict", "warnings, which change no verdict"), _BOLD)]
        for finding in warnings[:REPORTED]:
            where = clip(plain(wording.place(finding)), self.width - 2)
            lines += self.wrapped(clip(plain(finding.message), 2 * (self.width - self.column)), self.column, f"  {where}")
        left = len(warnings) - REPORTED
        return [*lines, f"  … and {left} more (-v shows all)"] if left > 0 else lines

    def sections(self) -> list[str]:
        """What the marks say, then each section with its counts and a line for each item that does not stand among the blocking ones."""
        present = [status for status in _MARKS if self.report.decision.counts.get(status.value)]
        legend = self.packed(f"{_MARKS[status]} {wording.WORDS[status][0]}" for status in present)
        return [*legend, "", *[line for section in self.report.sections for line in self.section(section)][:-1]]

    def section(self, section: Section) -> Iterator[str]:
        verdicts = [verdict for verdict in self.report.verdicts if verdict.item.section == section.id]
        if not verdicts:
            return
        marks = "".join(self.paint(_MARKS[verdict.status], _COLOURS[verdict.status]) for verdict in verdicts)
        yield self.paint(clip(plain(section.title), self.width - 2 - len(verdicts)), _BOLD) + "  " + marks
        yield from self.wrapped(wording.counts_text(wording.counted(verdicts)), 2)
        for verdict in verdicts:
            if verdict.item.id not in self.report.decision.blocking:
                yield from self.line(verdict)
        yield ""

    def line(self, verdict: Verdict) -> Iterator[str]:
        """One line for one item: what passed by its title, anything else with its reason. `verbose` adds all that was seen."""
        mark = self.paint(_MARKS[verdict.status], _COLOURS[verdict.status])
        name = plain(verdict.item.id).partition(".")[2] or plain(verdict.item.id)
        by_title = verdict.status is VerdictStatus.PASSED and not self.verbose
        text = plain(verdict.item.title if by_title else wording.reason(verdict))
        room = self.width - self.column
        first, *more = self.wrapped(text if self.verbose else clip(text, room), self.column, f"    {clip(name, self.width - 4)}")
        yield f"  {mark}{first[3:]}"
        yield from more
        if self.verbose:
            yield from self.findings(verdict.findings)

    def foot(self) -> list[str]:
        """The sum, and the decision once more, since the top may have scrolled away."""
        held = wording.blocking(self.report)
        total = f"{wording.number(len(self.report.verdicts), 'item')} in {self.report.seconds:.1f} s"
        example = [f"ready-gate explain {plain(held[0].item.id)}"] if held else []
        sums = self.wrapped(f"{total}: {wording.counts_text(self.report.decision.counts)}", 0)
        return [*sums, *(clip(line, self.width) for line in example), self.decision()]

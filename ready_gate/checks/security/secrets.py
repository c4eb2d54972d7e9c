"""Secrets in the project's files and in its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ready_gate.checks.registry import check, judged, note
from ready_gate.checks.security.secret_permits import Permits, remark_in_vain
from ready_gate.checks.security.secret_places import Area, area_of, is_env_file, weight
from ready_gate.facts.views import FoundSecret, Options, SecretPlace, Secrets
from ready_gate.model import Evidence, Finding, Level, Origin, Outcome

MAX_NOTES = 100
MAX_IN_A_FILE = {Level.ERROR: 20, Level.WARNING: 5, Level.NOTE: 5}  # of one kind
SHOWN_PLACES = 5
SECOND_OPINION = "secret.kingfisher"
_HEAVIEST = (Level.ERROR, Level.WARNING, Level.NOTE)


@dataclass(frozen=True)
class _Judged:
    """A secret with the places where nothing lets it be, the heaviest first, and its weight there."""

    secret: FoundSecret
    places: tuple[SecretPlace, ...]
    level: Level


@dataclass(frozen=True)
class _LetBe:
    """A secret at a place where something lets it be, and what."""

    secret: FoundSecret
    place: SecretPlace
    word: str


@check("security.hardcoded-secrets")
def hardcoded_secrets(secrets: Secrets, options: Options) -> Outcome:
    """No secret in the files, nor in as much of the history as was asked for."""
    permits = Permits(options.allowed_secrets, secrets.known, options.today)
    let_be: list[_LetBe] = []
    found = [one for secret in secrets.found if (one := _judged(secret, permits, let_be))]
    findings = [_finding(one) for one in found]
    findings += _env_files(found)
    notes = [*_told(let_be), *permits.notes(), *(note("secret.not-searched", text) for text in secrets.skipped)]
    where = f"{secrets.searched} files" + (f" and {secrets.extent}" if secrets.extent else "")
    counted = f"; {len(let_be)} that are let be" if let_be else ""
    return judged([*_shortened(findings), *notes], f"no secret in {where}{counted}", secrets.doubts)


def _judged(secret: FoundSecret, permits: Permits, let_be: list[_LetBe]) -> _Judged | None:
    """What remains of a secret where nothing lets it be; what does is added to `let_be`."""
    left: list[SecretPlace] = []
    for place in secret.places:
        word = permits.of(secret, place)
        if word is None:
            left.append(place)
        else:
            let_be.append(_LetBe(secret, place, word))
    if not left:
        return None
    left.sort(key=lambda place: _HEAVIEST.index(weight(secret, place)))
    return _Judged(secret, tuple(left), weight(secret, left[0]))


def _told(let_be: Iterable[_LetBe]) -> Iterator[Finding]:
    """Every place with what lets the secret be there, those of one file and one reason together."""
    together: dict[tuple[str, str | None, str], list[_LetBe]] = {}
    for one in let_be:
        together.setdefault((one.place.path, one.place.commit, one.word), []).append(one)
    for (_, commit, word), alike in together.items():
        first, kinds = alike[0], dict.fromkeys(one.secret.rule for one in alike)
        lines = dict.fromkeys(one.place.line for one in alike)
        what = f"{first.secret.title} ({first.secret.rule}, {first.secret.secret}) is"
        if len(alike) > 1:
            what = f"{len(alike)} secrets ({_listed(kinds)}) in lines {_listed(lines)} are"
        yield note("secret.allowed", f"{what} let be by {word}" + (f", in commit {commit[:12]}" if commit else ""), _origin(first.place))


def _listed(parts: Iterable[object], most: int = 30) -> str:
    words = [str(part) for part in parts]
    return ", ".join([*words[:most], *([f"{len(words) - most} more"] if len(words) > most else [])])


def _finding(one: _Judged) -> Finding:
    secret, first = one.secret, one.places[0]
    evidence = Evidence(secret.name or secret.rule.partition(".")[2], secret.secret)
    fix = None
    if one.level is not Level.NOTE:
        fix = f"Revoke it: {secret.revoke}. " + (_HISTORY_FIX if first.commit else "Read the new one from the environment.")
    return Finding(secret.rule, one.level, _message(one), None if first.commit else _origin(first), None, evidence, fix)


_HISTORY_FIX = "Taking the file away does not help: it stays in every clone."


def _message(one: _Judged) -> str:
    secret, first = one.secret, one.places[0]
    said = f" ({secret.says})" if secret.says else ""
    if first.commit:
        when = f" of {first.date}" if first.date else ""
        where = f" is in the history: {first.path}:{first.line} in commit {first.commit[:12]}{when}"
    else:
        where = "" if one.level is Level.ERROR else _AREAS[area_of(first)]
    vain = "; the comment there does not count: it must name the rule and a reason" if remark_in_vain(first) else ""
    title = "kingfisher found a secret" if secret.rule == SECOND_OPINION else secret.title
    return f"{title}{said}{where}{_others(one.places[1:])}{vain}"


_AREAS = {Area.PRODUCTION: "", Area.DEVELOPMENT: ", in a file for development", Area.ASIDE: ", in tests, examples or documents"}


def _others(places: Sequence[SecretPlace]) -> str:
    if not places:
        return ""
    shown = [f"{place.path}:{place.line}" for place in places[:SHOWN_PLACES]]
    more = [f"{len(places) - SHOWN_PLACES} more"] if len(places) > SHOWN_PLACES else []
    return f"; also in {', '.join([*shown, *more])}"


def _env_files(found: Iterable[_Judged]) -> Iterator[Finding]:
    """A tracked environment file with secrets in it is one mistake of its own, whatever is in it."""
    names: dict[str, list[str]] = {}
    for one in found:
        for place in one.places:
            if one.level is Level.ERROR and place.tracked and not place.commit and is_env_file(place.path):
                names.setdefault(place.path, []).append(one.secret.name or one.secret.rule)
    for path, inside in names.items():
        shown = ", ".join(dict.fromkeys(inside[:SHOWN_PLACES])) + (", …" if len(inside) > SHOWN_PLACES else "")
        yield Finding("secret.env-file-tracked", Level.ERROR, f"{path} is tracked by git and holds live values ({shown})", Origin(path, 1))


def _shortened(findings: Sequence[Finding]) -> Iterator[Finding]:
    """All errors and warnings but the many of one kind in one file, and the first notes."""
    findings = list(_counted(findings))
    notes = [finding for finding in findings if finding.level is Level.NOTE]
    yield from (finding for finding in findings if finding.level is not Level.NOTE)
    yield from notes[:MAX_NOTES]
    if len(notes) > MAX_NOTES:
        yield note("secret.more-notes", f"{len(notes) - MAX_NOTES} more secrets in tests, examples, documents and files for development")


def _counted(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The last of too many of one kind in one file says how many more there are."""
    alike: dict[tuple[str, str, Level], list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.at.path if finding.at else finding.message, finding.level)
        alike.setdefault(key, []).append(finding)
    for (_, path, level), together in alike.items():
        kept = together[: MAX_IN_A_FILE.get(level, len(together))]
        if len(kept) < len(together):
            kept[-1] = replace(kept[-1], message=f"{kept[-1].message}; and {len(together) - len(kept)} more of this kind in {path}")
        yield from kept


def _origin(place: SecretPlace) -> Origin:
    return Origin(place.path, place.line)

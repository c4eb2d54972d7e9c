"""Words and three-valued answers that several security checks share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ready_gate.checks.reading import Seen, only_defaults, settle
from ready_gate.checks.registry import finding, note
from ready_gate.facts.views import Setting, Settings
from ready_gate.model import Finding, Level, Origin, Outcome

# Django's checks that say what an item of the checklist asks for by itself, so that silencing them changes nothing.
UNSILENCED = ("security.W009", "security.W018", "security.W020", "security.W025")
DEVELOPMENT = frozenset(("dev", "devel", "develop", "development", "local", "test", "tests", "testing"))


def is_development(path: str) -> bool:
    """Whether a file's name has a part (`dev_settings.py`), or a folder a name (`settings/development/`), that says it is for development."""
    *folders, name = path.lower().split("/")
    return not DEVELOPMENT.isdisjoint([*folders, *re.split(r"[._-]", name)])


def exactly_true(setting: Setting) -> bool | None:
    """Whether it `is True`, as Django asks; None where that cannot be told."""
    answers = {None if option.kind == "unknown" else option.kind == "bool" and option.value is True for option in setting.possible()}
    return answers.pop() if len(answers) == 1 else None


def doubt(setting: Setting) -> str:
    """Why it could not be worked out."""
    return setting.doubt() or f"{setting.name} could not be worked out"


def shown(setting: Setting) -> str:
    """A value that is no secret, for a sentence."""
    if setting.absent:
        return "not set"
    text = repr(setting.shown())
    text = text if len(text) <= 80 else text[:79] + "…"
    return f"{text} (Django's default)" if setting.is_default else text


def hanging(setting: Setting) -> str:
    """The variables that a value hangs on, as the end of a sentence: those that production sets, with the place, or those that it does not."""
    present = {read.name: read.source for read in setting.reads if read.present}
    missing = dict.fromkeys(read.name for read in setting.missing_reads)
    if present:
        named = [f"{name} ({source})" if source else name for name, source in list(present.items())[:3]]
        return f", from the variable {' and '.join(named)}"
    return f" whenever the variable {' or '.join(list(missing)[:3])} is missing, and nothing known of production sets it" if missing else ""


def file_behind(setting: Setting) -> Origin | None:
    """The line of a file that the code itself loads variables from, where a value of the evaluation without an environment comes from one."""
    sources = [read.source for read in setting.reads if read.present and read.source is not None and not read.source.path.endswith(".py")]
    return sources[0] if sources else None


def must_be_true(settings: Settings, name: str, rule: str, why: str, level: Level = Level.ERROR) -> Iterator[Seen]:
    """A finding where the setting is not exactly True, a doubt where that cannot be told."""
    setting = settings[name]
    answer = exactly_true(setting)
    if answer is None:
        yield doubt(setting)
    elif not answer:
        yield finding(rule, f"{name} is {shown(setting)}{hanging(setting)}: {why}", setting, level=level)


def notes_of_defaults(settings: Settings, *names: str) -> Iterator[Finding]:
    """A note for each setting that is right only because a variable is absent."""
    for name in names:
        setting = settings[name]
        if only_defaults(setting) and setting.known:
            missing = ", ".join(dict.fromkeys(read.name for read in setting.missing_reads))
            yield note(
                "security.rests-on-default", f"{name} is {shown(setting)} by the code's default: nothing known of production sets {missing}", setting
            )


def settled(settings: Settings, seen: Iterable[Seen], good: str) -> Outcome:
    """The outcome of what was seen. What Django's defaults make wrong has no line of its own, and is placed at the settings file; what
    SILENCED_SYSTEM_CHECKS silences is reported instead."""
    start = Origin(settings.path, 1)
    placed = [replace(part, at=start) if isinstance(part, Finding) and part.at is None and part.url is None else part for part in seen]
    return settle([quieted(settings, part) if isinstance(part, Finding) else part for part in placed], good)


def quieted(settings: Settings, seen: Finding) -> Finding:
    """A finding of one of Django's checks as a warning, where the project silences that check and no item asks for the same by itself."""
    silenced = settings["SILENCED_SYSTEM_CHECKS"]
    id = seen.rule.removeprefix("django.")
    if seen.level is not Level.ERROR or id == seen.rule or id in UNSILENCED or not silenced.has(id):
        return seen
    where = f" ({silenced.origin})" if silenced.origin else ""
    return replace(seen, level=Level.WARNING, message=f"{seen.message}; SILENCED_SYSTEM_CHECKS silences {id}{where}, without a reason and a date")

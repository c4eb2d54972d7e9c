"""SECRET_KEY: strong, of production's own, and nowhere in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.checks.provenance import Source, committed_at, source_of
from ready_gate.checks.reading import Seen, unset_here
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, file_behind, hanging, is_development, settled
from ready_gate.checks.security.placeholders import is_placeholder
from ready_gate.facts.views import EnvFile, Environment, Setting, Settings
from ready_gate.model import Finding, Outcome

INSECURE_PREFIX = "django-insecure-"
MIN_LENGTH, MIN_DISTINCT = 50, 5
FEWEST_RANDOM = 24
_WORDS = re.compile(r"\b[A-Z]?[a-z]+\b|[A-Za-z]{4,}|[-. ]")
RANDOM = "random at every start"
IN_SOURCE = ("security.secret-key-literal", "security.secret-key-default", "security.secret-key-tracked")
# Words that stand in made-up keys of tutorials and templates, and in no random one.
TELLTALE = (
    "secret-key",
    "secret_key",
    "secretkey",
    "insecure",
    "not-secret",
    "notsecret",
    "development",
    "supersecret",
    "super-secret",
    "my-secret",
    "mysecret",
)


@check("security.secret-key")
def secret_key(settings: Settings, fallback_settings: Settings, environment: Environment) -> Outcome:
    """SECRET_KEY and its fallbacks are strong, come from the environment alone, and are not shared."""
    key = settings["SECRET_KEY"]
    seen = [*_key(key, environment), *_fallback_keys(settings["SECRET_KEY_FALLBACKS"], environment), *_shared(environment, _variables(key))]
    if not any(isinstance(part, Finding) and part.rule in IN_SOURCE for part in seen):
        seen += _without_environment(fallback_settings["SECRET_KEY"], certain=key.kind != "unknown")
    return settled(settings, seen, "SECRET_KEY is strong" + hanging(key))


def _key(key: Setting, environment: Environment) -> Iterator[Seen]:
    options = [tuple(_one(option, environment)) for option in key.possible()]
    if all(options):
        yield from options[0]
    elif any(options):
        yield doubt(key)


def _one(key: Setting, environment: Environment) -> Iterator[Seen]:
    if key.kind == "unknown" and RANDOM in (key.reason or "") and (environment.known or not key.missing_reads):
        message = "SECRET_KEY is made anew at every start: sessions and tokens end with each restart, and workers do not accept each other's"
        yield finding("security.secret-key-random", message, key.origin)
        return
    if key.kind == "unknown":
        yield doubt(key)
        return
    source = source_of(key, environment)
    if source is Source.EMPTY:
        yield unset_here(key, environment) or finding("django.security.W009", f"SECRET_KEY is empty{hanging(key)}: Django refuses to start", key)
        return
    yield from _strength(key, "SECRET_KEY", "django.security.W009")
    yield from _place(key, source, environment)


def _place(key: Setting, source: Source, environment: Environment) -> Iterator[Seen]:
    if source is Source.LITERAL:
        rule, message = "security.secret-key-literal", f"{key.name} is written in the source: whoever has a copy of the repository can sign sessions"
        yield finding(rule, message, key)
    elif source is Source.DEFAULT:
        yield finding("security.secret-key-default", f"{key.name} is a key from the source{hanging(key)}", key)
    elif source is Source.COMMITTED:
        at = committed_at(key, environment)
        yield finding("security.secret-key-tracked", f"{key.name} comes from {at.path if at else 'a file'}, which is tracked by git", at or key)


def _strength(key: Setting, name: str, rule: str) -> Iterator[Seen]:
    text = key.text
    if text is None:
        if key.kind not in ("object", "bytes"):
            yield finding(rule, f"{name} is no text", key)
        return
    if wrong := _weakness(text):
        yield finding(rule, f"{name} {wrong}{hanging(key)}", key)
    if not text.startswith(INSECURE_PREFIX) and (is_placeholder(text) or _is_made_up(text)):
        yield finding("security.secret-key-known", f"{name} looks like a placeholder or a tutorial's key{hanging(key)}", key)
    elif not wrong and _repeats(text):
        yield finding(rule, f"{name} repeats one short text{hanging(key)}", key)


def _is_made_up(text: str) -> bool:
    """Whether a key is words of a tutorial with hardly anything random beside them."""
    return any(word in text.lower() for word in TELLTALE) and len(_WORDS.sub("", text.replace("_", "-"))) < FEWEST_RANDOM


def _weakness(text: str) -> str | None:
    """What Django's own check says of a key."""
    if text.startswith(INSECURE_PREFIX):
        return f'starts with "{INSECURE_PREFIX}", the mark of a key that startproject made'
    if len(text) < MIN_LENGTH:
        return f"has {len(text)} characters, fewer than {MIN_LENGTH}"
    return f"has only {len(set(text))} different characters" if len(set(text)) < MIN_DISTINCT else None


def _repeats(text: str) -> bool:
    return 0 < (text + text).find(text, 1) <= len(text) // 2 or any(text[:size] * 3 == text[: size * 3] for size in range(1, len(text) // 3 + 1))


def _fallback_keys(keys: Setting, environment: Environment) -> Iterator[Seen]:
    for option in keys.possible():
        if option.kind == "unknown" or option.rest:
            yield doubt(option)
        for item in option.items:
            if item.kind in ("unknown", "choice"):
                yield doubt(item)
            else:
                yield from _strength(item, item.name, "django.security.W025")
                yield from _place(item, source_of(item, environment), environment)


def _without_environment(fallback: Setting, *, certain: bool) -> Iterator[Seen]:
    """What the key is when no variable is set: a variable without a default stops the start, which is safe. Not `certain`: the key with its variables
    is a doubt by itself, which does not have to be told twice."""
    known = [option for option in fallback.possible() if option.text]
    for option in known[:1]:
        if file := file_behind(option):
            yield finding("security.secret-key-tracked", f"without its variable, SECRET_KEY comes from {file.path}, which is in the repository", file)
            continue
        names = " or ".join(dict.fromkeys(read.name for read in fallback.missing_reads))
        when = f"when {names} is missing" if names else "when no environment variable is set"
        report = warning if option.origin and is_development(option.origin.path) else finding
        yield report("security.secret-key-default", f"the code falls back to a key from the source {when}", option)
    if not known and fallback.kind == "unknown" and not any(not read.has_default for read in fallback.missing_reads):
        if RANDOM in (fallback.reason or ""):
            yield warning("security.secret-key-random", "without its variable, SECRET_KEY is made anew at every start", fallback.origin)
        elif certain:
            yield f"without its environment variables, {doubt(fallback)}"


def _variables(key: Setting) -> list[str]:
    return list(dict.fromkeys([*(read.name for read in key.reads if read.kind == "variable"), "SECRET_KEY", "DJANGO_SECRET_KEY"]))


def _shared(environment: Environment, names: list[str]) -> Iterator[Seen]:
    """The production key in another environment's file too, under one of these names that hold keys."""
    names = [name for name in names if "KEY" in name.upper() or "SECRET" in name.upper()]
    for name in names:
        here = environment.variables.get(name)
        for file in environment.files:
            other = file.variables.get(name)
            if here and other and other.value == here.value and len(here.value) >= 8 and _another(file, environment):
                where = here.at.path if here.at else "the production environment"
                yield finding("security.secret-key-shared", f"{name} is the same key in {where} and in {file.path}", other.at)


def _another(file: EnvFile, environment: Environment) -> bool:
    return environment.file is not None and file.path != environment.file.path

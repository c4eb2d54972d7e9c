"""One requirement as it stands in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.facts.views import Requirement
from ready_gate.model import Origin

_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,100})\s{0,10}(?:\[([^\]]{0,200})\])?\s{0,10}(.{0,300})")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]{0,100})")
_REPOSITORY = re.compile(r"git\+\S{1,300}/([A-Za-z0-9][A-Za-z0-9_-]{0,100})(?:\.git)?(?:@\S{0,200})?$")
_ELSEWHERE = re.compile(r"(sys_platform|platform_system|os_name)\s*==\s*[\"'](win32|Windows|nt|darwin|Darwin)[\"']")
_INSTALL = re.compile(r"\bpip3?\s+(?:install|wheel)\s+([^&|;\n]{1,2000})|\b(?:uv|poetry|pipenv)\s+(?:pip\s+install|add|install)\s+([^&|;\n]{1,2000})")
_CONTINUED = re.compile(r"\\\n(?:[ \t]*#[^\n]*\n)*")  # a Dockerfile's comments may stand between the lines of a command
_OPTIONS = """
    -r --requirement --requirements -c --constraint --constraints -b --build-constraints --overrides --excludes -t --target --prefix --root --src
    -i --index-url --extra-index-url --index --default-index -f --find-links --index-strategy --keyring-provider --trusted-host --proxy --cert
    --client-cert -w --wheel-dir -d --dest --cache-dir --log --timeout --retries --exists-action --progress-bar --python -p --python-version
    --python-platform --python-preference --platform --implementation --abi --no-binary --only-binary --config-settings --config-setting -C
    --global-option --upgrade-strategy --report --group -G --extra -E --optional --source --link-mode --resolution --prerelease --fork-strategy
    --exclude-newer --directory --project --config-file --no-build-package --no-binary-package --refresh-package --reinstall-package
    --upgrade-package -P --color --use-feature --use-deprecated --branch --tag --rev --marker --script --package
"""
_WITH_VALUE = frozenset(_OPTIONS.split())  # options of pip, uv, poetry and pipenv whose value follows as a word
_REDIRECTION = re.compile(r"(?<!\S)\d?>{1,2}[ \t]{0,5}\S{1,300}")
# What an extra of a distribution installs, for those that a check asks for by their own name.
EXTRAS = {
    ("psycopg", "binary"): "psycopg-binary",
    ("psycopg", "c"): "psycopg-c",
    ("psycopg", "pool"): "psycopg-pool",
    ("celery", "redis"): "redis",
    ("uvicorn", "standard"): "uvloop",
    ("django-storages", "s3"): "boto3",
    ("django-storages", "boto3"): "boto3",
    ("djangorestframework-simplejwt", "crypto"): "cryptography",
}


def normal(name: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_line(line: str, path: str, number: int) -> Iterator[Requirement]:
    """The requirement of a line with the extras that count by themselves; nothing for options, comments and other platforms' packages."""
    text = re.split(r"\s#|^#", line.strip().removesuffix("\\"), maxsplit=1)[0].strip()
    if text.startswith(("-e ", "--editable ")):
        text = text.split(None, 1)[1]
    if not text or text.startswith("-") or _ELSEWHERE.search(text):
        return
    at = Origin(path, number)
    address = _EGG.search(text) or (_REPOSITORY.search(text) if text.startswith("git+") else None)
    if address:
        yield Requirement(normal(address[1]), f"@{text}", at)
    elif "://" in text.split("@")[0] or text.startswith((".", "/")):
        return
    elif match := _LINE.match(text):
        yield from named(match[1], match[2] or "", match[3], at)


def named(name: str, extras: str, rest: str, at: Origin) -> Iterator[Requirement]:
    """A requirement by its parts, and what its extras install."""
    specifier = re.split(r"\s--hash|;", rest, maxsplit=1)[0].strip().strip("()").replace(" ", "")
    base = normal(name)
    yield Requirement(base, specifier, at)
    for extra in extras.split(","):
        if (base, normal(extra.strip())) in EXTRAS:
            yield Requirement(EXTRAS[base, normal(extra.strip())], "", at, by_extra=True)


def piped_installs(text: str, path: str) -> Iterator[Requirement]:
    """What deploy files install by name: `pip install gunicorn`."""
    for match in _INSTALL.finditer(_CONTINUED.sub(lambda found: " " * len(found[0]), text)):
        number = text.count("\n", 0, min(match.start(), len(text))) + 1
        skip = False
        for word in _REDIRECTION.sub(" ", match[1] or match[2]).split()[:100]:
            if not skip and not word.startswith(("-", ".", "/", "$")) and re.fullmatch(r"[A-Za-z0-9][\w.\[\]=<>~!,\"'-]{0,100}", word.strip("\"'")):
                yield from parse_line(word.strip("\"'"), path, number)
            skip = word in _WITH_VALUE

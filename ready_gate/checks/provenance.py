"""Where a credential comes from: production's environment, a literal in the source, or the default of a variable that is absent."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from enum import Enum
from urllib.parse import unquote, unquote_plus

from ready_gate.checks.reading import empty, only_defaults
from ready_gate.facts.views import Environment, Read, Setting
from ready_gate.model import Origin


class Source(Enum):
    """The kinds of places a credential comes from."""

    ENVIRONMENT = "the environment"
    LITERAL = "a literal"
    DEFAULT = "a default"
    COMMITTED = "a committed file"
    EMPTY = "nothing"
    UNKNOWN = "unknown"


_CARRIER = re.compile(r"PASS|PW|SECRET|KEY|TOKEN|CREDENTIAL|UR[IL]$|DSN|DATABASE|(^|_)DB$", re.I)


def left_to_variable(setting: Setting, environment: Environment) -> bool:
    """Whether a value that is empty or not known here is what one variable, named like a credential or an address, holds in production: one that
    deploy files leave to the server, or any while nothing is known of production."""
    names = {read.name for read in setting.reads}
    plain = empty(setting) or not any(read.has_default and not read.present for read in setting.reads)
    open_ = not environment.known or names <= environment.doubtful.keys()
    return len(names) == 1 and plain and open_ and all(read.kind == "variable" and _CARRIER.search(read.name) for read in setting.reads)


def source_of(setting: Setting, environment: Environment) -> Source:
    """Where one value (not one of several) comes from.

    A value can hang on a variable without being its text (`if os.environ["STAGE"] == "live": KEY = "literal"`), so that a read alone proves
    nothing: the text has to be found in what the variable holds.
    """
    if setting.kind == "unknown" or setting.rest:
        return Source.UNKNOWN
    if empty(setting):
        return Source.EMPTY
    if only_defaults(setting):
        return Source.DEFAULT
    present = [read for read in setting.reads if read.present]
    if any(read.kind == "file" for read in present):
        return Source.ENVIRONMENT
    carrying = [read for read in present if _carries(read, str(setting.value), environment)]
    if not carrying:
        return Source.LITERAL
    if any(read.source and read.source.path.endswith(".py") for read in carrying):
        return Source.LITERAL
    return Source.COMMITTED if committed_at(setting, environment) else Source.ENVIRONMENT


def committed_at(setting: Setting, environment: Environment) -> Origin | None:
    """The line of a tracked file that gives a value its text: a compose file, a manifest, an environment file that git tracks."""
    for read in setting.reads:
        if read.present and read.source and _committed(read.source.path, environment) and _carries(read, str(setting.value), environment):
            return read.source
    return None


def _committed(path: str, environment: Environment) -> bool:
    for file in environment.files:
        if file.path == path:
            return file.tracked is True and not file.template
    name = path.rsplit("/", 1)[-1].lower()
    return (name.endswith((".yml", ".yaml", ".service", ".tf", ".sh", ".conf", ".json")) and not name.startswith(".ready-gate")) or name.startswith(
        "dockerfile"
    )


def _carries(read: Read, text: str, environment: Environment) -> bool:
    variable = environment.variables.get(read.name)
    if variable is None:
        return True  # set by the code itself (load_dotenv of a file of its own): its text is not at hand
    wanted = text.strip().casefold()
    return any(wanted in form or (len(form) >= 4 and form in wanted) for form in _forms(variable.value))


def _forms(text: str) -> Iterator[str]:
    """A variable's text, and what it may have been decoded to."""
    stripped = text.strip()
    yield from (form.casefold() for form in dict.fromkeys((stripped, unquote(stripped), unquote_plus(stripped))))
    try:
        yield base64.b64decode(stripped, validate=True).decode().strip().casefold()
    except (binascii.Error, ValueError):
        pass
    try:
        yield json.dumps(json.loads(stripped), ensure_ascii=False).casefold()
    except (ValueError, RecursionError):
        pass

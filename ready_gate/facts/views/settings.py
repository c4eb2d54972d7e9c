"""Settings as production would hold them, with where each value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from ready_gate.facts.views.environment import Variable
from ready_gate.model import Origin, names_a_secret

UNSET = "it is set on some paths only"
HIDDEN = " could not be worked out: "  # between what is not known, and why


@dataclass(frozen=True)
class Read:
    """One read of a variable (or of an untracked file, `kind="file"`) that a value came through.

    `at` is the line that reads; `source` says where production sets it (`.env.production:3`), None when it does not;
    `has_default` whether the code gives a default for the case that it is absent, `raises` whether it stops there without the variable.
    """

    name: str
    present: bool
    at: Origin | None = None
    source: Origin | None = None
    has_default: bool = True
    kind: str = "variable"
    raises: bool = False


class Shuffled(str):
    """Why a list is only partly known that came out of a set: its elements are (all of them, where it is `whole`), but not their order."""

    whole: bool

    def __new__(cls, reason: str, *, whole: bool = True) -> Shuffled:
        """The reason as a text like any other."""
        made = super().__new__(cls, reason)
        made.whole = whole
        return made


class State(Enum):
    """How much of a value is known."""

    KNOWN = "known"
    PARTLY = "partly-known"
    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True)
class Setting:
    """A setting, or a part of one, as the production project would hold it.

    `kind` is the Python type's name for what is known (`bool`, `str`, `list`, `tuple`, `set`, `dict`, `NoneType`, `timedelta`, `Path`,
    `object` for anything else, whose `value` is then a dotted name or source text), `choice` for one of a few (`items` holds them),
    `unknown` (with `reason`) or `absent`. Containers hold `items` or `entries`; `rest` says why there may be more in them (anywhere between them),
    or, where they are not `ordered`, why nobody knows the order; `maybe` what that may be, and nothing else (None: anything).
    `is_default` marks what Django or a library fills in because the project does not set it.
    """

    name: str
    kind: str
    value: object = None
    items: tuple[Setting, ...] = ()
    entries: tuple[tuple[object, Setting], ...] = ()
    rest: str | None = None
    reason: str | None = None
    origins: tuple[Origin, ...] = ()
    reads: tuple[Read, ...] = ()
    is_default: bool = False
    maybe: tuple[Setting, ...] | None = None

    @property
    def absent(self) -> bool:
        """Neither set nor filled in by a default."""
        return self.kind == "absent"

    @property
    def state(self) -> State:
        """Known means known all the way down."""
        if self.kind in ("absent", "unknown"):
            return State.ABSENT if self.absent else State.UNKNOWN
        if self.kind == "choice" or self.rest or any(part.state is not State.KNOWN for part in self.parts()):
            return State.PARTLY
        return State.KNOWN

    @property
    def known(self) -> bool:
        """Known all the way down."""
        return self.state is State.KNOWN

    @property
    def origin(self) -> Origin | None:
        """The line that decides it: the last one that set it."""
        return self.origins[-1] if self.origins else None

    def parts(self) -> tuple[Setting, ...]:
        """The direct children."""
        return self.items + tuple(child for _, child in self.entries)

    def possible(self) -> tuple[Setting, ...]:
        """The values it may hold: itself, or each of the few."""
        return tuple(leaf for item in self.items for leaf in item.possible()) if self.kind == "choice" else (self,)

    @property
    def missing(self) -> str | None:
        """Why there may be more in it than is known here."""
        return None if isinstance(self.rest, Shuffled) and self.rest.whole else self.rest

    @property
    def ordered(self) -> bool:
        """Whether its elements stand in the order in which they are given here."""
        return not isinstance(self.rest, Shuffled)

    @property
    def truth(self) -> bool | None:
        """Python's truth value, None where that cannot be told. An absent one is false."""
        if self.kind == "choice":
            truths = {option.truth for option in self.possible()}
            return truths.pop() if len(truths) == 1 else None
        if self.absent:
            return False
        if self.kind == "unknown":
            return None
        if self.kind in ("list", "tuple", "set", "dict"):
            return True if self.items or self.entries else None if self.rest else False
        return True if self.kind in ("object", "Path") else bool(self.value)

    @property
    def text(self) -> str | None:
        """The string, if it is one for sure."""
        return str(self.value) if self.kind in ("str", "Path") else None

    @property
    def number(self) -> float | None:
        """The number (a timedelta's seconds), if it is one for sure. Booleans are not numbers here."""
        return float(self.value) if self.kind in ("int", "float", "timedelta") and isinstance(self.value, (int, float)) else None

    def get(self, *path: object) -> Setting:
        """The entry under a key (or element under an index), level by level.

        Missing in a known container → absent; in a partly known or unknown one → unknown, with the reason.
        """
        here = self
        for key in path:
            here = here._child(key)
        return here

    def _child(self, key: object) -> Setting:
        name = f"{self.name}[{key}]" if isinstance(key, int) else f"{self.name}.{key}"
        for entry, child in self.entries:
            if entry == key:
                return child
        if isinstance(key, int) and not self.rest and -len(self.items) <= key < len(self.items) and self.kind in ("list", "tuple"):
            return self.items[key]
        if self.kind == "choice":
            options = tuple(option._child(key) for option in self.items)
            first = options[0]
            agreed = all(option == first for option in options)
            return first if agreed else Setting(name, "choice", items=options, origins=self.origins, reads=self.reads)
        reason = self.reason if self.kind == "unknown" else self.rest
        if reason:
            return Setting(name, "unknown", reason=reason, origins=self.origins, reads=self.reads)
        return Setting(name, "absent", origins=self.origins, reads=self.reads)

    def has(self, wanted: object | Callable[[object], bool]) -> bool | None:
        """Whether a container holds an element (or key) equal to `wanted`, or for which `wanted` is true. None: cannot be told."""
        test = wanted if callable(wanted) else lambda value: value == wanted
        if self.absent or self.kind == "NoneType":
            return False
        if self.kind == "choice":
            answers = {option.has(wanted) for option in self.possible()}
            return answers.pop() if len(answers) == 1 else None
        if self.kind not in ("list", "tuple", "set", "dict"):
            return None
        seen: set[bool | None] = {bool(test(key)) for key, _ in self.entries}
        seen |= {item._fits(test) for item in self.items}
        if True in seen:
            return True
        vague = self.missing and (self.maybe is None or any(other._fits(test) is not False for other in self.maybe))
        return None if vague or None in seen else False

    def _fits(self, test: Callable[[object], object]) -> bool | None:
        """Whether it passes as an element of a container."""
        if self.kind == "choice":
            answers = {option._fits(test) for option in self.possible()}
            return answers.pop() if len(answers) == 1 else None
        if self.state is State.KNOWN:
            return bool(test(self.value))
        return False if self.kind in ("dict", "list", "tuple") else None

    def walk(self) -> Iterator[Setting]:
        """Itself and everything inside it, depth first."""
        yield self
        for part in self.parts():
            yield from part.walk()

    def doubt(self) -> str | None:
        """Why it is not fully known, in one line with the place; None when it is."""
        for part in self.walk():
            why = part.reason if part.kind == "unknown" else part.rest
            place = f" ({part.origin})" if part.origin and part.origin.path not in (why or "") else ""
            if why:
                return f"{part.name}{HIDDEN}{why}{place}"
            if part.kind == "choice":
                hidden = part.hidden_option
                return f"{part.name}{HIDDEN}{hidden}{place}" if hidden else f"{part.name} is {part.several()}{place}"
        return None

    @property
    def hidden_option(self) -> str | None:
        """Of a choice: why one of the options is not known."""
        return next((option.reason for option in self.possible() if option.kind == "unknown" and option.reason not in (None, UNSET)), None)

    def several(self) -> str:
        """Of a choice: what decides between the values."""
        variables = [read for read in self.reads if read.kind == "variable"]
        names = list(dict.fromkeys(read.name for read in [read for read in variables if not read.present] or variables))
        return f"one of several values, depending on {', '.join(names[:3]) or 'what could not be worked out'}"

    @property
    def from_environment(self) -> bool:
        """Whether (some of) it comes from a variable that production sets, or from an untracked file."""
        return any(read.present for read in self.reads)

    @property
    def missing_reads(self) -> tuple[Read, ...]:
        """The variables it hangs on that production does not set."""
        return tuple(read for read in self.reads if not read.present)

    def plain(self) -> object:
        """The value as plain Python (unknown parts as None)."""
        if self.kind == "dict":
            return {key: child.plain() for key, child in self.entries}
        if self.kind in ("list", "tuple", "set"):
            return [item.plain() for item in self.items]
        return self.value

    def shown(self) -> object:
        """The value for evidence: like `plain`, with everything under a secret-looking name left out."""
        if self.kind == "dict":
            return {key: "…" if names_a_secret(str(key)) else child.shown() for key, child in self.entries}
        if self.kind in ("list", "tuple", "set"):
            return [item.shown() for item in self.items]
        if self.kind == "timedelta" and isinstance(self.value, (int, float)):
            return timedelta(seconds=self.value)
        return f"({self.reason})" if self.kind == "unknown" else self.value


@dataclass(frozen=True)
class Called:
    """A call of something outside the project that ran while the settings were read, e.g. `sentry_sdk.init`."""

    name: str
    arguments: tuple[Setting, ...]
    keywords: Mapping[str, Setting]
    at: Origin
    certain: bool = True


@dataclass(frozen=True)
class Asked:
    """A variable that was asked for while the settings were read: the line, whether its absence is provided for there, and whether the line runs
    for sure. The name is `*` where it could not be told."""

    name: str
    at: Origin
    has_default: bool = True
    certain: bool = True


@dataclass(frozen=True)
class Refusal:
    """A line where the settings certainly stop with an exception that nobody handles, and the variables that they stop for, absent or unfit."""

    at: Origin | None
    message: str
    reads: tuple[Read, ...]


@dataclass(frozen=True)
class Settings:
    """The effective production settings: what the project sets, then Django's and the libraries' defaults.

    `module` is the dotted settings module, `path` its file, `django` the version the defaults belong to. `problems` are places that could
    not be read (syntax errors, missing modules), each one line; `calls` what was called of other packages on the way; `exported` the variables that
    the settings themselves put into the environment, `asked` those that they asked for, `refusals` where they would not go on.
    """

    module: str
    path: str
    values: Mapping[str, Setting]
    defaults: Mapping[str, Setting] = field(default_factory=dict)
    django: str | None = None
    problems: tuple[str, ...] = ()
    calls: tuple[Called, ...] = ()
    files: tuple[str, ...] = ()
    incomplete: str | None = None
    exported: Mapping[str, Variable] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def __getitem__(self, name: str) -> Setting:
        """The effective value. One that nothing sets is absent, or unknown when part of the settings could not be read
        (`incomplete` says why)."""
        if name in self.values:
            return self.values[name]
        if self.incomplete:
            return Setting(name, "unknown", reason=self.incomplete, origins=(Origin(self.path, 1),))
        if name in self.defaults:
            return self.defaults[name]
        return Setting(name, "absent", origins=(Origin(self.path, 1),))

    def is_set(self, name: str) -> bool:
        """Whether the project itself sets it."""
        return name in self.values

    def installed(self, *names: str) -> bool | None:
        """Whether one of these apps is in INSTALLED_APPS (given by name or by AppConfig path)."""
        return self["INSTALLED_APPS"].has(lambda app: isinstance(app, str) and any(app == n or app.startswith(n + ".") for n in names))

    def middleware(self, *names: str) -> bool | None:
        """Whether one of these dotted classes is in MIDDLEWARE."""
        return self["MIDDLEWARE"].has(lambda entry: entry in names)

    def called(self, *names: str) -> tuple[Called, ...]:
        """The calls of these dotted names."""
        return tuple(call for call in self.calls if call.name in names)

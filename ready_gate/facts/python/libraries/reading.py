"""How packages that read the environment look a variable up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ready_gate.facts.python.libraries import Call, Runtime
from ready_gate.facts.python.libraries.environment import present
from ready_gate.facts.python.libraries.lifting import outside_file, text_of
from ready_gate.facts.python.values import Choice, Scalar, Unknown, Value, scalar
from ready_gate.facts.views import Variable


@dataclass(frozen=True)
class Found:
    """What a look-up gave: the raw value (or the default, with the read noted on it), and whether production sets the variable."""

    value: Value
    present: bool | None

    @property
    def text(self) -> str | None:
        """The variable's text, where it is set and known."""
        return text_of(self.value) if self.present else None


def look_up(call: Call, name: str | Value, default: Value | None) -> Found:
    """Read a variable. Without a default an absent one is Unknown."""
    key = Scalar(name) if isinstance(name, str) else name
    value = call.run.read_variable(key, call.at, default)
    return Found(value, present(call, key))


def secret_file(call: Call, name: str, *, strip: bool = False) -> Value | None:
    """The content of the file that `NAME_FILE` names; None where that variable is not set (or empty)."""
    found = look_up(call, f"{name}_FILE", scalar(None, at=call.at))
    if found.present is False or found.text == "":
        return None
    text = call.run.read_text(found.value) if found.text else None
    if text is None:
        return outside_file(call, found.value)
    return scalar(text.strip() if strip else text, found.value, at=call.at)


def load_variables(call: Call, path: Value, variables: Mapping[str, str | Unknown], *, override: bool = False) -> None:
    """Add the variables of a file to the environment, with the file as their origin."""
    run = call.run
    for name, value in variables.items():
        if not override and _is_set(run, name, path):
            continue
        if isinstance(value, Unknown):
            run.environment.pop(name, None)
            run.doubtful[name] = value.reason
        else:
            run.doubtful.pop(name, None)
            run.environment[name] = Variable(name, value, path.origins[-1] if path.origins else call.at)


def _is_set(run: Runtime, name: str, path: Value) -> bool:
    """Whether something sets the variable before the file does. What was taken from the same file is read once more, in the project's own way."""
    before = run.environment.get(name)
    again = before is not None and before.at is not None and any(origin.path == before.at.path for origin in path.origins)
    return not again and (before is not None or name in run.doubtful)


def doubt_variables(call: Call, options: Choice, names: Mapping[str, object]) -> None:
    """One of a few files was loaded, not known which: what they set is not known where production does not set it."""
    for name in names:
        if name not in call.run.environment:
            call.run.doubtful.setdefault(name, "set in one of several files, not known which")

"""`re` on known texts, with patterns that cannot run for long; all others are kept with their pattern and answer nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import NotKnownError, answer, instance, lift, plain, pure
from ready_gate.facts.python.values import Instance, Scalar, Value

PATTERN = "re.Pattern"
# One quantifier is at worst quadratic in the text's length, two that are not nested are cubic.
LIMITS = {0: 100_000, 1: 2_000, 2: 200}
MODELS.aliases |= {"regex": "re"}
MODELS.constants |= {f"re.{name}": int(flag) for name, flag in re.RegexFlag.__members__.items()}
pure("re.escape", re.escape)


def harmless(pattern: str, text: str) -> bool:
    """Whether matching is certain to end soon."""
    quantifiers = sum(pattern.count(sign) for sign in "*+?{")
    nested = "(" in pattern and (quantifiers > 1 or (quantifiers == 1 and "|" in pattern))
    return len(pattern) <= 100 and not nested and len(text) <= LIMITS.get(quantifiers, 0)


@models("re.compile")
def compile_pattern(call: Call) -> Value:
    """Kept with its arguments."""
    return instance(call, PATTERN)


def _arguments(call: Call) -> tuple[re.Pattern[str], list[object]] | None:
    given = [*(call.receiver.args[:1] if isinstance(call.receiver, Instance) else []), *call.args]
    if call.open or call.keywords or (isinstance(call.receiver, Instance) and (len(call.receiver.args) != 1 or call.receiver.keywords)):
        return None
    try:
        pattern, *rest = [plain(value) for value in given]
        text = rest[-1] if rest else None
        if isinstance(pattern, str) and isinstance(text, str) and all(isinstance(part, str) for part in rest) and harmless(pattern, text):
            return re.compile(pattern), rest
    except (NotKnownError, ValueError, re.error, RecursionError, OverflowError):
        return None
    return None


@models(*(f"{home}.{name}" for home in ("re", PATTERN) for name in ("match", "search", "fullmatch", "sub", "split", "findall")))
def use(call: Call) -> Value:
    """Matching, splitting and replacing without flags."""
    method = call.name.rpartition(".")[2]
    arguments = _arguments(call)
    if arguments is None or len(arguments[1]) != (2 if method == "sub" else 1):
        return call.unknown(f"re.{method} with a pattern or a text that is not followed")
    pattern, rest = arguments
    try:
        result = getattr(pattern, method)(*rest)
    except (re.error, IndexError):
        return call.unknown(f"re.{method} raises an error")
    if isinstance(result, re.Match):
        groups: dict[str, Value] = {str(index): lift(result.group(index), *call.sources(), at=call.at) for index in range(pattern.groups + 1)}
        groups |= {name: lift(result.group(name), *call.sources(), at=call.at) for name in pattern.groupindex}
        return instance(call, "re.Match", call.args, {}, groups)
    return answer(call, result)


@models("re.Match.group", "re.Match.__getitem__")
def group(call: Call) -> Value:
    """One group of a match."""
    index = call.plain(0, default=0)
    groups = call.receiver.attributes if isinstance(call.receiver, Instance) else {}
    return groups[str(index)] if len(call.args) < 2 and str(index) in groups else call.unknown("a group of a match that is not known")


@models("re.Match.groups")
def all_groups(call: Call) -> Value:
    """All groups of a match."""
    found: Iterable[tuple[str, Value]] = call.receiver.attributes.items() if isinstance(call.receiver, Instance) else []
    return answer(call, tuple(value.value for name, value in found if name.isdigit() and name != "0" and isinstance(value, Scalar)))


MODELS.pure |= {name for name in MODELS.functions if name.startswith("re.")}

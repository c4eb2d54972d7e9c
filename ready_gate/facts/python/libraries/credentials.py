"""Comparing what a caller sends with what only the server knows."""

from __future__ import annotations

from ready_gate.facts.python.libraries import Call, models
from ready_gate.facts.python.values import Answer, Part, Scalar, Unknown, Value


@models("hmac.compare_digest", "secrets.compare_digest", "django.utils.crypto.constant_time_compare")
def compared(call: Call) -> Value:
    """Whether both are the same. Nothing is what no secret and no digest is, whatever it is."""
    first, second = call.argument(0, "val1") or call.argument(0, "a"), call.argument(1, "val2") or call.argument(1, "b")
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        return call.known(first.value == second.value)
    nothing = any(isinstance(side, Scalar) and not side.value for side in (first, second))
    hidden = any(isinstance(side, (Unknown, Answer, Part)) for side in (first, second))
    return call.known(False) if nothing and hidden and getattr(call.run, "lazy", False) else call.unknown("a secret that is not known")

"""A secret never shows itself."""

import copy
import dataclasses
import json
import pickle
import traceback

import pytest

from ready_gate.secret import Secret

TEXT = "hunter2-and-a-long-tail"


@dataclasses.dataclass(frozen=True)
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        "{}".format,
        "{:>60}".format,
        lambda secret: f"{secret!r} {secret!s} {secret!a}",
        "%s".__mod__,
        lambda secret: repr([secret]) + str({"a": secret}) + str({secret: 1}),
        lambda secret: repr(Holder(secret)),
        lambda secret: repr(dataclasses.asdict(Holder(secret))) + repr(dataclasses.astuple(Holder(secret))),
        lambda secret: repr(dataclasses.replace(Holder(secret))),
        lambda secret: repr(copy.copy(secret)) + repr(copy.deepcopy([secret])),
        lambda secret: pickle.dumps(Holder(secret)).decode("latin-1"),
        lambda secret: json.dumps(Holder(secret), default=str),
        lambda secret: json.dumps(Holder(secret), default=lambda held: getattr(held, "__dict__", None) or str(held)),
        lambda secret: "".join(traceback.format_exception(ValueError(secret))),
        lambda secret: "".join(traceback.TracebackException.from_exception(_raised(secret), capture_locals=True).format()),
    ],
)
def test_what_it_shows_is_four_characters_at_most(show):
    shown = show(Secret(TEXT))
    assert "hunt" in shown and TEXT[:5] not in shown and TEXT[5:] not in shown


def _raised(secret):
    try:
        raise ValueError(secret)
    except ValueError as error:
        return error


def test_a_short_one_shows_nothing_of_itself():
    assert str(Secret("pa55word")) == "… (8 characters)"


def test_it_is_compared_by_a_hash_under_a_key_of_this_run():
    assert Secret("one") == Secret(b"one") and len({Secret("one"), Secret("one"), Secret("two")}) == 2
    assert Secret("one") != "one" and "one" not in Secret("one").id


def test_letters_that_would_break_a_line_are_not_shown():
    assert str(Secret("a\nb\x1bcdefghijkl")).startswith("a?b?…")

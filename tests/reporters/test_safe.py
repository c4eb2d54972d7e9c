from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ready_gate.reporters import safe

NASTY = st.text(st.one_of(st.characters(), st.sampled_from(list("\x1b[]m\x07\x9b`|\\<>&@#:*_~![]()$\n\r\t 1aw.\u202e\u200b\ud800"))), max_size=60)


@given(NASTY)
def test_plain_text_is_one_visible_line(text: str) -> None:
    made = safe.plain(text)
    assert not {unicodedata.category(letter) for letter in made} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert "##[" not in made
    assert safe.plain(made) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;never closed", "0;never closed"),
        ("a\x9b31mb", "ab"),
        ("one\r\n\ttwo", "one two"),
        ("user\u202eexe.txt", "userexe.txt"),
        ("##[error]x", "## [error]x"),
        ("naïve café ₹ 100", "naïve café ₹ 100"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(text: str, made: str) -> None:
    assert safe.plain(text) == made


@given(NASTY)
def test_no_line_is_a_command(text: str) -> None:
    assert not any(line.lstrip().startswith("::") for line in safe.no_commands(text).split("\n"))


def rendered(markdown: str) -> str:
    """What a reader would see of escaped text: backslash escapes and entities undone. Fails where markup is left."""
    bare = re.sub(r"\\([\\`*_\[\]~])", lambda match: f"&#{ord(match.group(1))};", markdown)
    assert not re.search(r"[`*_\[\]~<>|$]|://|@(?!&#8203;)|(?<!&)#\d", bare), bare
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match.group(1))), bare)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


@given(NASTY)
def test_escaped_text_means_nothing_to_markdown_and_reads_the_same(text: str) -> None:
    assert rendered(safe.escaped(text)) == safe.plain(text)


@given(NASTY)
def test_prose_is_escaped_outside_of_its_code(text: str) -> None:
    made = safe.prose(text)
    outside = re.sub(r"<code>[^<]*</code>", "", made)
    outside = re.sub(r"(?<!\\)`[^`]+`", "", outside)
    rendered(outside)
    assert "|" not in made


@given(NASTY)
def test_a_code_span_cannot_be_left(text: str) -> None:
    made = safe.code(text)
    assert "|" not in made
    if made.startswith("<code>"):
        assert re.fullmatch(r"<code>([\w ]|&#\d+;)*</code>", made)
        return
    fence = re.match(r"`+", made)
    assert fence
    inside = made[fence.end() : -fence.end()]
    assert made.endswith(fence.group())
    assert fence.group() not in re.findall(r"`+", inside)
    assert inside.strip() == safe.plain(text).strip()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("set `DEBUG=False` now", "set `DEBUG=False` now"),
        ("`a`", "`a`"),
        ("an odd ` tick", "an odd \\` tick"),
        ("``", "\\`\\`"),
        ("ask @acme/ops about #12", "ask @&#8203;acme/ops about #&#8203;12"),
        ("`@acme`", "`@acme`"),
        ("`a|b`", "<code>a&#124;b</code>"),
    ],
)
def test_prose(text: str, made: str) -> None:
    assert safe.prose(text) == made


def test_clip() -> None:
    assert safe.clip("abcdef", 6) == "abcdef"
    assert safe.clip("abcdefg", 6) == "abcde…"

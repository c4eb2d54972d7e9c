"""Making text from outside harmless in a terminal, in a job's log and in Markdown."""

from __future__ import annotations

import re
import unicodedata

# What a terminal would obey: CSI and OSC sequences, then any other escape.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]?|\x9b[0-?]*[ -/]*[@-~]")
# Categories that are invisible, unpaired, private or unassigned; what turns the direction of writing is among Cf.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_COMMAND_START = re.compile(r"^([^\S\n]*)::", re.M)
_ZERO_WIDTH = "&#8203;"  # parts what GitHub would make a mention or a reference of; written as an entity, since plain text loses the real one


def plain(text: str) -> str:
    """One line of visible characters: no control characters, no escapes, no bidirectional controls, no old-style workflow command."""
    text = _ESCAPES.sub("", text)
    text = "".join(" " if letter.isspace() else "" if unicodedata.category(letter) in _UNSEEN else letter for letter in text)
    return " ".join(text.split()).replace("##[", "## [")


def plain_lines(text: str) -> list[str]:
    """The lines of a longer text, each made `plain` with its indentation kept."""
    return [" " * (len(line) - len(line.lstrip(" "))) + plain(line) for line in text.expandtabs(4).splitlines()]


def clip(text: str, length: int) -> str:
    """At most `length` characters, the last one `…` where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def no_commands(text: str) -> str:
    """The text without lines that a workflow runner would take for its commands (`::error::…`): their colons become one character like them."""
    return _COMMAND_START.sub(r"\1∷", text)


def escaped(text: str) -> str:
    """Text for Markdown that means nothing to it: no markup, no HTML, no link, no mention, no reference."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;").replace("|", "&#124;")
    text = re.sub(r"([\\`*_\[\]~])", r"\\\1", text)
    text = text.replace("@", f"@{_ZERO_WIDTH}").replace("://", "&#58;//")
    text = re.sub(r"(?i)\bwww\.", "www&#46;", text)
    return re.sub(r"(?<!&)#(?=\d)|(?<=\bGH)-(?=\d)", lambda match: match.group() + _ZERO_WIDTH, text)


def code(text: str) -> str:
    """A code span that holds the text as it is, fit for a table too."""
    text = plain(text)
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") or not text else ""
    if "|" in text:  # a backslash before a pipe is seen in a code span outside of tables, and unseen in one inside
        return "<code>" + "".join(f"&#{ord(letter)};" if not letter.isalnum() and letter != " " else letter for letter in text) + "</code>"
    return f"{fence}{padding}{text}{padding}{fence}"


def prose(text: str) -> str:
    """Text for Markdown in which `code` in single backticks stays code, and nothing else means anything."""
    parts = plain(text).split("`")
    if len(parts) % 2 == 0 or not all(parts[1::2]):
        return escaped(text)
    return "".join(code(part) if index % 2 else _edges(part) for index, part in enumerate(parts))


def _edges(part: str) -> str:
    """Escaped, with the spaces around it kept."""
    inner = escaped(part)
    return (" " if part[:1] == " " else "") + inner + (" " if inner and part[-1:] == " " else "")

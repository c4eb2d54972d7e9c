"""With and without Hyperscan the same is found."""

import os
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.prefilter import Keywords, Scanner, Wanted, for_hyperscan, prefilter
from tests.facts.secrets.test_engine import Rule

RULES = (
    Rule("secret.token", r"\b(tok_[a-z0-9]{8})\b", ("tok_",)),
    Rule("secret.hex", r"(?i)\bacme[\w .-]{0,10}\s*[:=]\s*[\"']?(?P<secret>[0-9a-f]{16})(?:[^\w-]|$)", ("acme",)),
    Rule("secret.spaced", r"key\s+is\s(\S{3,8})"),
    Rule("secret.class", r"[\S]{2}@[^\s:\]]{2,4}[]x][[:digit:]]"),
)
PIECES = st.sampled_from(
    ["tok_", "ab12cd34", "ACME", "_KEY", "=", ": ", '"', "8f3a91c07be2d465", "key", " ", "\t", "\n", "\r", "\v", "\f", "is", "@", "]", "x", "7", "é"]
)
FAST, SLOW = Engine(RULES), Engine(RULES, hyperscan=False)


@given(st.lists(PIECES, max_size=30).map("".join).map(lambda text: text.encode("latin-1")) | st.binary(max_size=80))
@example(b"key is a\vb")
@example(b"key\v is abc")
@example(b"ACME_KEY=8f3a91c07be2d465")
@example(b"a\v@bb]7")
def test_the_same_is_found_with_and_without_hyperscan(data):
    assert FAST.look(data) == SLOW.look(data)


@pytest.mark.parametrize(
    "pattern, wanted",
    [
        (r"a\sb\S", r"a[\t\n\f\r ]b[^\t\n\f\r ]"),
        (r"[^\s:]\s", r"[^\t\n\f\r :][\t\n\f\r ]"),
        (r"[]\s]\[\s", r"[]\t\n\f\r ]\[[\t\n\f\r ]"),
        (r"[^]\s][[:alpha:]\s]", r"[^]\t\n\f\r ][[:alpha:]\t\n\f\r ]"),
        (r"\\s[\\s\]]", r"\\s[\\s\]]"),
        (r"[\S ]", r"[\S\v ]"),
    ],
)
def test_a_blank_means_the_same_in_both_dialects(pattern, wanted):
    assert for_hyperscan(pattern) == wanted


def test_what_hyperscan_cannot_compile_is_looked_for_everywhere():
    scanner = Scanner([Wanted("abc"), Wanted("x*"), Wanted("def")])
    assert set(scanner.hits(b"def")) == {1, 2}


def test_where_hyperscan_is_not_installed_the_keywords_are_looked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    made = prefilter([Wanted("abc", ("ab",)), Wanted("def")])
    assert isinstance(made, Keywords) and made.hits(b"xABx def") == [0, 1]


class TestCache:
    WANTED = (Wanted("abc"), Wanted("x*"), Wanted("def"))

    def hits(self, folder):
        return set(Scanner(self.WANTED, str(folder)).hits(b"abc"))

    def test_it_is_written_and_read(self, tmp_path, monkeypatch):
        assert self.hits(tmp_path / "new") == {0, 1}
        monkeypatch.setattr(Scanner, "_compiled", None)
        assert self.hits(tmp_path / "new") == {0, 1}

    @pytest.mark.parametrize(
        "spoil", [lambda data: data[:-9] + b"x" * 9, lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"\0" * 500]
    )
    def test_one_that_is_not_whole_is_made_anew(self, tmp_path, spoil):
        self.hits(tmp_path)
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        file.write_bytes(spoil(whole))
        assert self.hits(tmp_path) == {0, 1}
        assert file.read_bytes() == whole

    def test_one_that_others_may_write_is_not_used(self, tmp_path, monkeypatch):
        self.hits(tmp_path)
        (file,) = tmp_path.iterdir()
        file.chmod(0o666)
        compiled = []
        monkeypatch.setattr(Scanner, "_compiled", lambda self, expressions, real=Scanner._compiled: compiled.append(1) or real(self, expressions))
        assert self.hits(tmp_path) == {0, 1} and compiled

    def test_it_is_kept_small(self, tmp_path):
        for word in "abcdefgh":
            Scanner([Wanted(word)], str(tmp_path))
        assert len(list(tmp_path.iterdir())) == 4

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_cannot_be_written_costs_time_alone(self, tmp_path):
        tmp_path.chmod(0o500)
        assert self.hits(tmp_path / "below") == {0, 1}

    def test_links_and_fifos_in_its_place_are_left_alone(self, tmp_path):
        self.hits(tmp_path)
        (file,) = tmp_path.iterdir()
        file.unlink()
        os.mkfifo(file)
        assert self.hits(tmp_path) == {0, 1}

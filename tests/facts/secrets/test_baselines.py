"""Other scanners' baselines."""

import json

import pytest

from ready_gate.facts.secrets.baselines import known
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import KnownSecret

SHA1 = "a" * 40


def test_detect_secrets(tmp_path):
    entries = [
        {"type": "Secret Keyword", "hashed_secret": SHA1, "line_number": 3, "is_verified": False},
        {"hashed_secret": "b" * 40, "is_secret": False},
        {"hashed_secret": "c" * 40, "is_secret": True},
        {"hashed_secret": "short"},
        {},
        "no entry",
    ]
    (tmp_path / ".secrets.baseline").write_text(json.dumps({"version": "1.5.0", "results": {"a.py": entries, "b.py": None}}))
    assert known(Tree(str(tmp_path.resolve()))) == (
        KnownSecret(".secrets.baseline", "a.py", sha1=SHA1),
        KnownSecret(".secrets.baseline", "a.py", sha1="b" * 40),
    )


def test_gitleaks(tmp_path):
    (tmp_path / ".gitleaksignore").write_text(
        f"# a remark\na.py:generic-api-key:3\n{'d' * 40}:b/c.py:aws:14  # why\n\nnonsense\na:b\nx.py:rule:no\nodd:name.py:rule:5\n"
    )
    assert known(Tree(str(tmp_path.resolve()))) == (
        KnownSecret(".gitleaksignore", "a.py", line=3),
        KnownSecret(".gitleaksignore", "b/c.py", line=14, commit="d" * 40),
        KnownSecret(".gitleaksignore", "odd:name.py", line=5),
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"results": []}', '{"results": {"a": [1]}}', "[" * 100_000])
def test_what_is_no_baseline_is_none(tmp_path, text):
    (tmp_path / ".secrets.baseline").write_text(text)
    assert known(Tree(str(tmp_path.resolve()))) == ()

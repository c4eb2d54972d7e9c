from __future__ import annotations

import pytest

from ready_gate.facts.requirement_lines import parse_line

COMMIT = "4f3c2b1a9d8e7f60718293a4b5c6d7e8f9012345"


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("Django==5.2.1", [("django", "==5.2.1", False)]),
        ("psycopg[binary,pool]==3.2.9", [("psycopg", "==3.2.9", False), ("psycopg-binary", "", True), ("psycopg-pool", "", True)]),
        (f"paytm @ git+https://github.com/shop/paytm.git@{COMMIT}", [("paytm", f"@git+https://github.com/shop/paytm.git@{COMMIT}", False)]),
        (f"git+https://github.com/shop/paytm.git@{COMMIT}", [("paytm", f"@git+https://github.com/shop/paytm.git@{COMMIT}", False)]),
        ("# django==5.2.1", []),
    ],
)
def test_a_line_with_what_its_extras_bring_along(line: str, made: list[tuple[str, str, bool]]) -> None:
    found = parse_line(line, "requirements.txt", 3)
    assert [(requirement.name, requirement.specifier, requirement.by_extra) for requirement in found] == made

from __future__ import annotations

from pathlib import Path

import pytest

from ready_gate.facts import dumps
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Git

POSTGRES = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE shop_order (id integer);\nCOPY public.shop_order (id) FROM stdin;\n{rows}\\.\n"
MYSQL = "-- MySQL dump 10.13  Distrib 8.0.36\n\nCREATE TABLE `shop_order` (`id` int);\n{rows}"


def look(root: Path, text: str) -> dumps.Dumps:
    (root / "shop.sql").write_text(text)
    return dumps.dumps(Tree(str(root)), Git(frozenset({"shop.sql", "manage.py"}), commits=True))


@pytest.mark.parametrize(
    "text",
    [
        POSTGRES.format(rows="1\n"),
        MYSQL.format(rows="INSERT INTO `shop_order` VALUES (1);\n"),
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nINSERT INTO shop_order VALUES(1);\n",
        "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\nINSERT INTO `a` VALUES (1);\n",
    ],
)
def test_dumps_with_rows(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, text).with_data == ("shop.sql",)


@pytest.mark.parametrize(
    "text",
    [
        POSTGRES.format(rows=""),
        MYSQL.format(rows=""),
        "CREATE EXTENSION citext;\n",
        "INSERT INTO shop_country VALUES ('IN');\n",
        "",
        "COPY " + "x" * 100_000,
    ],
)
def test_schemas_and_seeds_are_no_dumps(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, text) == dumps.Dumps()


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumps, "MAX_BYTES", 10)
    assert look(tmp_path, POSTGRES).unread == ("shop.sql",)


def test_an_archive_of_pg_dump_holds_rows(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_bytes(b"PGDMP\x01\x0e\x00\x04\x08")
    assert dumps.dumps(Tree(str(tmp_path)), Git(frozenset({"shop.sql"}), commits=True)).with_data == ("shop.sql",)

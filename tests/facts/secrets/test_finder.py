"""The secrets of one text: rules and names together."""

import re
from functools import partial
from pathlib import Path

from ready_gate.facts.python.modules import parsed
from ready_gate.facts.secrets import named, rules
from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.finder import Finder, distinct
from ready_gate.facts.secrets.texts import text_of
from tests.facts.secrets.test_engine import Rule

TOKEN = "AK" + "IA" + "Q7RZ5XK2MVPLWJEN"
FINDER = Finder(Engine(rules.load(), named.PREFILTER))


def sightings(path, source):
    return [(one.kind, one.line) for one in FINDER.sightings(text_of(path, source.encode()), partial(parsed, source.encode()))]


def test_what_a_rule_finds_is_not_found_by_its_name_again():
    assert sightings("shop/settings.py", f'x = 1\nAWS_ACCESS_KEY_SECRET = "{TOKEN}"\n') == [("secret.aws-access-key-id", 2)]


def test_rules_and_names_find_side_by_side():
    found = sightings("shop/settings.py", f'DB_PASSWORD = "tRq8-mVx2"\nKEY = "{TOKEN}"\n')
    assert found == [("secret.aws-access-key-id", 2), ("secret.database-password", 1)]


def test_generated_files_are_searched_for_tokens_alone():
    assert sightings("app.min.js", f'password="tRq8-mVx2k";key="{TOKEN}"') == [("secret.aws-access-key-id", 1)]


def test_lines_of_notebooks_are_those_of_the_file():
    source = '{"cells": [\n {"source": [\n  "import x\\n",\n  "DB_PASSWORD = \\"tRq8-mVx2\\"\\n"\n ]}\n]}'
    assert [line for _, line in sightings("a.ipynb", source)] == [4]


def test_of_overlapping_matches_the_best_is_kept():
    plain, provider = Rule("secret.plain", r"\w{12}", provider=False), Rule("secret.own", r"tok_\w{8}")
    assert [match.rule.id for match in distinct(Engine([plain, provider]).scan(b"tok_a8Fh2kLm"))] == ["secret.own"]


def test_every_kind_that_a_name_gives_is_described():
    folder = Path(named.__file__).parent
    given = {kind for path in folder.glob("*.py") for kind in re.findall(r'(?:Meaning|NamedCandidate)\(\s*"([a-z-]+)"', path.read_text())}
    assert given and {f"secret.{kind}" for kind in given} <= rules.kinds().keys()


def test_what_a_form_shows_in_an_empty_field_is_let_be_and_said():
    def remarks(source):
        return [one.remark for one in FINDER.sightings(text_of("a.tsx", source.encode()), lambda: None)]

    for written in (f'placeholder: "{TOKEN}"', f"<input placeholder='{TOKEN}'>", f'placeholder={{"{TOKEN}"}}'):
        assert remarks(f"x\n{written}\n") == ["placeholder"]
        assert remarks(f"allow\n{written}\n") == ["placeholder"]
    assert remarks(f'const placeholder = 1; key = "{TOKEN}"\n') == [None]


def test_python_that_cannot_be_parsed_is_read_by_its_lines():
    value = "9PBmGGwYPnqwYo8kwQ" + "j1qH9CstFpS8gELR"
    assert sightings("shop/settings.py", f"x = (\nJWT_SIGNING_KEY = os.environ.get('JWT_SIGNING_KEY', '{value}')\n") == [("secret.signing-key", 2)]
    assert sightings("shop/settings.py", f"x = (\nJWT_SIGNING_KEY = derived('JWT_SIGNING_KEY', '{value}')\n") == []


def test_values_that_are_given_at_once_or_by_place_are_those_of_their_names():
    password = "kT9-x" + "Q2v!m"
    for written in (f'(user, password) = ("shop", "{password}")', f'user, password = "shop", "{password}"'):
        assert sightings("shop/mail.py", written + "\n") == [("secret.generic-password", 1)]
    assert sightings("shop/mail.py", 'user, password = read("shop", "mailer")\n') == []
    token = "9f8e7d6c5b4a3928" + "1706f5e4d3c2b1a0"
    assert sightings("shop/sms.py", f'client = Client(account, "{token}")\n') == [("secret.generic-token", 1)]
    assert sightings("shop/sms.py", 'client = Client(account, "the-name-of-the-client")\n') == []


def test_a_value_with_dots_is_no_name_where_a_part_is_a_number():
    assert sightings("Dockerfile", "ARG DB_PASSWORD=quiet.Ot" + "ter.55\n") == [("secret.database-password", 1)]
    assert sightings("Dockerfile", "ARG DB_PASSWORD=shop.database.password\n") == []

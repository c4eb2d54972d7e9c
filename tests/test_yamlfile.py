"""Reading YAML that anybody may have written, and saying in one line what is wrong with it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ready_gate import yamlfile
from ready_gate.errors import UserError
from ready_gate.yamlfile import Document, parse, read, validate


def refused(text):
    with pytest.raises(UserError) as error:
        parse(text, "f.yml")
    return str(error.value)


def fault(schema, text):
    with pytest.raises(UserError) as error:
        validate(parse(text, "f.yml"), schema)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-12", -12),
        ("1.50", 1.5),
        ("'1'", "1"),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("2027-01-31", "2027-01-31"),
        ("2027-01-31 10:00:00", "2027-01-31 10:00:00"),
        ("12:30", "12:30"),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1e3", "1e3"),
        ("9" * 5000, "9" * 5000),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("!!null ''", None),
        ("!!timestamp 2027-01-31", "2027-01-31"),
        ("!!seq [a]", ["a"]),
        ("!!map {a: b}", {"a": "b"}),
        ('{"a": [1, null, true, "x"]}', {"a": [1, None, True, "x"]}),
        ("{on: 2026-11-01, 1: a, 2027-01-31: b}", {"on": "2026-11-01", "1": "a", "2027-01-31": "b"}),
    ],
)
def test_values(text, value):
    assert parse(text, "f.yml").data == value


def test_merged_keys_give_way_to_own_ones_and_to_earlier_ones():
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd:\n  <<: *a\ne: {'<<': 1}\n"
    document = parse(text, "f.yml")
    assert document.data["c"] == {"x": 3, "y": 1, "z": 2}
    assert document.data["d"] == {"x": 1, "y": 1}
    assert document.data["e"] == {"<<": 1}


def test_each_key_and_element_has_its_line():
    document = parse("a:\n  b: 1\n  c:\n    - x\n    - y: 2\nd: |\n  text\n", "f.yml")
    assert document.lines == {(): 1, ("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0): 4, ("a", "c", 1): 5, ("a", "c", 1, "y"): 5, ("d",): 6}
    assert document.line(("a", "c", 1, "nowhere")) == 5
    assert document.line(("nowhere",)) == 1


def test_scalars_are_kept_as_written():
    assert parse("{a: 1.10, b: off, c: '0'}", "f.yml").written == {("a",): "1.10", ("b",): "off", ("c",): "0"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "f.yml:3: the key 'a' stands here a second time (first in line 1)"),
        ("a:\n  1: x\n  '1': y", "f.yml:3: the key '1' stands here a second time (first in line 2)"),
        ("a: [", "f.yml:2: not valid YAML: did not find expected node content"),
        ("a:\n\tb: 1", "f.yml:2: not valid YAML: found character that cannot start any token"),
        ("a: b: c", "f.yml:1: not valid YAML: mapping values are not allowed in this context"),
        ("a: 1\nb: \x07", "f.yml:2: not valid YAML: it holds a character that no text holds"),
        ("a: 1\n---\nb: 2", "f.yml:2: a second document begins here; only one is read"),
        ("[a]: 1", "f.yml:1: a key must be plain text"),
        ("? {a: 1}\n: 2", "f.yml:1: a key must be plain text"),
        ("a: *b", "f.yml:1: nothing above is marked &b"),
        ("a: 1\nb: &c [1, *c]", "f.yml:2: *c stands inside of what it repeats"),
        ("a: {<<: 1}", "f.yml:1: '<<' takes a mapping, or a list of mappings"),
        ("a: {<<: [1]}", "f.yml:1: '<<' takes a mapping, or a list of mappings"),
        ("a: !!python/object/apply:os.system [x]", "f.yml:1: the tag '!!python/object/apply:os.system' is not allowed here"),
        ("a: !!python/name:os.system x", "f.yml:1: the tag '!!python/name:os.system' is not allowed here"),
        ("a: 1\nb: !vault x", "f.yml:2: the tag '!vault' is not allowed here"),
        ("!!set {a, b}", "f.yml:1: the tag '!!set' is not allowed here"),
        ("a: !!binary aGk=", "f.yml:1: the tag '!!binary' is not allowed here"),
        ("a: !!map [x]", "f.yml:1: the tag '!!map' is not allowed here"),
        ("a: !!int x", "f.yml:1: 'x' is no int"),
    ],
)
def test_unusable_text(text, message):
    assert refused(text) == message


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
MERGES = "a: &a {x: 1}\n" + "".join(f"{b}: &{b} {{<<: [*{a}, *{a}]}}\n" for a, b in zip("abcdefghijklmnopqr", "bcdefghijklmnopqrs", strict=True))
WIDE = "base: &b {" + ",".join(f"k{i}: 1" for i in range(9000)) + "}\nx: {<<: [" + ",".join(["*b"] * 9000) + "]}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ALIASES, "f.yml:1: too large to be read once its aliases are followed"),
        (MERGES, "f.yml:2: too large to be read once its aliases are followed"),
        (WIDE, "f.yml:2: too large to be read once its aliases are followed"),
        ("[" * 200_000, "f.yml:1: nested too deeply to be read"),
        ("- " * 200_000, "f.yml:1: nested too deeply to be read"),
        ("{a: " * 41 + "}" * 41, "f.yml:1: nested too deeply to be read"),
        ("[" + "1," * 200_000 + "]", "f.yml:1: too large to be read"),
    ],
    ids=["aliases", "merges", "wide merges", "brackets", "dashes", "maps", "elements"],
)
def test_bombs_are_refused(text, message):
    assert refused(text) == message


def test_what_is_no_readable_file(tmp_path):
    def message(path):
        with pytest.raises(UserError) as error:
            read(path, "f.yml")
        return str(error.value)

    assert message(tmp_path / "none.yml") == "f.yml: cannot be read: No such file or directory"
    assert message(tmp_path) == "f.yml: cannot be read: it is no regular file"
    os.mkfifo(tmp_path / "pipe")
    assert message(tmp_path / "pipe") == "f.yml: cannot be read: it is no regular file"
    (tmp_path / "big").write_bytes(b"x" * (yamlfile.MAX_BYTES + 1))
    assert message(tmp_path / "big") == "f.yml: larger than 1000 kB"
    (tmp_path / "latin").write_bytes(b"a: 1\nb: \xe9\n")
    assert message(tmp_path / "latin") == "f.yml:2: cannot be read: it is not UTF-8 text"


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path):
    (tmp_path / "f.yml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    document = read(tmp_path / "f.yml")
    assert document.data == {"a": 1, "b": 2}
    assert document.line(("b",)) == 2


@pytest.mark.parametrize(
    ("schema", "text", "message"),
    [
        ("config", "projct: {}", "unknown key 'projct'; did you mean 'project'?"),
        ("config", "project: {setings-module: x}", "unknown key 'setings-module' under 'project'; did you mean 'settings-module'?"),
        ("config", "zzz: 1", "unknown key 'zzz'"),
        ("config", "staging: {timeout: ten}", "staging.timeout must be a number, not the text 'ten'"),
        ("config", "staging: {timeout: 0}", "staging.timeout must be more than 0, not 0"),
        ("config", "staging: {timeout: 1000}", "staging.timeout must be at most 300, not 1000"),
        ("config", "staging: {active-probes: 1}", "staging.active-probes must be true or false, not 1"),
        ("config", "staging: {health: ''}", "staging.health must not be empty"),
        ("config", "project: [a]", "project must be a mapping, not a list"),
        ("config", "release: {base: main}", "release.base must be a list, not the text 'main'"),
        ("config", "release: {base: [main, {a: 1}]}", "release.base[1] must be text, not a mapping"),
        ("config", "gate: {fail-on: majr}", "gate.fail-on must be blocker, major, minor or never, not 'majr'; did you mean 'major'?"),
        ("config", "gate: {fail-on: no}", "gate.fail-on must be blocker, major, minor or never, not false"),
        ("config", "version: 2", "version must be 1, not 2"),
        ("config", "version:", "version must be 1, not empty"),
        ("config", "project: {environment: {A-B: x}}", "'A-B' under 'project.environment' must be the name of a variable"),
        ("config", "- 1", "the file must be a mapping, not a list"),
        ("attestations", "a: 1", "the file must be a list, not a mapping"),
        ("attestations", "- x", "the entry must be a mapping, not the text 'x'"),
        ("attestations", "- {item: a, by: b, evidence: c}", "the entry lacks the key 'on'"),
        ("attestations", "- {item: a, by: b, evidence: c, on: 5}", "on must be text, not 5"),
        (
            "attestations",
            "- {item: a, by: b, evidence: c, on: soon}",
            "on must be a date of the calendar, written as YYYY-MM-DD, not the text 'soon'",
        ),
        ("checklist", "{}", "the file lacks the key 'version'"),
        ("checklist", '{version: 1, change: {"a\\nb": 1}}', "change.a?b must be a mapping, not 1"),
    ],
)
def test_faults_are_one_clear_sentence(schema, text, message):
    assert fault(schema, text) == "f.yml:1: " + message


def test_the_first_fault_of_the_file_is_named_and_the_rest_are_counted():
    text = "staging:\n  timeout: ten\n  url: ftp://x\ngate:\n  mode: loud\nfoo: 1\nbar: 2\n"
    assert fault("config", text) == "f.yml:2: staging.timeout must be a number, not the text 'ten' (and 4 more)"
    assert fault("attestations", "- {on: 2026-11-01}") == "f.yml:1: the entry lacks the key 'item' (and 2 more)"
    assert fault("config", "{" + ",".join(f"k{i}: 1" for i in range(500)) + "}") == "f.yml:1: unknown key 'k0' (and 100 or more)"


def test_no_secret_and_no_endless_line_is_printed():
    assert "hunter2hunter2" not in fault("config", "staging: {url: 'postgres://u:hunter2hunter2@host'}")
    assert "hunter2hunter2" not in fault("config", "staging: https://u:hunter2hunter2@host")
    assert len(fault("config", "k" * 100_000 + ": 1")) < 200
    assert len(str(Document("f.yml", None).error("x" * 100_000))) < 500


def test_data_of_our_own_has_no_lines():
    with pytest.raises(UserError) as error:
        validate(Document("report.json", {"schema_version": 1}), "report")
    assert str(error.value) == "report.json: the file lacks the key 'tool' (and 4 more)"


@pytest.mark.parametrize("text", ["a: &x [1, {b: c}]\nd: *x", "a: [", "a: \x07", "[" * 500, "a: !!python/name:os.system x", "{a: 1, a: 2}", ""])
def test_without_the_c_library_it_is_the_same(monkeypatch, text):
    import yaml

    def answer():
        try:
            return parse(text, "f.yml")
        except UserError as error:
            return error.path

    with_it = answer()
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert answer() == with_it


LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(LETTERS, max_size=20)
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS, max_size=8), inner, max_size=4), max_leaves=20
)


@given(PLAIN)
def test_what_yaml_writes_is_read_back(value):
    import yaml

    assert parse(yaml.safe_dump(value, allow_unicode=True), "f.yml").data == value


@given(st.text(alphabet="ab:-[]{},&*!<>|'\"#?\n\t %@`~=.0123e\x07é\ud7ff", max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text):
    try:
        document = parse(text, "f.yml")
        validate(document, "config")
        validate(document, "checklist")
    except UserError as error:
        assert str(error).isprintable()

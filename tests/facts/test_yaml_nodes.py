import pytest

from ready_gate.facts.yaml_nodes import UnreadableYaml, read_documents


def test_lines_texts_and_merges():
    text = "base: &base {A: 1, B: 2}\nlist: [x, 'y', ~]\nown:\n  <<: *base\n  B: '3'\n---\nsecond: true\n"
    first, second = read_documents(text)
    assert {key: (value.text, value.line) for key, (_, value) in first.get("own").entries().items()} == {"A": ("1", 1), "B": ("3", 5)}
    assert first.get("list").texts() == ["x", "y"]
    assert first.get("own", "missing", "deeper").text is None
    assert second.get("second").text == "true"


def test_null():
    node = read_documents("a:\nb: ''\nc: ~\n")[0]
    assert [node.get(key).null for key in "abc"] == [True, False, True]


@pytest.mark.parametrize(
    "text", ["[", "a: b: c", "\t- x", "[" * 100_000, "{a: " * 50_000, "- " * 100_000, "*unknown", "%YAML 9\n", "- x\n" * 300_000]
)
def test_what_cannot_be_read(text):
    with pytest.raises(UnreadableYaml):
        read_documents(text)


def test_a_map_that_merges_itself_ends():
    assert list(read_documents("a: &a\n  <<: *a\n  B: 1\n")[0].get("a").entries()) == ["B"]

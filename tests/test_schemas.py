"""The published schemas: sound, followed by our own files, and helpful to editors."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from ready_gate import config, yamlfile
from ready_gate.model import Level, Severity, VerdictStatus

ROOT = Path(__file__).parent.parent
NAMES = ["checklist", "config", "attestations", "report", "secrets"]


def schema(name):
    return json.loads((ROOT / f"checklist/schemas/{name}.schema.json").read_text())


def below(node):
    """Every mapping in a schema, with the path to it."""
    stack = [((), node)]
    while stack:
        path, here = stack.pop()
        if isinstance(here, dict):
            yield path, here
            stack += [((*path, key), value) for key, value in here.items()]
        elif isinstance(here, list):
            stack += [((*path, index), value) for index, value in enumerate(here)]


def test_each_file_is_one_of_them():
    assert {path.name for path in (ROOT / "checklist/schemas").iterdir()} == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_they_are_schemas(name):
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == f"{name}.schema.json"
    assert found["title"] == f"ready-gate {name}"


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name):
    undescribed = [
        (*path, key)
        for path, node in below(schema(name))
        if isinstance(node.get("properties"), dict) and path[-2:] != ("counts",)
        for key, value in node["properties"].items()
        if not {"description", "$ref", "const"} & set(value) and "counts" not in path
    ]
    assert undescribed == []


@pytest.mark.parametrize("name", NAMES)
def test_no_mapping_takes_unknown_keys(name):
    """Except the options of an item, which are checked against what the item declares."""
    loose = [path for path, node in below(schema(name)) if isinstance(node.get("properties"), dict) and "additionalProperties" not in node]
    assert [path for path in loose if path[-1:] != ("properties",)] == ([("properties", "items", "additionalProperties")] if name == "config" else [])


@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_has_words_for_its_error(name):
    assert [path for path, node in below(schema(name)) if isinstance(node.get("pattern"), str) and "title" not in node and name != "report"] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere(name):
    found = schema(name)
    used = {node["$ref"].removeprefix("#/$defs/") for _, node in below(found) if isinstance(node.get("$ref"), str)}
    assert used == set(found.get("$defs", {}))


def test_severities_levels_and_verdicts_are_the_models():
    item = schema("report")["properties"]["items"]["items"]["properties"]
    assert item["severity"]["enum"] == [severity.value for severity in Severity]
    assert item["verdict"]["enum"] == [status.value for status in VerdictStatus]
    assert item["findings"]["items"]["properties"]["level"]["enum"] == [level.value for level in Level]
    assert list(schema("report")["properties"]["decision"]["properties"]["counts"]["properties"]) == [status.value for status in VerdictStatus]
    assert schema("checklist")["$defs"]["severity"]["enum"] == [severity.value for severity in Severity]


@pytest.mark.parametrize("path", sorted((ROOT / "checklist").glob("*.yml")), ids=lambda path: path.name)
def test_our_own_checklist_follows_its_schema(path):
    if path.name == "support.yml":
        pytest.skip("a table of its own, read by the support fact")
    document = yamlfile.read(path)
    yamlfile.validate(document, "checklist")
    # Built-in files are read the short way: both ways must see the same.
    assert document.data == yaml.safe_load(path.read_text())
    assert re.match(r"# yaml-language-server: \$schema=schemas/checklist\.schema\.json\n", path.read_text())


@pytest.mark.parametrize("path", sorted((ROOT / "checklist/secrets").glob("*.yml")), ids=lambda path: path.name)
def test_our_own_rules_follow_their_schema(path):
    yamlfile.validate(yamlfile.read(path), "secrets")
    assert path.read_text().startswith("# yaml-language-server: $schema=../schemas/secrets.schema.json\n")


@pytest.mark.parametrize("folder", ["examples/shop"])
def test_the_demo_projects_files_follow_theirs(folder):
    for name, file in [("config", config.FILE), ("attestations", config.Config.attestations)]:
        yamlfile.validate(yamlfile.read(ROOT / folder / file), name)

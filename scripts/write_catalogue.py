"""Write what is made of the checklist's files: checklist/README.md, and of the kinds of secrets checklist/secrets/README.md and compiled.json.

With `--check`, only compare (exit 1 where one is out of date).
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ready_gate import checklist  # noqa: E402 - the package lies beside this script, installed or not
from ready_gate.facts.secrets import rule_files  # noqa: E402
from ready_gate.model import Item, Rule  # noqa: E402


def rule(tree: Rule) -> str:
    """A rule in words."""
    if tree.kind == "check":
        return f"`{tree.text}`"
    if tree.kind in ("person", "pending"):
        return f"{'a person' if tree.kind == 'person' else 'not looked at yet'}: {tree.text}"
    return f" {'and' if tree.kind == 'all' else 'or'} ".join(f"({rule(part)})" if part.parts else rule(part) for part in tree.parts)


def row(item: Item) -> str:
    """One line of a section's table."""
    return f"| `{item.id}` | {item.title} | {item.severity.value} | {rule(item.decided_by)} |".replace("\n", " ")


def catalogue() -> str:
    """The whole page."""
    items = checklist.load()
    lines = ["# The checklist", "", "Written by `./dev.sh docs` from the files beside it; `ready-gate explain ITEM` says more of each.", ""]
    for section in items.sections:
        lines += [f"## {section.title}", "", "| item | title | severity | decided by |", "| --- | --- | --- | --- |"]
        lines += [row(item) for item in items.items if item.section == section.id] + [""]
    return "\n".join(lines).rstrip() + "\n"


def secrets() -> str:
    """The page of the kinds of secrets."""
    rules = rule_files.read()
    lines = ["# Kinds of secrets", "", f"Written by `./dev.sh docs` from the files beside it: {len(rules)} kinds.", ""]
    for family in dict.fromkeys(rule.family for rule in rules):
        lines += [f"## {family}", "", "| rule | what | level | what to revoke, and where |", "| --- | --- | --- | --- |"]
        lines += [f"| `{rule.id}` | {rule.title} | {rule.level.value} | {rule.revoke} |" for rule in rules if rule.family == family] + [""]
    lines += ["## Values under a name that means a secret", "", "| rule | what | what to revoke, and where |", "| --- | --- | --- |"]
    lines += [f"| `{id}` | {texts['title']} | {texts['revoke']} |" for id, texts in rule_files.read_names().items()]
    return "\n".join(lines).rstrip() + "\n"


TARGETS = {"checklist/README.md": catalogue, "checklist/secrets/README.md": secrets, "checklist/secrets/compiled.json": rule_files.compiled}


def main() -> int:
    """Write or compare."""
    stale = 0
    for name, text in TARGETS.items():
        target = ROOT / name
        if "--check" not in sys.argv:
            target.write_text(text(), encoding="utf-8")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text():
            print(f"{name} is out of date: run ./dev.sh docs", file=sys.stderr)  # noqa: T201 - a script for people
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())

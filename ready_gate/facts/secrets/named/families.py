"""What a file's name says about how it writes values."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from ready_gate.facts.secrets.named.vocabulary import listed


class Family(Enum):
    """Formats that are read alike."""

    PYTHON = "python"
    CODE = "code"  # other languages: only quoted values count
    CONFIG = "config"  # env, INI, TOML, properties, rc files: `name = value`, quotes or not
    YAML = "yaml"
    JSON = "json"
    SHELL = "shell"  # scripts and build files with commands in them
    XML = "xml"
    HCL = "hcl"
    SQL = "sql"
    PROSE = "prose"  # documents: what they quote may be made up
    NONE = "none"  # no place for a secret: translations, pictures, lock files


_BY_ENDING = {ending: family for family in Family for ending in listed(f"{family.value}-endings")}
_BY_NAME = {name: family for family in Family for name in listed(f"{family.value}-names")}
_TRANSLATIONS = listed("translations")
_COPIES = listed("copies")


@lru_cache(maxsize=50_000)
def family(path: str) -> Family:
    """How a file is read, by its path alone. Files without a known ending are taken for configuration."""
    *folders, name = path.lower().split("/")
    if name.endswith((".min.js", ".bundle.js", ".chunk.js")):
        return Family.NONE
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith((".env", "env.")) or name.endswith((".env", ".env.example", ".env.sample", ".env.template")):
        return Family.CONFIG
    if name.startswith(("dockerfile", "containerfile")) or ".dockerfile" in name:
        return Family.SHELL
    ending = _ending(name)
    found = _BY_ENDING.get(ending, Family.CONFIG)
    if found in (Family.JSON, Family.YAML, Family.CODE, Family.CONFIG) and not _TRANSLATIONS.isdisjoint((*folders, *name.split(".")[:-1])):
        return Family.NONE
    return Family.YAML if name.startswith(("kubeconfig", "hub")) or (name == "config" and ".kube" in folders) else found


def _ending(name: str) -> str:
    """What stands behind the last dot; behind the one before where the last is that of a template or of a copy."""
    parts = name.split(".")
    while len(parts) > 2 and parts[-1] in _COPIES:
        parts.pop()
    return parts[-1] if len(parts) > 1 else ""

"""What other scanners were told to let be: detect-secrets' `.secrets.baseline` and gitleaks' `.gitleaksignore`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ready_gate.facts.tree import Tree
from ready_gate.facts.views import KnownSecret

DETECT_SECRETS = ".secrets.baseline"
GITLEAKS = ".gitleaksignore"
MAX_BYTES = 5_000_000
MAX_ENTRIES = 50_000
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")


def known(tree: Tree) -> tuple[KnownSecret, ...]:
    """All entries of both files. One that is not understood is none."""
    entries = [*_detect_secrets(tree.read(DETECT_SECRETS, MAX_BYTES) or ""), *_gitleaks(tree.read(GITLEAKS, MAX_BYTES) or "")]
    return tuple(entries[:MAX_ENTRIES])


def _detect_secrets(text: str) -> Iterator[KnownSecret]:
    """Paths with the SHA-1 of each secret. What was audited and found to be a secret is not let be."""
    try:
        results = json.loads(text).get("results") if text else {}
    except (ValueError, AttributeError, RecursionError):
        return
    for path, found in results.items() if isinstance(results, dict) else ():
        for entry in found if isinstance(found, list) else ():
            sha1 = entry.get("hashed_secret") if isinstance(entry, dict) else None
            if isinstance(sha1, str) and _SHA1.fullmatch(sha1) and entry.get("is_secret") is not True:
                yield KnownSecret(DETECT_SECRETS, path, sha1=sha1.lower())


def _gitleaks(text: str) -> Iterator[KnownSecret]:
    """Lines of `[commit:]path:rule:line`; the rule is gitleaks' own and not compared."""
    for line in text.splitlines():
        parts = line.split("#")[0].strip().split(":")
        if len(parts) < 3 or not parts[-1].isdecimal() or len(parts[-1]) > 9:
            continue
        commit = parts[0] if len(parts) > 3 and _COMMIT.fullmatch(parts[0]) else None
        yield KnownSecret(GITLEAKS, ":".join(parts[1 if commit else 0 : -2]), line=int(parts[-1]), commit=commit)

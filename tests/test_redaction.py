"""No output holds more of a secret than four characters: secrets of many kinds are planted, and everything that the program writes is looked through."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHOWN = 4
# Put together here, so that nobody takes this file for a leak.
PLANTED = {
    "aws": "AK" + "IAQ7RZ5XK2MVPLWJEN",
    "aws_secret": "q7RkZt4Kx1mV7pLw3eNb2sYh6Uj9Wd" + "5Fg8Ac0TzQ",
    "gitlab": "glp" + "at-q8Zt4Kx1mV7pLw3eNb2s",
    "stripe": "sk_li" + "ve_q8Zt4Kx1mV7pLw3eNb2sYh6U",
    "django": "q8z&t4k+x1m!v7p=l" + "w3e(n)b2s*y6u@j9w#d5f8a0t^c",
    "database": "tRq8mVx2" + "LpZk",
    "mail": "Wd5Fg8Ac0" + "TzQmail",
    "paytm": "Yh6Uj9Wd" + "5Fg8Ac0T",
    "history": "AK" + "IAT3WH6YB4NCSDGQXU",
    "allowed": "AK" + "IAZ4KQ6WJ2XMVPLNEB",
    "test": "AK" + "IA2M5QX7KZVWPLJRNT",
}
FORMS = {"gitlab": 6, "stripe": 8}
FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/__init__.py": "",
    "shop/settings.py": """
import os
SECRET_KEY = "{django}"
AWS_ACCESS_KEY_ID = "{aws}"
AWS_SECRET_ACCESS_KEY = "{aws_secret}"
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "{mail}")
PAYTM_MERCHANT_KEY = "{paytm}"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "shop", "PASSWORD": "{database}", "HOST": "db"}}}}
CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:{database}@cache:6379/0"}}}}
STRIPE = {{"key": "{stripe}"}}
ALLOWED = "{allowed}"  # ready-gate: allow secret.* it was revoked long ago
""",
    ".env.production": "DATABASE_URL=postgres://shop:{database}@db/shop\nGITLAB_TOKEN={gitlab}\n",
    "tests/test_pay.py": 'KEY = "{test}"\n',
    "docs/setup.md": "curl -u admin:{database} https://shop.example.org\n",
    "wide.ini": "",
    "requirements.txt": "Django==5.2.1\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(**PLANTED))
    (folder / "wide.ini").write_bytes(f"[aws]\npassword = {PLANTED['mail']}\nid = {PLANTED['aws']}\n".encode("utf-16"))
    (folder / "old.py").write_text(f'KEY = "{PLANTED["history"]}"\n')
    git(folder, "init", "-q")
    git(folder, "add", "-Af")
    git(folder, "commit", "-qm", "one")
    (folder / "old.py").unlink()
    git(folder, "commit", "-qam", "two")
    return folder


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True, capture_output=True)


def run(folder, *arguments, code=None, **environ):
    command = [sys.executable, *(("-c", code) if code else ("-m", "ready_gate")), *arguments]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder.parent),
        "READY_GATE_CACHE": str(folder.parent / "cache"),
        **environ,
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=300, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def clean(output):
    """The output holds no five characters in a row of any planted secret from the fifth on, and no more than its first four."""
    for name, secret in PLANTED.items():
        # What says the form alone (`glpat-`, `sk_live_`) is the same in all of them.
        for start in range(FORMS.get(name, 0), len(secret) - SHOWN):
            assert secret[start : start + SHOWN + 1] not in output, f"{name} from {start}"
    return output


ITEMS = [word for item in ("security.*", "database.*", "payment.*") for word in ("--only", item)]


@pytest.mark.parametrize(
    "history, arguments",
    [
        ("none", ("-v",)),
        ("none", ("--format", "json")),
        ("all", ITEMS),
        ("all", ("-q", *ITEMS)),
        ("all", ("--format", "json", *ITEMS)),
        ("all", ("--format", "markdown", *ITEMS)),
    ],
)
def test_reports(project, history, arguments):
    status, output = run(project, "check", ".", "--history", history, *arguments)
    assert status == 1
    assert "secrets" in clean(output)
    if "json" in arguments:
        (item,) = [item for item in json.loads(output)["items"] if item["id"] == "security.no-hardcoded-secrets"]
        found = {(finding["rule"], finding["level"]) for finding in item["findings"]}
        assert {("secret.aws-access-key-id", "error"), ("secret.aws-access-key-id", "warning"), ("secret.allowed", "note")} <= found
        assert ("secret.env-file-tracked", "error") in found
        assert (history == "all") == ("old.py:1 in commit" in output)


def test_reports_to_files_and_the_cache(project):
    run(project, "check", ".", "--report", "json=r.json", "--report", "markdown=r.md", "-q")
    written = [project / "r.json", project / "r.md", *(project.parent / "cache").rglob("*")]
    assert len(written) > 2
    for path in written:
        clean(path.read_bytes().decode("latin-1"))
        if path.parent == project:
            path.unlink()


@pytest.mark.parametrize("arguments", [("settings",), ("settings", "--format", "json")], ids=" ".join)
def test_inspect(project, arguments):
    status, output = run(project, "inspect", *arguments)
    assert status == 0
    clean(output)


CRASH = """
import sys
from ready_gate import cli
import ready_gate.checks.security.secrets as module
from ready_gate.checks import load_all
load_all()
def crash(secrets, options):
    raise ValueError(secrets.found, repr(secrets), secrets.found[0].secret)
import ready_gate.checks.registry as registry
from dataclasses import replace
registry.REGISTRY["security.hardcoded-secrets"] = replace(registry.REGISTRY["security.hardcoded-secrets"], function=crash)
{how}
"""


@pytest.mark.parametrize(
    "how",
    [
        "sys.exit(cli.main(['check', '.', '-v']))",
        "from ready_gate.facts.registry import Facts\nfrom ready_gate.facts.views import Options\nimport os\ncrash(Facts({'options': Options(os.getcwd())})['secrets'], None)",
    ],
    ids=["command", "traceback"],
)
def test_crashes(project, how):
    status, output = run(project, code=CRASH.format(how=how))
    assert status in (1, 3) and ("crashed" in output or "Traceback" in output)
    clean(output)

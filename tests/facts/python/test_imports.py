"""Star imports of modules that are not known to their end."""

BASE = "from acme.settings import *\nDEBUG = False\nAPPS = ['shop']\n"


def test_what_is_set_after_a_star_import_that_is_not_known_is_known_further_up(run):
    result = run({"base.py": "TOKEN = 1\n" + BASE, "settings.py": "SITE = 2\nfrom base import *\nAPPS += ['more']\n"})
    reason = "base.py:2 imports everything from acme.settings, which is not part of the project"
    assert result.loaded.incomplete == reason
    assert (result["DEBUG"], result["APPS"]) == (False, ["shop", "more"])
    assert result["TOKEN"] == ("one of", repr(f"?{reason}"), "1")
    assert result["SITE"] == ("one of", repr(f"?{reason}"), "2")


def test_a_module_that_stops_may_have_set_anything_later(run):
    result = run({"base.py": "DEBUG = False\nraise RuntimeError('no')\n", "settings.py": "from base import *\nSITE = 2\n"})
    assert result["DEBUG"] == ("one of", "'?base.py:2 raises RuntimeError: no'", "False")
    assert result["SITE"] == 2


def test_where_other_packages_are_is_not_known(run):
    result = run("import os, acme\nHERE = os.path.dirname(acme.__file__)\n")
    assert result["HERE"] == "?where acme is installed on the server is not known"

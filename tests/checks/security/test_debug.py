from dataclasses import replace

import pytest

from ready_gate.checks.security.debug import debug_off
from ready_gate.facts.views import Project, Read
from ready_gate.model import Origin, Status

PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "the only one")


@pytest.fixture
def judge(make_settings):
    def run(fallback=None, project=PROJECT, **values):
        made = make_settings(**values)
        return debug_off(made, made if fallback is None else make_settings(**fallback), project)

    return run


def test_off(judge):
    assert judge(DEBUG=False).status is Status.PASS
    assert judge().status is Status.PASS  # Django's own default


def test_on(judge, errors_of):
    outcome = judge(DEBUG=True)
    assert errors_of(outcome) == ["django.security.W018"]
    assert outcome.findings[0].at == Origin("shop/settings.py", 1)


def test_the_text_false_is_true(judge, make_settings):
    outcome = judge(DEBUG=make_settings.env("False", "DEBUG"))
    assert outcome.status is Status.FAIL
    assert 'DEBUG is the string "False", which Python takes for true (the variable DEBUG is read without a cast)' in outcome.reason


def test_a_default_names_its_variable(judge, make_settings):
    outcome = judge(DEBUG=make_settings.env(True, "DJANGO_DEBUG", present=False))
    assert outcome.reason.startswith("DEBUG is True whenever the variable DJANGO_DEBUG is missing")


def test_a_default_of_true_behind_a_set_variable(judge, make_settings, errors_of):
    outcome = judge(DEBUG=make_settings.env(False, "DEBUG"), fallback={"DEBUG": make_settings.env(True, "DEBUG", present=False)})
    assert errors_of(outcome) == ["security.debug-default"]


def test_a_default_of_true_that_an_untracked_file_may_override(judge, make_settings, errors_of):
    default = make_settings.env(True, "DEBUG", present=False)
    outcome = judge(DEBUG=make_settings.env(False, "DEBUG"), fallback={"DEBUG": make_settings.choice(default, make_settings.unknown())})
    assert errors_of(outcome) == ["security.debug-default"]


def test_a_tracked_file_that_the_code_loads_by_itself(judge, make_settings, errors_of):
    reads = (Read("DEBUG", True, Origin("shop/settings.py", 1), Origin(".env", 1)),)
    on, off = replace(make_settings.env(True, "DEBUG"), reads=reads), make_settings.env(False, "DEBUG")
    outcome = judge({"DEBUG": on}, DEBUG=off)
    assert errors_of(outcome) == ["security.debug-default"]
    assert outcome.reason == "DEBUG is True by .env, which is in the repository, where production does not set it"
    assert errors_of(judge({"DEBUG": on}, DEBUG=on)) == ["django.security.W018"]


def test_a_variable_without_default_stops_the_start(judge, make_settings):
    outcome = judge(DEBUG=make_settings.env(False, "DEBUG"), fallback={"DEBUG": make_settings.unknown("not set", "DEBUG")})
    assert outcome.status is Status.PASS


@pytest.mark.parametrize("value", ["unknown", "choice"])
def test_unknown(judge, make_settings, value):
    made = make_settings.unknown("it is read from a server") if value == "unknown" else make_settings.choice(True, False)
    assert judge(DEBUG=made).status is Status.UNKNOWN


def test_incomplete_settings_are_unknown(make_settings):
    made = make_settings(incomplete="shop/local.py could not be read")
    assert debug_off(made, made, PROJECT).status is Status.UNKNOWN


def test_apps_that_are_not_all_known(judge, make_settings):
    assert judge(DEBUG=False, INSTALLED_APPS=make_settings.partly(["shop"], "the rest comes from a plugin")).status is Status.UNKNOWN


@pytest.mark.parametrize("app", ["debug_toolbar", "silk", "debug_toolbar.apps.DebugToolbarConfig"])
def test_tools(judge, errors_of, app):
    assert errors_of(judge(DEBUG=False, INSTALLED_APPS=["shop", app])) == ["security.debug-toolbar"]


def test_template_debug(judge, errors_of, make_settings):
    assert errors_of(judge(DEBUG=False, TEMPLATES=[{"OPTIONS": {"debug": True}}])) == ["security.template-debug"]
    assert judge(DEBUG=False, TEMPLATES=[{"OPTIONS": {"debug": make_settings.unknown()}}]).status is Status.UNKNOWN
    assert judge(DEBUG=False, TEMPLATES=[{"OPTIONS": {"context_processors": make_settings.unknown()}}]).status is Status.PASS


def test_start_files_that_name_other_settings_are_reported(judge, warnings_of):
    project = Project(".", "manage.py", "shop.settings", "s", "r", default_module="shop.settings.dev", default_module_at=Origin("shop/wsgi.py", 3))
    outcome = judge(DEBUG=False, project=project)
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.settings-default"]


def test_propagated_exceptions_are_reported(judge, warnings_of):
    assert warnings_of(judge(DEBUG=False, DEBUG_PROPAGATE_EXCEPTIONS=True)) == ["security.debug-exceptions"]


def test_a_start_file_that_names_no_module_of_the_repository(judge):
    project = replace(PROJECT, default_module="old.settings", default_module_at=Origin("shop/wsgi.py", 3), default_is_missing=True)
    assert "starts with old.settings, which is not in the repository, while" in judge(project=project, DEBUG=False).findings[0].message


def test_a_configuration_class_for_development_is_reported(judge):
    project = replace(PROJECT, configuration="Dev", development_class_at=Origin("shop/wsgi.py", 3))
    outcome = judge(DEBUG=False, project=project)
    assert (outcome.status, [finding.rule for finding in outcome.findings]) == (Status.PASS, ["security.settings-default"])
    assert "the class Dev" in outcome.findings[0].message

from __future__ import annotations

from collections.abc import Callable

import pytest

from ready_gate.checks.documentation import environment, mobile_client
from ready_gate.facts.views import Document, Documents, Options, Variables
from ready_gate.model import Level, Status

Make = Callable[..., Variables]
TEMPLATE = Document(".env.example", {"SECRET_KEY": 1, "DATABASE_URL": 3}, True, {"SECRET_KEY": 1, "DATABASE_URL": 3})
README = Document("README.md", {"DEBUG": 12})


def test_every_variable_in_a_template_or_a_page_passes(make_variables: Make) -> None:
    outcome = environment(make_variables("SECRET_KEY", "DATABASE_URL", optional=("DEBUG",)), Documents((TEMPLATE, README)))
    assert outcome.status is Status.PASS
    assert outcome.reason == "all 3 variables that the code reads are documented (.env.example, README.md)"
    assert not outcome.findings


def test_each_missing_variable_is_listed_with_the_line_that_reads_it(make_variables: Make) -> None:
    outcome = environment(make_variables("SECRET_KEY", "SENTRY_DSN", optional=("CACHE_URL",)), Documents((TEMPLATE,), frozenset({"DATABASE_URL"})))
    assert outcome.status is Status.FAIL
    assert [(str(finding.at), finding.message) for finding in outcome.findings] == [
        ("shop/settings.py:3", "CACHE_URL is documented nowhere"),
        ("shop/settings.py:2", "SENTRY_DSN is documented nowhere"),
    ]


def test_without_any_document_everything_is_missing(make_variables: Make) -> None:
    outcome = environment(make_variables("SECRET_KEY"), Documents(()))
    assert outcome.status is Status.FAIL
    assert "there is no environment template and no document" in outcome.reason


def test_what_the_system_gives_needs_no_documentation(make_variables: Make) -> None:
    assert environment(make_variables("SECRET_KEY", "HOME", "PATH"), Documents((TEMPLATE,), frozenset({"DATABASE_URL"}))).status is Status.PASS


def test_a_read_that_could_not_be_told_is_unknown(make_variables: Make) -> None:
    outcome = environment(
        make_variables("SECRET_KEY", doubts=("shop/settings.py:9 reads a variable whose name is computed",)), Documents((TEMPLATE,))
    )
    assert outcome.status is Status.UNKNOWN
    assert "shop/settings.py:9" in outcome.reason
    assert not outcome.findings


def test_documents_that_were_not_read_to_the_end_are_unknown(make_variables: Make) -> None:
    outcome = environment(make_variables("SENTRY_DSN"), Documents((TEMPLATE,), cut="docs/all.md is too large, or no text"))
    assert outcome.status is Status.UNKNOWN
    assert "SENTRY_DSN" in outcome.reason


@pytest.mark.parametrize("names", [(), ("HOME",)])
def test_nothing_read_is_not_applicable(make_variables: Make, names: tuple[str, ...]) -> None:
    assert environment(make_variables(*names), Documents((TEMPLATE,))).status is Status.NOT_APPLICABLE


def test_a_name_that_nothing_uses_is_reported(make_variables: Make) -> None:
    outcome = environment(make_variables("SECRET_KEY"), Documents((TEMPLATE,)))
    assert outcome.status is Status.PASS
    assert [(finding.level, str(finding.at)) for finding in outcome.findings] == [(Level.WARNING, ".env.example:3")]


def test_no_mobile_client_only_where_the_config_says_so() -> None:
    without = Options("/shop", item_options={"documentation.android-guide": {"mobile-client": False}})
    assert mobile_client(without).status is Status.NOT_APPLICABLE
    assert mobile_client(Options("/shop")).status is Status.PASS


def test_what_platforms_and_servers_set_needs_no_page(make_variables):
    variables = make_variables("SERVER_SOFTWARE", "RAILWAY_PUBLIC_DOMAIN", "RENDER_EXTERNAL_HOSTNAME", "PORT")
    assert environment(variables, Documents(())).status is Status.NOT_APPLICABLE


def test_a_template_documents_what_it_assigns_whatever_its_name(make_variables):
    template = Document(".env.example", {}, True, {"secret": 1})
    assert environment(make_variables("secret"), Documents((template,))).status is Status.PASS

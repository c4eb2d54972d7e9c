from __future__ import annotations

from datetime import date

from ready_gate.facts.support import support


def test_the_table_is_dated_and_in_order() -> None:
    table = support()
    assert table.source.startswith("https://www.djangoproject.com/")
    assert isinstance(table.as_of, date)
    assert all(isinstance(day, date) for day in table.django.values())
    assert list(table.django) == sorted(table.django, key=lambda series: [int(part) for part in series.split(".")])

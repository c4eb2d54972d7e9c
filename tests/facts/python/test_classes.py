"""Classes of the project and what they derive from."""


def test_named_tuple_classes_are_tuples(run):
    result = run(
        """
        import collections, enum
        from typing import NamedTuple
        class Paths(NamedTuple):
            base: str
            mode: str = "checkout"
            def joined(self):
                return self.base + "/" + self.mode
        paths = Paths(base="/srv")
        BASE, second = paths
        MODE = paths[1]
        JOINED = paths.joined()
        CHANGED = paths._replace(mode="wheel").mode
        ENTRIES = paths._asdict()
        SIZE = len(paths)
        IS_TUPLE = isinstance(paths, tuple)
        IS_LIST = isinstance(paths, list)
        POINT = isinstance(collections.namedtuple("Point", "x y")(1, 2), tuple)
        """
    )
    assert (result["BASE"], result["MODE"], result["JOINED"], result["CHANGED"], result["SIZE"]) == ("/srv", "checkout", "/srv/checkout", "wheel", 2)
    assert result["ENTRIES"] == {"base": "/srv", "mode": "checkout"}
    assert (result["IS_TUPLE"], result["IS_LIST"], result["POINT"]) == (True, False, True)


def test_classes_are_what_their_foreign_bases_are(run):
    result = run(
        """
        import enum
        from django.db import models
        class Level(enum.IntEnum):
            LOW = 1
        class Kind(models.TextChoices):
            A = "a"
        class Wrong(ValueError):
            pass
        NUMBER = isinstance(Level.LOW, int)
        TEXT = isinstance(Kind.A, str), isinstance(Kind.A, int)
        ERROR = isinstance(Wrong(), Exception), isinstance(Wrong(), KeyError)
        """
    )
    assert (result["NUMBER"], result["TEXT"], result["ERROR"]) == (True, (True, False), (True, False))


def test_settings_handed_on_under_computed_names_come_from_where_they_are_written(run):
    result = run(
        """
        import sys
        class Base:
            DEBUG = False
        module = sys.modules[__name__]
        for name in ("DEBUG",):
            setattr(module, name, getattr(Base, name))
        for name, value in {"SITE": 2}.items():
            globals()[name] = value
        setattr(module, "HERE", getattr(Base, "DEBUG"))
        """
    )
    assert (result["DEBUG"], result.lines("DEBUG")[-1]) == (False, "settings.py:4")
    assert (result["SITE"], result.lines("SITE")[-1]) == (2, "settings.py:8")
    assert result.lines("HERE")[-1] == "settings.py:10"

"""`class Meta` of models: which one counts, and what migrations keep of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.python import classes
from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.values import Class, Scalar, Value

_NAMES = """
verbose_name verbose_name_plural db_table db_table_comment ordering unique_together permissions get_latest_by order_with_respect_to db_tablespace
abstract managed proxy swappable auto_created default_permissions select_on_save default_related_name required_db_features required_db_vendor
base_manager_name default_manager_name indexes constraints index_together
"""
KEPT = tuple(_NAMES.split())
SINCE = {"db_table_comment": (4, 2)}
UNTIL = {"index_together": (5, 1)}


class Metas:
    """Finds the Meta of a model class. `is_abstract` says of a model class whether it is abstract."""

    def __init__(self, run: Interpreter, is_model: Callable[[Class], bool]) -> None:
        self.run, self.is_model = run, is_model
        self.attached: dict[int, bool] = {}
        self.abstracts: dict[int, bool | None] = {}

    def is_abstract(self, kind: Class) -> bool | None:
        """Whether the class is an abstract model; None where nobody knows."""
        if kind.serial not in self.abstracts:
            self.abstracts[kind.serial] = False  # a base that needs itself
            self.abstracts[kind.serial] = self._is_abstract(kind)
        return self.abstracts[kind.serial]

    def _is_abstract(self, kind: Class) -> bool | None:
        own = kind.namespace.get("Meta")
        if not isinstance(own, Class):
            return False if own is None else None
        for base in self._order(own):
            if "abstract" in base.namespace:
                held = base.namespace["abstract"]
                if base is not own and self._of_abstract_model(kind, base):
                    return False  # Django takes it back for those that inherit it
                return bool(held.value) if isinstance(held, Scalar) else None
        return False

    def _of_abstract_model(self, kind: Class, meta: Class) -> bool:
        return any(_is_same(base.namespace.get("Meta"), meta) for base in self._models(kind))

    def _models(self, kind: Class) -> Iterator[Class]:
        return (base for base in classes.order(self.run, kind) if isinstance(base, Class) and base is not kind and self.is_model(base))

    def _order(self, meta: Class) -> list[Class]:
        return [base for base in classes.order(self.run, meta) if isinstance(base, Class)]

    def found(self, kind: Class) -> Value | None:
        """The Meta that counts for the class: its own, or the next one of an abstract base or of a mixin; concrete models hand none on."""
        if "Meta" in kind.namespace:
            return kind.namespace["Meta"]
        for base in classes.order(self.run, kind)[1:]:
            if isinstance(base, Class) and "Meta" in base.namespace and not (self.is_model(base) and self.is_abstract(base) is False):
                return base.namespace["Meta"]
        return None

    def get(self, meta: Value | None, name: str) -> Value | None:
        """An attribute of a Meta, inherited ones included."""
        if not isinstance(meta, Class):
            return None
        return next((base.namespace[name] for base in self._order(meta) if name in base.namespace), None)

    def strange(self, meta: Value | None) -> list[str]:
        """Names of a Meta that Django does not know: another package adds them to the options that it allows."""
        rows = self._order(meta) if isinstance(meta, Class) else []
        names = dict.fromkeys(name for base in rows if base.origins for name in base.namespace)
        return [name for name in names if not name.startswith("_") and name not in KEPT and name not in ("app_label", "apps")]

    def vague(self, meta: Value | None) -> str | None:
        """Why the Meta may say more than is known."""
        if meta is None:
            return None
        if not isinstance(meta, Class):
            return "its Meta is not known"
        unknown = [base for base in classes.order(self.run, meta) if not isinstance(base, Class) and not _is_object(base)]
        return "a base of its Meta is not known" if unknown else None


def _is_same(one: Value | None, other: Class) -> bool:
    """Whether it is one class; of another package's class there may be two pictures."""
    if one is other or not isinstance(one, Class):
        return one is other
    return not one.origins and not other.origins and dotted_of(one) == dotted_of(other)


def _is_object(value: Value) -> bool:
    return getattr(value, "dotted", "") == "builtins.object"

"""Ways to change the source of a model: those that need a migration, and those that do not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random


@dataclass
class Place:
    """A field in a models file: its class, its statement, and its call."""

    text: str
    tree: ast.Module
    model: ast.ClassDef
    statement: ast.Assign
    call: ast.Call
    random: Random

    @property
    def kind(self) -> str:
        """The name of the field's class."""
        return self.call.func.attr if isinstance(self.call.func, ast.Attribute) else ""

    def keyword(self, name: str) -> ast.keyword | None:
        """An argument by name."""
        return next((item for item in self.call.keywords if item.arg == name), None)

    def written(self, node: ast.AST) -> str:
        """A node's source."""
        return ast.get_source_segment(self.text, node) or ""

    def replaced(self, node: ast.AST, new: str) -> str:
        """The source with another text for a node."""
        start, end = (_offset(self.text, line, column) for line, column in _ends(node))
        data = self.text.encode()
        return (data[:start] + new.encode() + data[end:]).decode()

    def of(self, text: str) -> Place:
        """The same place in a changed source."""
        return replace(self, text=text)

    def with_argument(self, argument: str) -> str:
        """The source with one more argument for the field."""
        before = self.written(self.call)
        comma = "" if before.rstrip(")").rstrip().endswith(("(", ",")) else ", "
        return self.replaced(self.call, f"{before[:-1].rstrip()}{comma}{argument})")

    def before_class(self, lines: str, base: str | None = None, without: bool = False) -> str:
        """The source with lines in front of the class, which may get another base or lose the field."""
        rows = self.text.splitlines(keepends=True)
        first = min([self.model.lineno, *(item.lineno for item in self.model.decorator_list)]) - 1
        if without:
            start, end = self.statement.lineno - 1, self.statement.end_lineno or self.statement.lineno
            rows[start:end] = [" " * self.statement.col_offset + "pass\n"] + ["\n"] * (end - start - 1)
        if base is not None:
            rows[self.model.lineno - 1] = rows[self.model.lineno - 1].replace("(models.Model)", f"({base})")
        return "".join([*rows[:first], lines, *rows[first:]])

    def inside(self, line: str) -> str:
        """The source with a line in front of the field."""
        rows = self.text.splitlines(keepends=True)
        rows.insert(self.statement.lineno - 1, " " * self.statement.col_offset + line + "\n")
        return "".join(rows)


def _ends(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(row.encode()) for row in text.splitlines(keepends=True)[: line - 1]) + column


def places(text: str, random: Random) -> Iterator[Place]:
    """The fields of the concrete models in a file, as far as they are written plainly."""
    tree = ast.parse(text)
    for model in tree.body:
        if isinstance(model, ast.ClassDef) and any(ast.unparse(base) == "models.Model" for base in model.bases) and not _is_set_apart(model):
            for statement in model.body:
                value = statement.value if isinstance(statement, ast.Assign) else None
                named = isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
                if (
                    isinstance(value, ast.Call)
                    and named
                    and ast.unparse(value.func).startswith("models.")
                    and ast.unparse(value.func).endswith("Field")
                ):
                    yield Place(text, tree, model, statement, value, random)  # type: ignore[arg-type]


def _is_set_apart(model: ast.ClassDef) -> bool:
    """Whether its Meta says that it has no table of its own."""
    return any(word in ast.unparse(item) for item in model.body if isinstance(item, ast.ClassDef) for word in ("abstract", "managed", "proxy"))


Way = Callable[[Place], str | None]
WRONG: dict[str, Way] = {}
HARMLESS: dict[str, Way] = {}


def way(table: dict[str, Way]) -> Callable[[Way], Way]:
    """Register a way by its name."""

    def register(function: Way) -> Way:
        table[function.__name__.replace("_", " ")] = function
        return function

    return register


def _number(place: Place, name: str) -> ast.Constant | None:
    found = place.keyword(name)
    return found.value if found is not None and isinstance(found.value, ast.Constant) and isinstance(found.value.value, int) else None


@way(WRONG)
def longer(place: Place) -> str | None:
    number = _number(place, "max_length")
    return place.replaced(number, str(int(number.value) + 1)) if number is not None else None  # type: ignore[arg-type]


@way(WRONG)
def null_turned(place: Place) -> str | None:
    found = place.keyword("null")
    if found is not None and isinstance(found.value, ast.Constant):
        return place.replaced(found.value, str(not found.value.value))
    return place.with_argument("null=True") if found is None and "ManyToMany" not in place.kind else None


@way(WRONG)
def another_default(place: Place) -> str | None:
    found = place.keyword("default")
    if found is None or not isinstance(found.value, ast.Constant):
        return None
    value = found.value.value
    return place.replaced(found.value, str(not value) if isinstance(value, bool) else str(value + 1) if isinstance(value, int) else '"another"')


@way(WRONG)
def words_of_help(place: Place) -> str | None:
    return place.with_argument('help_text="planted"') if place.keyword("help_text") is None else None


@way(WRONG)
def another_label(place: Place) -> str | None:
    return place.with_argument('verbose_name="planted"') if place.keyword("verbose_name") is None and not place.call.args else None


@way(WRONG)
def renamed(place: Place) -> str | None:
    target = place.statement.targets[0]
    return place.replaced(target, f"{place.written(target)}_planted")


@way(WRONG)
def gone(place: Place) -> str | None:
    return place.before_class("", without=True)


@way(WRONG)
def one_more(place: Place) -> str | None:
    return place.inside('planted = models.CharField(max_length=7, default="")')


@way(WRONG)
def another_class(place: Place) -> str | None:
    return place.replaced(place.call.func, "models.TextField") if place.kind == "CharField" else None


@way(WRONG)
def choices_given(place: Place) -> str | None:
    return place.with_argument('choices=[("a", "A")]') if place.kind == "CharField" and place.keyword("choices") is None else None


@way(WRONG)
def a_new_model(place: Place) -> str | None:
    return place.before_class("class Planted(models.Model):\n    name = models.CharField(max_length=3)\n\n\n")


@way(WRONG)
def meta_changed(place: Place) -> str | None:
    metas = [item for item in place.model.body if isinstance(item, ast.ClassDef) and item.name == "Meta"]
    if metas and "verbose_name" in ast.unparse(metas[0]):
        return None
    if metas:
        return place.replaced(metas[0], place.written(metas[0]) + "\n" + " " * (metas[0].col_offset + 4) + 'verbose_name = "planted"')
    return place.inside('class Meta:\n        verbose_name = "planted"\n')


@way(HARMLESS)
def arguments_turned_round(place: Place) -> str | None:
    if len(place.call.keywords) < 2 or any(item.arg is None for item in place.call.keywords):
        return None
    parts = [*map(place.written, place.call.args), *(f"{item.arg}={place.written(item.value)}" for item in reversed(place.call.keywords))]
    return place.replaced(place.call, f"{place.written(place.call.func)}({', '.join(parts)})")


@way(HARMLESS)
def label_by_name(place: Place) -> str | None:
    if len(place.call.args) != 1 or place.kind in ("ForeignKey", "OneToOneField", "ManyToManyField"):
        return None
    return place.replaced(place.call.args[0], f"verbose_name={place.written(place.call.args[0])}")


@way(HARMLESS)
def a_constant(place: Place) -> str | None:
    number = _number(place, "max_length")
    if number is None:
        return None
    return place.of(place.replaced(number, "PLANTED")).before_class(f"PLANTED = {number.value}\n\n")


@way(HARMLESS)
def an_alias(place: Place) -> str | None:
    changed = place.replaced(place.call.func, f"planted.{place.kind}")
    return Place(changed, place.tree, place.model, place.statement, place.call, place.random).before_class(
        "from django.db import models as planted\n\n"
    )


@way(HARMLESS)
def defaults_said(place: Place) -> str | None:
    return place.with_argument("unique=False") if place.keyword("unique") is None and place.kind not in ("OneToOneField", "ManyToManyField") else None


@way(HARMLESS)
def a_mixin(place: Place) -> str | None:
    if [ast.unparse(base) for base in place.model.bases] != ["models.Model"] or "\n" in place.written(place.statement):
        return None
    mixin = f"class Planted(models.Model):\n    {place.written(place.statement)}\n\n    class Meta:\n        abstract = True\n\n\n"
    own = {item.id for item in ast.walk(place.call) if isinstance(item, ast.Name)}
    inner = {target.id for item in place.model.body if isinstance(item, ast.Assign) for target in item.targets if isinstance(target, ast.Name)}
    return place.before_class(mixin, "Planted", without=True) if not own & (inner | {place.model.name}) else None


@way(HARMLESS)
def words(place: Place) -> str | None:
    return place.inside("# planted\n" + " " * place.statement.col_offset + "planted_limit = 7")


@way(HARMLESS)
def a_method(place: Place) -> str | None:
    return place.inside("def planted(self):\n" + " " * (place.statement.col_offset + 4) + "return self.pk\n")


@way(HARMLESS)
def a_sum(place: Place) -> str | None:
    number = _number(place, "max_length")
    return place.replaced(number, f"({number.value} + 0)") if number is not None else None


@way(HARMLESS)
def a_group_of_arguments(place: Place) -> str | None:
    number = _number(place, "max_length")
    if number is None or place.call.args:
        return None
    parts = [f"{item.arg}={place.written(item.value)}" for item in place.call.keywords if item.arg not in ("max_length", None)]
    return place.replaced(place.call, f"{place.written(place.call.func)}({', '.join([*parts, f'**dict(max_length={number.value})'])})")

"""What `makemigrations --check` would find: the schema that the migrations make, held against the one that the models want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ready_gate.facts.django.migrations.binding import Binding, is_many
from ready_gate.facts.django.migrations.effects import ALTER_OPTION_KEYS, listed, name_of
from ready_gate.facts.django.migrations.likeness import (
    Answer,
    differing,
    rows,
    same_but_for_name,
    same_in_database,
    unlike,
    unlike_mappings,
    without_partners,
)
from ready_gate.facts.django.migrations.schema import ModelKey, Schema, reference
from ready_gate.facts.django.plain import ANEW
from ready_gate.facts.views.migrations import Doubted, Missing
from ready_gate.facts.views.schema import Anew, FieldState, Made, ModelState, Undecided
from ready_gate.model import Origin

ORDINARY, PROXY, UNMANAGED = "ordinary", "proxy", "unmanaged"
Found = dict[str, list[Missing]]
PARTS = {"indexes": ("AddIndex", "RemoveIndex", "index"), "constraints": ("AddConstraint", "RemoveConstraint", "constraint")}


@dataclass
class Difference:
    """The comparison of two schemas in the apps that have migrations, as Django's autodetector makes it in this version. `after.doubts` says of apps
    why they may have more models than are known, `absent` why a model that is not among them may be there all the same; `labels` are those of all
    installed apps, with whether each is sure. `settled`: it is known on which side of Django 4.0 the project is."""

    before: Schema
    after: Schema
    apps: frozenset[str]
    version: tuple[int, ...] = (5, 2)
    absent: Callable[[ModelState], str | None] = lambda state: None
    labels: Mapping[str, bool] = field(default_factory=dict)
    settled: bool = True
    missing: Found = field(default_factory=dict)
    doubts: dict[str, list[Doubted]] = field(default_factory=dict)

    def run(self) -> None:
        """Fill `missing` and `doubts`."""
        old, new = self._kinds(self.before), self._kinds(self.after)
        for app, name in sorted(old.keys() | new.keys()):
            key = (app, name)
            if key not in new:
                self._deleted(key)
            elif key not in old:
                self._created(key)
            else:
                self._kept(key, old[key], new[key])
        for app in sorted(self.apps):
            for why in (self.before.doubts.get(app), self.after.doubts.get(app)):
                if why:
                    self.doubt(app, None, why)

    def _kinds(self, schema: Schema) -> dict[ModelKey, str]:
        return {key: _kind(model) for key, model in schema.models.items() if key[0] in self.apps}

    def miss(self, model: ModelState, operation: str, said: str, name: str | None = None, at: Origin | None = None) -> None:
        """Note an operation that no migration holds."""
        self.missing.setdefault(model.app, []).append(Missing(operation, model.name, name, said, at or model.at))

    def doubt(self, app: str, model: str | None, reason: str, at: Origin | None = None) -> None:
        """Note what nobody can tell."""
        found = Doubted(model, reason, at)
        if found not in self.doubts.setdefault(app, []):
            self.doubts[app].append(found)

    # Whole models

    def _deleted(self, key: ModelKey) -> None:
        model = self.before.models[key]
        why = self.after.doubts.get(key[0]) or self.before.doubts.get(key[0]) or self.absent(model)
        if not why:
            self.miss(model, "DeleteModel", f"no model {model.name} is left of the one that the migrations make")
        else:
            self.doubt(model.app, model.name, f"whether the model is still there is not known: {why}", model.at)

    def _created(self, key: ModelKey) -> None:
        model = self.after.models[key]
        why = self.before.doubts.get(key[0]) or model.undecided
        if why:
            self.doubt(model.app, model.name, f"whether a migration makes the model is not known: {why}", model.at)
        else:
            self.miss(model, "CreateModel", f"no migration makes the model {model.name}")

    def _kept(self, key: ModelKey, was: str, now: str) -> None:
        old, new = self.before.models[key], self.after.models[key]
        why = self.before.doubts.get(key[0])
        if why or "" in (was, now):
            self.doubt(new.app, new.name, why or "whether Django manages the model's table is not known", new.at)
            return
        if PROXY in (was, now) and was != now:
            for operation in ("DeleteModel", "CreateModel"):
                self.miss(new, operation, f"the migrations make {new.name} {_as(was)}, and it is {_as(now)}")
            if was == PROXY:
                self._led_elsewhere(key)
            return
        if was == now == ORDINARY:
            self._fields(old, new)
            self._compare_together(old, new)
            self._parts(old, new, "indexes")
            self._parts(old, new, "constraints")
            self._option(old, new, "order_with_respect_to", "AlterOrderWithRespectTo")
            self._settle(
                old, new, unlike(old.managers, new.managers), "AlterModelManagers", f"the managers of {new.name} that migrations use have changed"
            )
        self._options(old, new)
        if was == now:
            self._option(old, new, "db_table", "AlterModelTable")
            if self.version >= (4, 2):
                self._option(old, new, "db_table_comment", "AlterModelTableComment")

    def _led_elsewhere(self, key: ModelKey) -> None:
        """Relations to a model that was a proxy and gets a table of its own, also by way of its proxies."""
        for target in sorted(self._with_proxies(key)):
            for model in self.after.referring(target):
                for one in model.fields:
                    if model.app in self.apps and reference(model.app, one.arguments.get("to")) == target:
                        said = f"the field {one.name} of {model.name} leads to a table that is not there yet"
                        self.miss(model, "AlterField", said, one.name, one.at)

    def _with_proxies(self, key: ModelKey) -> set[ModelKey]:
        found: set[ModelKey] = {key}
        proxies = [model for model in self.after.models.values() if model.options.get("proxy") is True]
        for _ in proxies:
            above = {".".join(one) for one in found}
            found |= {model.key for model in proxies if above & set(model.bases)}
        return found

    # Parts of a model

    def _fields(self, old: ModelState, new: ModelState) -> None:
        before, after = ({one.name: one for one in model.fields} for model in (old, new))
        for name in sorted(after.keys() - before.keys()):
            lent = after[name].lent
            if lent:
                self.doubt(new.app, new.name, f"the field {name}: {lent}", new.at)
            elif not old.undecided:
                self.miss(new, "AddField", f"no migration adds the field {name} to {new.name}", name, after[name].at)
        for name in sorted(before.keys() - after.keys()):
            maker = _maker_of(name, new.fields)
            if maker is not None:
                self.doubt(new.app, new.name, f"the field {name}: the class of {maker.name} may add it", maker.at)
            elif new.lent:
                self.doubt(new.app, new.name, f"the field {name}: {new.lent}", new.at)
            elif not new.undecided:
                self.miss(new, "RemoveField", f"the field {name} is gone from {new.name}, and no migration removes it", name)
        for name in sorted(before.keys() & after.keys()):
            self._field(old, new, before[name], after[name])
        for doubt in (old.undecided, new.undecided):
            if doubt:
                self.doubt(new.app, new.name, doubt, new.at)

    def _field(self, model: ModelState, new_model: ModelState, old: FieldState, new: FieldState) -> None:
        new = self._led_by_guess(old, new)
        old, new = Binding(self.version, self.settled).pair((model, old), (new_model, new))
        answer = unlike(old, new)
        if isinstance(answer, str):
            self.doubt(new_model.app, new_model.name, f"the field {new.name}: {answer}", new.at)
        elif answer and not model.undecided:
            self._altered(new_model, old, new)

    def _led_by_guess(self, old: FieldState, new: FieldState) -> FieldState:
        """The field with the label that migrations know for another package's model, where we only guessed what its app calls itself."""
        led = {}
        for name in ("to", "through"):
            (label, dot, model), (guess, _, other) = (str(one.arguments.get(name)).partition(".") for one in (old, new))
            if dot and label != guess and model == other and label not in self.labels and self.labels.get(guess) is False:
                led[name] = old.arguments[name]
        return replace(new, arguments={**new.arguments, **led}) if led else new

    def _altered(self, model: ModelState, old: FieldState, new: FieldState) -> None:
        replaced = is_many(old) != is_many(new) or (self.version >= (6, 1) and is_many(old) and old.arguments.get("to") != new.arguments.get("to"))
        if replaced:
            said = f"{new.name} of {model.name} is another kind of relation than the one that migrations make"
            self.miss(model, "RemoveField", said, new.name, new.at)
            self.miss(model, "AddField", said, new.name, new.at)
        else:
            what = ", ".join(differing(old, new))
            if any(isinstance(part, Anew) for part in new.arguments.values()):
                what += f": {ANEW}, so that makemigrations never comes to an end"
            self.miss(model, "AlterField", f"the field {new.name} of {model.name} differs from what migrations make of it ({what})", new.name, new.at)

    def _compare_together(self, old: ModelState, new: ModelState) -> None:
        names = {"unique_together": "AlterUniqueTogether", **({"index_together": "AlterIndexTogether"} if self.version < (5, 1) else {})}
        for option, operation in names.items():
            before, after = rows(old.options.get(option)), rows(new.options.get(option))
            self._settle(old, new, unlike(before, after), operation, f"{option} of {new.name} has changed")

    def _parts(self, old: ModelState, new: ModelState, option: str) -> None:
        """Indexes or constraints: which were added, removed, or only changed in name or message."""
        add, remove, noun = PARTS[option]
        before, after = listed(old, option), listed(new, option)
        added, doubts = without_partners(after, before)
        removed, more = without_partners(before, after)
        for doubt in dict.fromkeys([*doubts, *more]):
            self.doubt(new.app, new.name, f"{option}: {doubt}", new.at)
        for part in [*added]:
            partner = self._partner(option, part, removed)
            if partner is not None:
                added.remove(part)
                removed.remove(partner)
                changed = "RenameIndex" if option == "indexes" else "AlterConstraint"
                self.miss(new, changed, f"the {noun} {name_of(part)} of {new.name} differs from what migrations make", _text(name_of(part)))
        if new.lent and (added or removed):
            self.doubt(new.app, new.name, f"{option}: {new.lent}", new.at)
            return
        for part in [part for part in removed if _made_elsewhere(part, new)]:
            removed.remove(part)
            self.doubt(new.app, new.name, f"{option}: whoever makes its fields may make {name_of(part)}", new.at)
        for part in [] if new.undecided else removed:
            self.miss(new, remove, f"the {noun} {name_of(part)} is gone from {new.name}, and no migration removes it", _text(name_of(part)))
        for part in [] if old.undecided else added:
            self.miss(new, add, f"no migration adds the {noun} {name_of(part)} to {new.name}", _text(name_of(part)))

    def _partner(self, option: str, part: object, removed: Iterable[object]) -> object | None:
        if option == "indexes":
            return next((one for one in removed if self.version >= (4, 1) and same_but_for_name(one, part)), None)
        return next((one for one in removed if self.version >= (5, 2) and same_in_database(one, part)), None)

    # Options

    def _options(self, old: ModelState, new: ModelState) -> None:
        answer = unlike_mappings(old.options, new.options, ALTER_OPTION_KEYS)
        names = [name for name in ALTER_OPTION_KEYS if unlike_mappings(old.options, new.options, [name]) is True]
        self._settle(old, new, answer, "AlterModelOptions", f"Meta options of {new.name} have changed ({', '.join(names)})")

    def _option(self, old: ModelState, new: ModelState, option: str, operation: str) -> None:
        answer = unlike(old.options.get(option), new.options.get(option))
        self._settle(old, new, answer, operation, f"{option} of {new.name} has changed")

    def _settle(self, old: ModelState, model: ModelState, answer: Answer, operation: str, said: str) -> None:
        """Note a difference in options; a doubt about the whole model was noted with its fields."""
        if isinstance(answer, str) or (answer and model.lent):
            self.doubt(model.app, model.name, answer if isinstance(answer, str) else str(model.lent), model.at)
        elif answer and not (old.undecided or model.undecided):
            self.miss(model, operation, said)


def _made_elsewhere(part: object, model: ModelState) -> bool:
    """Whether an index is over a field that a package makes by itself, which may make the index as well."""
    names = part.keywords.get("fields") if isinstance(part, Made) else None
    fields = [model.field(str(name).lstrip("-")) for name in names] if isinstance(names, tuple) else []
    return any(one is not None and one.undecided for one in fields)


def _maker_of(name: str, fields: Iterable[FieldState]) -> FieldState | None:
    """A field of a class that is not Django's, which may bring another one along: `price` and `price_currency`."""
    return next((one for one in fields if name.startswith(one.name) and not one.kind.startswith("django.")), None)


def _kind(model: ModelState) -> str:
    managed, proxy = model.options.get("managed", True), model.options.get("proxy", False)
    if isinstance(managed, Undecided) or isinstance(proxy, Undecided):
        return ""
    if not managed:
        return UNMANAGED
    return PROXY if proxy else ORDINARY


def _as(kind: str) -> str:
    return {ORDINARY: "a model of its own", PROXY: "a proxy", UNMANAGED: "an unmanaged model"}[kind]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

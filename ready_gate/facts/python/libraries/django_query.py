"""Query expressions of Django as code writes them down: `Q` with its operators, `F` in arithmetic. Nothing is worked out of them."""

from __future__ import annotations

from collections.abc import Callable

from ready_gate.facts.python.libraries import MODELS, Call, Model, models, version
from ready_gate.facts.python.libraries.lifting import instance
from ready_gate.facts.python.values import Class, Instance, Items, Scalar, Symbol, Table, Value, merge_reads

Q, F, VALUE, COMBINED, ORDER = (f"django.db.models.{name}" for name in ("Q", "F", "Value", "CombinedExpression", "OrderBy"))
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "^", "mod": "%%"}
EXPRESSIONS = (F, VALUE, COMBINED)
MODELS.aliases |= {f"django.db.models.query_utils.{name}": f"django.db.models.{name}" for name in ("Q",)}
MODELS.aliases |= {f"django.db.models.expressions.{name}": f"django.db.models.{name}" for name in ("F", "Value", "CombinedExpression")}
MODELS.aliases |= {f"django.contrib.gis.db.models.{name}": f"django.db.models.{name}" for name in ("Q", "F", "Value", "SET")}
MODELS.aliases |= {f"django.db.models.enums.{name}": f"django.db.models.{name}" for name in ("TextChoices", "IntegerChoices")}
MODELS.aliases |= {"django.db.models.deletion.SET": "django.db.models.SET"}


def _keeping(dotted: str) -> Model:
    def keep(call: Call) -> Value:
        return instance(call, dotted)

    return keep


for _name in (F, VALUE, "django.db.models.SET", "django.db.models.fields.json.KT"):
    models(_name)(_keeping(_name))


@models("enum.auto")
def automatic(call: Call) -> Value:
    """A value that the enumeration makes by itself."""
    return instance(call, "enum.auto")


@models("django.db.models.TextChoices", "django.db.models.IntegerChoices")
def listed_choices(call: Call) -> Value:
    """`TextChoices("Name", "FIRST SECOND")`: the members by their names, or with their values."""
    name, given = call.plain(0, "value"), call.argument(1, "names")
    text = given.value if isinstance(given, Scalar) else None
    rows: list[Value] | None = [Scalar(word) for word in text.replace(",", " ").split()] if isinstance(text, str) else None
    if isinstance(given, Table) and not given.rest:
        rows = [Items([Scalar(key), value], "tuple") for key, value in given.entries.items()]
    rows = rows if rows is not None else call.run.iterate(given) if given is not None else None
    if rows is None or not isinstance(name, str) or call.open or len(call.args) > 2:
        return call.unknown("an enumeration whose members are not known")
    made = Class(name, [Symbol(call.name)], module="", origins=(call.at,))
    for number, row in enumerate(rows, 1):
        pair = call.run.iterate(row) if isinstance(row, Items) else None
        key = pair[0] if pair and len(pair) == 2 else row
        if not isinstance(key, Scalar) or not isinstance(key.value, str):
            return call.unknown("an enumeration whose members are not known")
        own = Scalar(key.value if call.name.endswith("TextChoices") else number, origins=(call.at,))
        made.namespace[key.value] = pair[1] if pair and len(pair) == 2 else own
    return made


def _ordered(descends: bool) -> Model:
    def order(call: Call) -> Value:
        if call.receiver is None or call.open:
            return call.unknown("an expression that is not known")
        keywords = {**({"descending": Scalar(True)} if descends else {}), **call.keywords}
        return Instance(Symbol(ORDER), [call.receiver], keywords, origins=(call.at,), reads=merge_reads(call.sources()))

    return order


for _kind in (*EXPRESSIONS, "django.db.models.expressions.BaseExpression"):
    models(f"{_kind}.desc")(_ordered(True))
    models(f"{_kind}.asc")(_ordered(False))


@models(Q)
def condition(call: Call) -> Value:
    """A condition: its children in the order that Django gives them, its connector, and whether it is negated."""
    own = {name: value for name, value in call.keywords.items() if name in ("_connector", "_negated")}
    pairs = [Items([Scalar(name), value], "tuple") for name, value in sorted(call.keywords.items()) if name not in own]
    if call.open:
        return call.unknown("a condition with parts that are not known")
    return Instance(Symbol(Q), [*call.args, *pairs], own, origins=(call.at,), reads=merge_reads(call.sources()))


def _connector(value: Instance) -> object:
    given = value.keywords.get("_connector")
    return given.value if isinstance(given, Scalar) else "AND"


def _negated(value: Instance) -> bool:
    given = value.keywords.get("_negated")
    return isinstance(given, Scalar) and bool(given.value)


def _is_q(value: Value) -> bool:
    return isinstance(value, Instance) and isinstance(value.type, Symbol) and value.type.dotted == Q


def _made(call: Call, children: list[Value], connector: object, negated: bool = False) -> Value:
    keywords: dict[str, Value] = {"_connector": Scalar(connector)} if connector != "AND" else {}
    if negated:
        keywords["_negated"] = Scalar(True)
    return Instance(Symbol(Q), children, keywords, origins=(call.at,), reads=merge_reads(children))


def _added(children: list[Value], value: Instance, connector: object) -> list[Value]:
    """What `Node.add` does to these children."""
    joined = not _negated(value) and (_connector(value) == connector or len(value.args) == 1)
    return [*children, *value.args] if joined else [*children, value]


def _combining(connector: str) -> Model:
    def combine(call: Call) -> Value:
        left, right = call.receiver, call.args[0] if call.args else None
        if not isinstance(left, Instance) or not isinstance(right, Instance):
            return call.unknown("a condition with parts that are not known")
        if not _is_q(right):
            children: list[Value] = _added([], left, connector)
            return _made(call, [*children, right], connector)
        if not left.args or not right.args:
            return right if not left.args else left
        return _made(call, _added(_added([], left, connector), right, connector), connector)

    return combine


for _word, _name in (("or", "OR"), ("and", "AND"), ("xor", "XOR")):
    models(f"{Q}.__{_word}__")(_combining(_name))


@models(f"{Q}.__invert__")
def inverted(call: Call) -> Value:
    """`~q`: up to Django 4.1 it is wrapped first."""
    value = call.receiver
    if not isinstance(value, Instance):
        return call.unknown("a condition that is not known")
    found = version(call.run, "django")
    if found is not None and found < (4, 2):
        return _made(call, _added([], value, "AND"), "AND", negated=True)
    return _made(call, list(value.args), _connector(value), not _negated(value))


def _arithmetic(sign: str, reverse: bool) -> Callable[[Call], Value]:
    def combine(call: Call) -> Value:
        own, other = call.receiver, call.args[0] if call.args else Scalar(None)
        if own is None or call.open:
            return call.unknown("an expression that is not known")
        if isinstance(other, Scalar):
            other = Instance(Symbol(VALUE), [other], origins=(call.at,))
        pair = [other, own] if reverse else [own, other]
        return Instance(Symbol(COMBINED), [pair[0], Scalar(sign), pair[1]], origins=(call.at,), reads=merge_reads(pair))

    return combine


for _kind in EXPRESSIONS:
    for _word, _sign in OPERATORS.items():
        models(f"{_kind}.__{_word}__")(_arithmetic(_sign, False))
        models(f"{_kind}.__r{_word}__")(_arithmetic(_sign, True))

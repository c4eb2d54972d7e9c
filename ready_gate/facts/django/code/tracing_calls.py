"""Calls: what they make of request data, which of them check it, and where it is put to use."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ready_gate.facts.django.code import tracing_values
from ready_gate.facts.django.code.flows import CLEAN, Atom, Flow, Frame, joined, validated
from ready_gate.facts.django.code.tracing_foreign import GATEWAYS, by_name, foreign, of_gateway, sink
from ready_gate.facts.python.codebase import FUNCTIONS, Defined

if TYPE_CHECKING:
    from ready_gate.facts.django.code.tracing import Tracer

WRITES = frozenset({"create", "get_or_create", "update_or_create", "update", "bulk_create", "bulk_update", "acreate", "aupdate", "aget_or_create"})
QUERIES = frozenset({"filter", "exclude", "get", "aget", "order_by", "values", "values_list", "annotate", "alias", "earliest", "latest", "in_bulk"})
OTHER_QUERIES = frozenset(
    {"all", "first", "last", "count", "exists", "delete", "select_related", "prefetch_related", "none", "using", "distinct", "iterator", "union"}
    | {"only", "defer", "select_for_update", "reverse", "aggregate", "afirst", "aexists", "acount", "add", "remove", "set", "clear"}
)
ROWS = frozenset({"get", "create", "first", "last", "earliest", "latest", "aget", "acreate", "afirst", "create_user", "create_superuser"})
PASSWORDS = frozenset({"set_password", "make_password", "create_user", "create_superuser"})
TEXTS = frozenset({"strip", "lower", "upper", "title", "replace", "split", "rsplit", "encode", "decode", "lstrip", "rstrip", "join", "splitlines"})
OF_DATA = frozenset({"get", "getlist", "pop", "setdefault", "__getitem__"})
SAME_DATA = frozenset({"copy", "dict", "items", "values", "keys", "read", "decode", "_mutable", "lists", "deepcopy"})
CURSORS = frozenset({"cursor", "cur", "curs", "c", "connection", "connections", "conn", "db", "engine", "session", "crsr", "cr"})
SERIALIZER_MAKERS = ("get_serializer", "serializer_class", "get_serializer_class", "get_form", "form_class", "get_form_class")


def call(tracer: Tracer, frame: Frame, node: ast.Call) -> Flow:
    """What a call gives."""
    args = [tracer.value(frame, arg.value if isinstance(arg, ast.Starred) else arg) for arg in node.args]
    keywords = {keyword.arg or "**": tracer.value(frame, keyword.value) for keyword in node.keywords}
    if isinstance(node.func, ast.Attribute):
        found = _method(tracer, frame, node, node.func, args, keywords)
        if found is not None:
            return found
    target = tracer.value(frame, node.func)
    if target.kind == "inner" and isinstance(target.node, (ast.Lambda, *FUNCTIONS)):
        return _inner(tracer, frame, target.node, args, keywords)
    if target.kind == "name":
        return _named(tracer, frame, node, target.type, args, keywords)
    return joined([*args, *keywords.values(), Flow(target.atoms)]) if target.kind != "clean" else CLEAN


def _inner(
    tracer: Tracer, frame: Frame, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef, args: list[Flow], keywords: dict[str, Flow]
) -> Flow:
    """A function that was defined within this one sees its names."""
    from ready_gate.facts.django.code.tracing import MAX_DEPTH, bound

    if frame.depth >= MAX_DEPTH:
        return joined([*args, *keywords.values()])
    names = [argument.arg for argument in node.args.args]
    given = bound(node, args, keywords) if isinstance(node, FUNCTIONS) else dict(zip(names, args, strict=False))
    inner = Frame(frame.module, frame.trace, {**frame.env, **given}, frame.receiver, frame.owner, frame.depth + 1, own_name=frame.own_name)
    return tracer.run(inner, node)


def _method(tracer: Tracer, frame: Frame, node: ast.Call, func: ast.Attribute, args: list[Flow], keywords: dict[str, Flow]) -> Flow | None:
    """The call of a method, by what it is called on; None where it is rather a function of a module."""
    name, everything = func.attr, [*args, *keywords.values()]
    if _is_super(func.value):
        return _super(tracer, frame, name, args, keywords)
    if name in ("raw", "extra", "execute", "executemany", "executescript") and not _foreign_execute(tracer, frame, func):
        sink(
            frame,
            node,
            "sql",
            name,
            *args[:1],
            *([keywords[key] for key in ("sql", "where", "select", "query", "order_by", "tables") if key in keywords]),
        )
        return CLEAN
    holder = tracer.value(frame, func.value)
    if holder.kind in ("data", "validated", "validator", "gateway"):
        return _of_input(tracer, frame, node, holder, name, args, everything)
    if holder.kind in ("self", "object"):
        return _of_object(tracer, frame, node, holder, name, args, keywords)
    if name in PASSWORDS:
        sink(frame, node, "password", name, *everything)
    if is_query(tracer, frame, node):
        return _query(tracer, frame, node, name, everything)
    if holder.kind == "row" or (holder.kind in ("", "clean") and name == "save"):
        return _of_row(tracer, frame, node, holder, func, args, keywords)
    if name == "format":
        varies = any(flow.texts for flow in everything) or not all(tracing_values.constant(tracer, frame, arg) for arg in node.args)
        return Flow(joined([holder, *everything]).atoms, "", "", varies)
    if name in TEXTS and holder.kind != "name":
        return Flow(joined([holder, *everything]).atoms, "", "", holder.built or any(flow.built for flow in everything))
    if holder.kind == "name":
        return _task(tracer, frame, holder, name, args, keywords)
    return by_name(frame, node, name, [holder, *everything])


def _of_input(tracer: Tracer, frame: Frame, node: ast.Call, holder: Flow, name: str, args: list[Flow], everything: list[Flow]) -> Flow:
    if holder.kind == "validator":
        return _of_validator(frame, node, holder, name, everything)
    return of_gateway(frame, node, holder, name, everything) if holder.kind == "gateway" else _of_data(tracer, holder, node, name, args)


def _foreign_execute(tracer: Tracer, frame: Frame, func: ast.Attribute) -> bool:
    """`schema.execute(…)` of GraphQL, `payment.execute(…)` of a gateway, `service.execute()` of the project: no cursor."""
    holder = tracer.value(frame, func.value)
    if not func.attr.startswith("exec"):
        return holder.kind in ("data", "request")
    said = {word for word in re.split(r"[^a-z]+", ast.unparse(func.value)[:200].lower()) if word}
    return holder.kind in ("object", "self") or not said & CURSORS


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _super(tracer: Tracer, frame: Frame, name: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    found = tracer.code.member(frame.receiver, name, after=frame.owner) if frame.receiver and frame.owner else None
    if found is not None:
        return tracer.call(frame, found, args, keywords, frame.env.get(frame.own_name, Flow(kind="self", type=frame.receiver or "")))
    if name in ("create", "update", "partial_update", "post", "put", "patch", "form_valid", "perform_create", "perform_update"):
        frame.trace.inherited[name] = None
        return CLEAN
    return CLEAN if name in ("get_object", "get_queryset", "save") else joined([*args, *keywords.values()])


def _of_data(tracer: Tracer, holder: Flow, node: ast.Call, name: str, args: list[Flow]) -> Flow:
    if name in OF_DATA:
        got = tracing_values.keyed(tracer, holder, node.args[0] if node.args else None)
        return Flow(got.atoms | frozenset(atom for arg in args[1:] for atom in arg.atoms), got.kind, got.type)
    if name in SAME_DATA:
        return Flow(holder.atoms, holder.kind, holder.type)
    return Flow(joined([holder, *args]).atoms, "", "", name == "format")


def _of_validator(frame: Frame, node: ast.Call, holder: Flow, name: str, everything: list[Flow]) -> Flow:
    """`is_valid(raise_exception=True)` goes on only with valid data; whatever comes out of it then is checked."""
    trace = frame.trace
    if name in ("is_valid", "full_clean", "run_validation", "validate"):
        trace.validates = True
        raises = any(
            keyword.arg == "raise_exception" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
            for keyword in node.keywords
        )
        if raises or name != "is_valid":
            trace.checked |= _whole(holder)
        return Flow(holder.atoms, "verdict", holder.type)
    if name == "save":
        sink(frame, node, "orm", "save", *everything)
        return Flow(kind="row")
    return CLEAN


def _whole(holder: Flow) -> set[Atom]:
    return set(holder.atoms)


def _of_object(tracer: Tracer, frame: Frame, node: ast.Call, holder: Flow, name: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    found = tracer.code.member(holder.type, name)
    if holder.kind == "self" and name in SERIALIZER_MAKERS and (found is None or name.endswith("_class") or name.startswith("get_serializer")):
        return _made_by_view(tracer, frame, holder, args, keywords)
    if found is not None and isinstance(found.node, FUNCTIONS):
        receiver = holder if not _is_static(found) else None
        return tracer.call(frame, found, args, keywords, receiver)
    if found is not None and isinstance(found.node, ast.expr):
        target = tracer.code.dotted(found.module, found.node)
        return _named(tracer, frame, node, target, args, keywords) if target else joined([*args, *keywords.values()])
    if holder.kind == "self" and name in ("create", "update", "partial_update", "post", "put", "patch", "form_valid"):
        frame.trace.inherited[name] = None
    if name in ("get_object", "get_user"):
        return Flow(kind="row")
    if name in ("get_queryset", "filter_queryset", "paginate_queryset", "get_success_url"):
        return CLEAN
    return joined([*args, *keywords.values()])


def _is_static(found: Defined) -> bool:
    decorators = getattr(found.node, "decorator_list", [])
    return any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in decorators)


def _made_by_view(tracer: Tracer, frame: Frame, holder: Flow, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    """A serializer or form that the view makes by its class attribute."""
    for name in ("serializer_class", "form_class"):
        found = tracer.code.member(holder.type, name)
        kind = tracer.code.dotted(found.module, found.node) if found is not None else None
        if kind:
            return _validator(frame, kind, args, keywords)
    return _validator(frame, "", args, keywords)


def _validator(frame: Frame, kind: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    frame.trace.validators[kind] = None
    given = [flow for flow in (*args, *keywords.values()) if flow.kind != "row"]
    return Flow(joined(given).atoms, "validator", kind)


def is_query(tracer: Tracer, frame: Frame, node: ast.Call) -> bool:
    """Whether a call is one of a manager or queryset: by its name and by what it is called on."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in WRITES | QUERIES | OTHER_QUERIES | {"create_user", "create_superuser"}:
        return False
    return _is_queryset(tracer, frame, node.func.value)


def _is_queryset(tracer: Tracer, frame: Frame, node: ast.expr, depth: int = 12) -> bool:
    if not depth:
        return False
    if isinstance(node, ast.Attribute):
        if node.attr in ("objects", "_default_manager", "_base_manager", "all_objects") or node.attr.endswith(("_set", "_objects", "_manager")):
            return True
        holder = tracer.value(frame, node)
        return holder.kind == "rows" or (tracer.value(frame, node.value).kind == "row" and node.attr not in ("session",))
    if isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute):
            return func.attr in ("get_queryset", "filter_queryset") or (
                func.attr in WRITES | QUERIES | OTHER_QUERIES and _is_queryset(tracer, frame, func.value, depth - 1)
            )
        return False
    return tracer.value(frame, node).kind == "rows"


def _query(tracer: Tracer, frame: Frame, node: ast.Call, name: str, everything: list[Flow]) -> Flow:
    if name in WRITES | QUERIES | {"create_user", "create_superuser"}:
        sink(frame, node, "orm" if name not in QUERIES else "query", _shown(node), *everything)
    return Flow(kind="row" if name in ROWS else "rows", type=_model_of(tracer, frame, node))


def _model_of(tracer: Tracer, frame: Frame, node: ast.expr) -> str:
    """The model that a query starts from, empty where it is not named."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        inner = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager"):
            held = tracer.value(frame, inner)
            return tracer.user if held.type == "django.contrib.auth.models.User" else held.type
        node = inner
    return tracer.value(frame, node).type if isinstance(node, ast.Name) and node.id in frame.env else ""


def _shown(node: ast.Call) -> str:
    text = ast.unparse(node.func)
    return text if len(text) < 80 else f"…{text[-78:]}"


def _of_row(tracer: Tracer, frame: Frame, node: ast.Call, holder: Flow, func: ast.Attribute, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    """A method of a model's object."""
    name, everything = func.attr, [*args, *keywords.values()]
    if name == "save":
        path = tracing_values.path_of(func.value)
        kept = [flow for key, flow in frame.env.items() if path and key.startswith(f"{path}.")]
        sink(frame, node, "orm", _shown(node), *kept)
        return CLEAN
    if name in ("full_clean", "clean_fields"):
        frame.trace.validates = frame.trace.cleaned = True
        return CLEAN
    own = tracer.code.member(holder.type, name) if holder.type else None
    if own is not None and isinstance(own.node, FUNCTIONS):
        return tracer.call(frame, own, args, keywords, None if _is_static(own) else holder)
    if any(flow.atoms for flow in everything) and name not in PASSWORDS and not name.startswith(("check_", "has_", "is_")):
        sink(frame, node, "orm", _shown(node), *everything)
    return Flow(kind="row") if name.startswith("get_") else CLEAN


def _task(tracer: Tracer, frame: Frame, holder: Flow, name: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow | None:
    """`task.delay(…)` runs the function; other attributes of a global are functions of their own."""
    found = tracer.code.find(holder.type)
    if found is not None and isinstance(found.node, FUNCTIONS) and name in ("delay", "apply_async", "s", "si", "enqueue", "send"):
        return tracer.call(frame, found, args, keywords)
    return None


def _named(tracer: Tracer, frame: Frame, node: ast.Call, dotted: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    """The call of something by its dotted path."""
    everything = [*args, *keywords.values()]
    last = dotted.rpartition(".")[2]
    if last in PASSWORDS:
        sink(frame, node, "password", last, *everything)
    found = tracer.code.find(dotted)
    if found is not None and isinstance(found.node, FUNCTIONS):
        return _own_function(tracer, frame, found, args, keywords)
    if tracer.kinds.is_validator(dotted):
        return _validator(frame, dotted, args, keywords)
    if tracer.kinds.is_schema(dotted.rpartition(".")[0] if last[:1].islower() else dotted):
        frame.trace.validates = True
        return validated(joined(everything), dotted)
    if found is not None and isinstance(found.node, ast.ClassDef):
        return _instance(tracer, frame, node, dotted, args, keywords)
    client = _client(tracer, dotted)
    if client is not None:
        return of_gateway(frame, node, client, last, everything)
    return foreign(frame, node, dotted, everything)


def _client(tracer: Tracer, dotted: str) -> Flow | None:
    """The client of a gateway that a file of the project keeps in a name of its own."""
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 1, -1):
        found = tracer.code.find(".".join(parts[:end]))
        if found is not None and isinstance(found.node, ast.Call):
            maker = tracer.code.dotted(found.module, found.node.func) or ""
            return Flow(kind="gateway", type=maker) if maker.startswith(GATEWAYS) else None
    return None


def _own_function(tracer: Tracer, frame: Frame, found: Defined, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    """A function, a static or class method of the project."""
    receiver = Flow(kind="object", type=found.owner, parts={}) if found.owner is not None and not _is_static(found) else None
    if found.owner is not None and not _is_static(found) and args and args[0].kind in ("self", "object"):
        receiver, args = args[0], args[1:]
    return tracer.call(frame, found, args, keywords, receiver)


def _instance(tracer: Tracer, frame: Frame, node: ast.Call, dotted: str, args: list[Flow], keywords: dict[str, Flow]) -> Flow:
    """An object of a class of the project: a model's, or one whose `__init__` can be followed."""
    everything = [*args, *keywords.values()]
    if tracer.kinds.is_model(dotted):
        sink(frame, node, "orm", f"{dotted.rpartition('.')[2]}(…)", *everything)
        return Flow(kind="row", type=dotted)
    made = Flow(joined(everything).atoms, "object", dotted, parts={})
    maker = tracer.code.member(dotted, "__init__")
    if maker is not None:
        tracer.call(frame, maker, args, keywords, made)
        return Flow(frozenset(), "object", dotted, parts=made.parts)
    return made

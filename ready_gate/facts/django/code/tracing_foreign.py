"""Calls of other packages, of Django and of Python: which of them check what they are given, and where request data is put to use."""

from __future__ import annotations

import ast

from ready_gate.facts.django.code.flows import CLEAN, NOTHING, NUMBER, Atom, Flow, Frame, joined

NUMBERS = frozenset({"len", "bool", "hash", "ord", "id"})
CONVERSIONS = frozenset({"int", "float", "round", "Decimal", "UUID", "date", "datetime", "timedelta", "strptime", "fromisoformat"})
CODE = {
    "builtins.eval": "eval",
    "builtins.exec": "exec",
    "builtins.compile": "compile",
    "pickle.loads": "pickle.loads",
    "pickle.load": "pickle.load",
    "cloudpickle.loads": "cloudpickle.loads",
    "dill.loads": "dill.loads",
    "marshal.loads": "marshal.loads",
    "shelve.open": "shelve.open",
    "jsonpickle.decode": "jsonpickle.decode",
    "os.system": "os.system",
    "os.popen": "os.popen",
    "yaml.unsafe_load": "yaml.unsafe_load",
    "yaml.full_load": "yaml.full_load",
}
SHELLS = ("subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.getoutput")
SAFE_LOADERS = ("SafeLoader", "CSafeLoader", "BaseLoader")
GATEWAYS = (
    "requests.",
    "httpx.",
    "stripe.",
    "razorpay.",
    "paytmchecksum.",
    "urllib.request.",
    "urllib3.",
    "aiohttp.",
    "boto3.",
    "twilio.",
    "paypalrestsdk.",
    "paypalcheckoutsdk.",
    "braintree.",
    "mollie.",
    "square.",
    "cashfree_pg.",
    "phonepe.",
    "instamojo_wrapper.",
    "mercadopago.",
    "sslcommerz_lib.",
    "iyzipay.",
    "zeep.",
)
CLIENTS = ("client", "resource", "session")
REDIRECTS = ("django.shortcuts.redirect", "django.http.HttpResponseRedirect", "django.http.HttpResponsePermanentRedirect")
PATHS = ("builtins.open", "django.http.FileResponse", "os.remove", "os.unlink", "shutil.rmtree")
GET_OBJECT = ("get_object_or_404", "get_list_or_404", "aget_object_or_404")
CHECKING = (
    "validate",
    "clean",
    "verify",
    "check",
    "is_valid",
    "ensure",
    "assert_",
    "construct_event",
    "compare_digest",
    "require_",
    "parse_obj",
    "loads",
)


def sink(frame: Frame, node: ast.AST, kind: str, what: str, *flows: Flow) -> None:
    """Request data, or a text that was put together, is put to use here."""
    frame.trace.add(kind, frame.module.at(node), what, *flows)


def by_name(frame: Frame, node: ast.Call, name: str, flows: list[Flow]) -> Flow:
    """A method of something that is not known: it checks its arguments where it says so and can only say no by an exception."""
    if name == "parse" and any(flow.kind == "request" for flow in flows):
        return Flow(frozenset({Atom("data")}), "data")  # a parser of DRF
    if name.startswith(CHECKING):
        frame.trace.validates = frame.trace.validates or any(flow.atoms for flow in flows)
        for flow in flows:
            frame.trace.checked |= set(flow.atoms)
            frame.trace.verified |= set(flow.atoms) if name.startswith("verify") else set()
        return CLEAN
    return joined(flows)


def foreign(frame: Frame, node: ast.Call, dotted: str, everything: list[Flow]) -> Flow:
    """A call of another package, of Django or of Python."""
    last = dotted.rpartition(".")[2]
    _dangers(frame, node, dotted, everything)
    if last in GET_OBJECT:
        sink(frame, node, "query", last, *everything)
        return Flow(kind="row", type=everything[0].type if everything and everything[0].kind == "name" else "")
    if last in NUMBERS:
        return NUMBER
    if last in CONVERSIONS:
        return _converted(frame, joined(everything))
    if dotted in ("json.loads", "orjson.loads", "simplejson.loads", "ujson.loads", "json.load"):
        return Flow(joined(everything).atoms, "data")
    if dotted in ("builtins.dict", "builtins.list", "copy.copy", "copy.deepcopy", "builtins.str", "builtins.set", "builtins.tuple", "builtins.next"):
        return joined(everything)
    if dotted in ("builtins.isinstance", "builtins.print", "builtins.type", "builtins.hasattr", "django.contrib.auth.authenticate"):
        return CLEAN
    if last == "setattr" and len(everything) == 3:
        sink(frame, node, "orm", "setattr", *everything[1:])
        return NOTHING
    if dotted.startswith(GATEWAYS) and not last.startswith(CHECKING):
        sink(frame, node, "gateway", dotted, *everything)
        return Flow(kind="gateway", type=dotted) if last[:1].isupper() or last in CLIENTS else CLEAN
    if dotted == "django.contrib.auth.get_user_model":
        return Flow(kind="name", type="django.contrib.auth.models.User")
    if last.lstrip("_").startswith(CHECKING) and not dotted.startswith("pickle"):
        return by_name(frame, node, last, everything)
    return joined(everything)


def _converted(frame: Frame, given: Flow) -> Flow:
    """A conversion is a check where a failure of it is answered; otherwise it only leaves no free text."""
    if frame.trace.guarded:
        frame.trace.validates = frame.trace.validates or bool(given.atoms)
        return NUMBER
    return Flow(frozenset(atom._replace(number=True) for atom in given.atoms), "number")


def of_gateway(frame: Frame, node: ast.Call, holder: Flow, name: str, everything: list[Flow]) -> Flow:
    """A method of a gateway's client, or of one of its parts: `client.order.create(…)`."""
    if name.startswith(CHECKING):
        return by_name(frame, node, name, everything)
    sink(frame, node, "gateway", f"{holder.type.partition('.')[0]}'s {ast.unparse(node.func)[-60:]}", *everything)
    return CLEAN


def _dangers(frame: Frame, node: ast.Call, dotted: str, everything: list[Flow]) -> None:
    first = everything[:1]
    if dotted in CODE:
        sink(frame, node, "code", CODE[dotted], *first)
    elif dotted == "yaml.load" and not is_safe_yaml(node):
        sink(frame, node, "code", "yaml.load", *first)
    elif dotted in SHELLS and (dotted.endswith("getoutput") or any(keyword.arg == "shell" and _is_true(keyword.value) for keyword in node.keywords)):
        sink(frame, node, "code", f"{dotted} in a shell", *first)
    elif dotted in ("django.db.models.expressions.RawSQL", "sqlalchemy.text", "sqlalchemy.sql.text"):
        sink(frame, node, "sql", dotted.rpartition(".")[2], *first)
    elif dotted in REDIRECTS:
        sink(frame, node, "redirect", dotted.rpartition(".")[2], *first)
    elif dotted in PATHS:
        sink(frame, node, "path", dotted.rpartition(".")[2], *first)


def is_safe_yaml(node: ast.Call) -> bool:
    """Whether a call names a loader of PyYAML that makes no objects."""
    return any(loader in ast.unparse(node) for loader in SAFE_LOADERS)


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True

"""The fact `input_code`: whether views check what they are sent before they use it, and what else they do with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import islice

from ready_gate.facts.django.code.built_sql import built_sql
from ready_gate.facts.django.code.endpoints import Endpoint, Handler
from ready_gate.facts.django.code.flows import BODY, QUERY, VALID, Event, Trace
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.django.code.stored_code import stored_code
from ready_gate.facts.django.code.tracing import Tracer
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import InputCode, Spot, WriteView
from ready_gate.model import Origin

MAX_TOTAL = 1_500_000
MAX_REPORTED = 20
USES = frozenset({"orm", "query", "gateway", "password"})
MIXIN_WRITES = ("rest_framework.mixins.CreateModelMixin", "rest_framework.mixins.UpdateModelMixin")
GENERIC_WRITES = (
    *("rest_framework.generics.CreateAPIView", "rest_framework.generics.UpdateAPIView", "rest_framework.generics.ListCreateAPIView"),
    *("rest_framework.generics.RetrieveUpdate", "rest_framework.viewsets.ModelViewSet", *MIXIN_WRITES),
    *("django.views.generic.edit.", "django.views.generic.FormView", "django.views.generic.CreateView", "django.views.generic.UpdateView"),
    *("django.contrib.auth.views.Password", "django.contrib.auth.views.Login", "rest_framework_simplejwt.views.", "djoser.views.", "dj_rest_auth."),
)
HOOKS = frozenset({"perform_create", "perform_update", "form_valid", "get_queryset", "filter_queryset", "get_context_data", "get_object", "dispatch"})


FIXES = {
    "ninja": "Take the body as a parameter of a ninja.Schema class.",
    "api": "Declare the fields in a serializer: serializer = …Serializer(data=request.data); serializer.is_valid(raise_exception=True); "
    "and use serializer.validated_data.",
    "django": "Declare the fields in a form: form = …Form(request.POST); if form.is_valid(): and use form.cleaned_data.",
}


@fact
def input_code(code: Code, endpoints: list[Endpoint]) -> InputCode:
    """Every view of the project, followed from its request."""
    reader = _Reader(code)
    for view in endpoints:
        reader.read(view)
    fields = islice(_all_fields(code, reader.validators), MAX_REPORTED)
    known = {spot.at for spot in reader.spots.values()}
    stored = list(stored_code(code, known))
    spots = [*reader.spots.values(), *built_sql(code, known), *stored, *fields]
    undecided = [*reader.undecided, *(f"{spot.text} ({spot.at})" for spot in stored)]
    return InputCode(tuple(reader.writes), tuple(spots), tuple(undecided), len(endpoints))


class _Reader:
    def __init__(self, code: Code) -> None:
        self.code, self.tracer = code, Tracer(code, code.kinds)
        self.writes: list[WriteView] = []
        self.spots: dict[tuple[str, Origin], Spot] = {}
        self.validators: dict[str, None] = {}
        self.undecided: list[str] = []
        self.steps = 0

    def read(self, view: Endpoint) -> None:
        """Follow its handlers, and keep what they do."""
        traces = [(handler, trace) for handler in view.handlers if (trace := self._trace(view, handler)) is not None]
        for _, trace in traces:
            self._dangers(trace)
        plain = [(handler, trace) for handler, trace in traces if not handler.action]
        self._judge(view, view.dotted.rpartition(".")[2], view.at, plain)
        for handler, trace in traces:
            if handler.action:
                name = f"{view.dotted.rpartition('.')[2]}.{handler.name}"
                self._judge(view, name, handler.function.at, [(handler, trace)], own=True)

    def _trace(self, view: Endpoint, handler: Handler) -> Trace | None:
        if self.steps > MAX_TOTAL:
            self.undecided = ["the project has more code behind its views than is followed"]
            return None
        trace = self.tracer.view(handler.function, view.kind or handler.function.owner)
        self.steps += trace.steps
        if trace.exhausted:
            self.undecided.append(f"{handler.function.dotted} takes too many steps to be followed to its end ({handler.function.at})")
        elif trace.beyond:
            self.undecided.append(f"{handler.function.dotted} hands request data deeper than is followed, to {trace.beyond} ({handler.function.at})")
        if handler.writes is not False:
            self.validators |= trace.validators
        return trace

    def _dangers(self, trace: Trace) -> None:
        for event in trace.events:
            if (spot := _danger(event)) is not None:
                self.spots.setdefault((spot.kind, spot.at), spot)

    def _judge(self, view: Endpoint, name: str, at: Origin, traces: list[tuple[Handler, Trace]], *, own: bool = False) -> None:
        """Whether this is a view that takes input, and whether it checks it."""
        writing = [(handler, trace) for handler, trace in traces if handler.writes is not False]
        raw = [spot for handler, trace in writing for spot in _raw(handler, trace)]
        validates = any(trace.validates or trace.inherited or _checked(trace) for _, trace in writing)
        inherited = not own and view.kind is not None and self._inherits_writing(view, traces)
        if raw or validates or inherited:
            self.writes.append(WriteView(name, at, bool(raw), tuple(dict.fromkeys(raw)), FIXES[_style(view)]))

    def _inherits_writing(self, view: Endpoint, traces: list[tuple[Handler, Trace]]) -> bool:
        """Whether the framework's own handlers, which go through a serializer or form, take the input."""
        overridden = {handler.name for handler, _ in traces} & {"create", "post"}
        return not overridden and self.code.is_a(view.kind, *GENERIC_WRITES)


def _style(view: Endpoint) -> str:
    return "ninja" if view.framework == "ninja" else "api" if view.api else "django"


def _raw(handler: Handler, trace: Trace) -> Iterator[Spot]:
    """What reaches a model, a query or a gateway unchecked. A row may be looked up by what a signature then covers: it is needed to verify it."""
    if trace.cleaned or (handler.name in HOOKS and handler.name not in ("perform_create", "perform_update", "form_valid", "dispatch")):
        return
    wanted = BODY | QUERY if handler.writes else BODY
    for event in trace.events:
        atoms = [atom for atom in event.raw if atom.source in wanted and not (event.kind == "query" and atom in trace.verified)]
        if event.kind in USES and atoms:
            yield Spot("raw", event.at, f"{_listed(atoms)} goes into {event.what} unchecked")


def _listed(atoms: Iterable[object]) -> str:
    names = sorted({str(atom) for atom in atoms})
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _checked(trace: Trace) -> bool:
    """Whether request data was put to use, all of it checked by hand."""
    return any(event.kind in USES and any(atom.source in BODY | {VALID} for atom in event.atoms) for event in trace.events)


def _danger(event: Event) -> Spot | None:
    """What fails, or is reported, wherever it is done with request data."""
    data = {atom for atom in event.atoms if not atom.number and (atom in event.raw or atom.source == VALID)}
    if event.kind == "code" and data:
        return Spot("code", event.at, f"{event.what} is called on {_listed(data)}")
    if event.kind == "sql" and data and event.built:
        known = [atom for atom in data if atom.source != "url"]
        if known:
            return Spot("sql", event.at, f"{_listed(known)} is built into the SQL of {event.what}")
    texts = [atom for atom in event.raw if not atom.number]
    if event.kind == "sql" and not event.built and any(atom.source != "url" for atom in texts):
        return Spot("sql", event.at, f"{_listed(texts)} is run as SQL by {event.what}")
    wanted = [atom for atom in texts if atom.source in BODY | QUERY]
    if event.kind in ("redirect", "path") and wanted:
        return Spot(event.kind, event.at, f"{event.what} is given {_listed(wanted)}")
    return None


def _all_fields(code: Code, validators: Iterable[str]) -> Iterator[Spot]:
    """Serializers and forms of write views that take every field of their model."""
    for kind in validators:
        found = code.find(kind)
        meta = next(
            (node for node in getattr(found.node if found else None, "body", []) if isinstance(node, ast.ClassDef) and node.name == "Meta"), None
        )
        for node in meta.body if meta is not None else []:
            if found is not None and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name == "exclude" or (name == "fields" and isinstance(node.value, ast.Constant) and node.value.value == "__all__"):
                    shown = 'fields = "__all__"' if name == "fields" else "exclude"
                    yield Spot(
                        "all-fields", found.module.at(node), f"{kind.rpartition('.')[2]} takes whatever fields its model has or gets ({shown})"
                    )

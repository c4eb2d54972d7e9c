"""Who gets through to a view, method by method."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls import gates, middleware
from ready_gate.facts.django.urls.found import Found, reason, text
from ready_gate.facts.django.urls.nobody import Answered, Nobody, function_of
from ready_gate.facts.django.urls.permissions import OF_OBJECTS, VIEW, Asked, Permissions
from ready_gate.facts.django.urls.unwrapping import View, Wrapper
from ready_gate.facts.python.values import Answer, Class, Function, Instance, Items, Part, Scalar, Symbol, Unknown, Value
from ready_gate.facts.views.routes import Access

VERBS = ("get", "post", "put", "patch", "delete")
ANY = "ANY"


@dataclass(frozen=True)
class Handler:
    """A method of a view that answers an HTTP method."""

    verb: str
    name: str
    value: Value | None


class Gatekeeper:
    """Says of every view who gets through."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.nobody = Nobody(program)
        self.permissions = Permissions(program, self.nobody)
        self.middleware = self._middleware()
        self.hooks = middleware.hooks(program)

    def access(self, view: View, found: Found) -> tuple[Access, ...]:
        """An entry for each method that is answered."""
        if found.methods:
            return tuple(self._behind_hooks(self._of_ninja(view, method, found), found) for method in found.methods)
        made = tuple(self._of_class(view)) if view.is_class else tuple(self._of_function(view))
        return tuple(self._behind_hooks(self._behind_middleware(view, entry), found) for entry in made)

    def _behind_middleware(self, view: View, entry: Access) -> Access:
        exempt = any(wrapper.name == gates.NOT_REQUIRED for wrapper in view.wrappers)
        if entry.open is False or self.middleware is None or exempt or self._is_rest(view):
            return entry
        return replace(entry, open=False, reason=self.middleware)

    def _behind_hooks(self, entry: Access, found: Found) -> Access:
        if entry.open is False or not self.hooks:
            return entry
        path = "/" + found.pattern.replace("^", "").replace("$", "").lstrip("/")
        varies = any(sign in path for sign in "<([\\*+?.")
        answered = middleware.turned_away(self.nobody, self.hooks, entry.method, None if varies else path)
        return entry if answered.refused is False else replace(entry, open=None if answered.refused is None else False, reason=answered.reason)

    def _middleware(self) -> str | None:
        listed = self.program.setting("MIDDLEWARE")
        names = [text(item) or "" for item in listed.items] if isinstance(listed, Items) else []
        return gates.LOGIN_MIDDLEWARE.rpartition(".")[2] if gates.LOGIN_MIDDLEWARE in names else None

    def _is_rest(self, view: View) -> bool:
        return view.is_class and self.program.is_a(view.target, VIEW) is True

    # Functions

    def _of_function(self, view: View) -> Iterator[Access]:
        api = next((wrapper for wrapper in view.wrappers if wrapper.name == gates.API_VIEW), None)
        for method in self.methods(view):
            outer = self._wrappers(view.wrappers, method)
            if outer.refused:
                yield Access(method, False, outer.reason)
            elif api is not None:
                yield self._of_api_view(view, method)
            else:
                yield self._settle(method, outer, self._handler(view.target, method, None), "nothing asks who it is")

    def methods(self, view: View) -> tuple[str, ...]:
        """The HTTP methods that the decorators leave, `ANY` where they leave all."""
        for wrapper in view.wrappers:
            if wrapper.name in gates.METHODS:
                return gates.METHODS[wrapper.name]
            if wrapper.name in (gates.REQUIRE_METHODS, gates.API_VIEW):
                listed = wrapper.args[0] if wrapper.args else wrapper.keywords.get("http_method_names")
                found = tuple((text(item) or "?").upper() for item in listed.items) if isinstance(listed, Items) else ()
                return found or ("GET",)
        return (ANY,)

    def _of_api_view(self, view: View, method: str) -> Access:
        """A function with `@api_view`: the classes that stand below it, or the ones that REST framework is set up with."""
        thing = Instance(Symbol(VIEW))
        place = next(index for index, wrapper in enumerate(view.wrappers) if wrapper.name == gates.API_VIEW)
        for wrapper in view.wrappers[place:]:
            name = gates.OF_API.get(wrapper.name)
            if name is not None and wrapper.args:
                thing.attributes[name] = wrapper.args[0]
        return self._rest(thing, Handler(method.lower(), method.lower(), view.target), receiver=None)

    def _settle(self, method: str, outer: Answered, inner: Answered, open_because: str) -> Access:
        """What decorators and the view's own code come to together."""
        for answered in (outer, inner):
            if answered.refused:
                return Access(method, False, answered.reason)
        for answered in (outer, inner):
            if answered.refused is None:
                return Access(method, None, answered.reason)
        return Access(method, True, open_because)

    def _handler(self, value: Value | None, method: str | None, receiver: Instance | None) -> Answered:
        """What the code that answers does itself."""
        function = function_of(value)
        if isinstance(function, Function):
            found = self.nobody.follow(function, method, receiver)
            return replace(found, reason=f"{function.name}() turns away whoever is not known: {found.reason}") if found.refused else found
        if isinstance(function, Symbol):
            return self._of_another_package(function.dotted)
        return Answered(None, reason(value) if value is not None else "the view is not known")

    def _of_another_package(self, dotted: str) -> Answered:
        if dotted.startswith(gates.PROTECTING):
            return Answered(True, f"{dotted} asks for what it needs by itself")
        return Answered(False)

    # Decorators

    def _wrappers(self, wrappers: tuple[Wrapper, ...], method: str) -> Answered:
        """What the decorators do to nobody, the outermost first."""
        doubt: Answered | None = None
        for wrapper in wrappers:
            found = self._wrapper(wrapper, method)
            if found.refused:
                return found
            if found.refused is None:
                doubt = doubt or found
        return doubt or Answered(False)

    def _wrapper(self, wrapper: Wrapper, method: str) -> Answered:
        if wrapper.function is not None:
            return self._project_wrapper(wrapper, method)
        name = wrapper.name
        if name == gates.METHOD_DECORATOR and wrapper.args:
            given = wrapper.args[0]
            inner = given.items if isinstance(given, Items) and not given.rest else [given]
            return self._wrappers(tuple(_as_wrapper(item) for item in inner), method)
        if name in gates.ALL_CLOSED:
            return Answered(True, name.rpartition(".")[2])
        if name in gates.TESTS:
            test = wrapper.args[0] if wrapper.args else wrapper.keywords.get("test_func")
            return self._test(test)
        if name.startswith(gates.HARMLESS) or name == gates.NOT_REQUIRED:
            return Answered(False)
        return Answered(None, f"what the decorator {name or 'around it'} does is not known")

    def _project_wrapper(self, wrapper: Wrapper, method: str) -> Answered:
        found = self.nobody.follow(wrapper.function, method) if wrapper.function is not None else Answered(None)
        outer = wrapper.function.scope.module if wrapper.function is not None and wrapper.function.scope is not None else ""
        shown = f"a decorator of {outer}" if outer else "a decorator"
        if found.refused:
            return Answered(True, f"{shown} turns away whoever is not known: {found.reason}")
        return Answered(None, f"{shown}: {found.reason}") if found.refused is None else found

    def _test(self, test: Value | None) -> Answered:
        user = self.nobody.request(None).attributes["user"]
        made = self.program.attempt(test, [user]) if test is not None else Unknown("no test")
        known = False if made is None else self.program.truth(made)
        if known is None:
            return Answered(None, "what user_passes_test() asks cannot be told")
        return Answered(not known, "user_passes_test")

    # Classes

    def _of_class(self, view: View) -> Iterator[Access]:
        kind = view.target
        if isinstance(kind, Class | Symbol) and self.program.run.foreign(kind) is None and not isinstance(kind, Class):
            yield from self._of_unknown_class(view, kind)
            return
        thing = Instance(kind, attributes={**view.initkwargs})
        rest = self.program.is_a(kind, VIEW)
        for handler in self.handlers(view):
            outer = self._wrappers((*view.wrappers, *self._on_class(view, handler.name)), handler.verb.upper())
            if outer.refused:
                yield Access(handler.verb.upper(), False, outer.reason, handler.name)
            elif rest:
                made = self._rest(self._copied(thing), handler, receiver=kind)
                yield replace(made, open=None, reason=outer.reason) if made.open and outer.refused is None else made
            else:
                yield replace(self._plain_class(self._copied(thing), handler, outer, rest), action=handler.name)

    def _of_unknown_class(self, view: View, kind: Value) -> Iterator[Access]:
        dotted = self.program.dotted(kind) or "a class that is not known"
        outer = self._wrappers(view.wrappers, ANY)
        if outer.refused or dotted.startswith(gates.PROTECTING):
            yield Access(ANY, False, outer.reason or f"{dotted} asks for what it needs by itself")
        else:
            yield Access(ANY, None, f"the class {dotted} is not known")

    def _copied(self, thing: Instance) -> Instance:
        return Instance(thing.type, attributes=dict(thing.attributes))

    def handlers(self, view: View) -> list[Handler]:
        """The methods that answer: those a router or `as_view({…})` binds, or the ones named like HTTP methods."""
        kind = view.target
        if view.actions is not None:
            return [Handler(verb, name, self.program.lookup(kind, name)) for verb, name in view.actions.items()]
        allowed = self.program.lookup(kind, "http_method_names")
        names = {text(item) for item in allowed.items} if isinstance(allowed, Items) and not allowed.rest else set(VERBS)
        found = [Handler(verb, verb, self.program.lookup(kind, verb)) for verb in VERBS if verb in names]
        known = [handler for handler in found if handler.value is not None and not _is_none(handler.value)]
        if not known and self.program.lookup(kind, "__call__") is not None:
            return [Handler("get", "__call__", self.program.lookup(kind, "__call__"))]
        return known

    def _on_class(self, view: View, handler: str) -> tuple[Wrapper, ...]:
        """The decorators of the class, of its `dispatch`, and of the method that answers."""
        kind = view.target
        found = [made for decorator in view.around_class if (made := _class_wrapper(decorator, handler)) is not None]
        for base in self.program.order(kind):
            if isinstance(base, Class):
                found += [made for decorator in base.decorators if (made := _class_wrapper(decorator, handler)) is not None]
        for name in dict.fromkeys(("dispatch", handler)):
            held = self.program.lookup(kind, name)
            while isinstance(held, Answer):
                maker = held.receiver if isinstance(held.receiver, Answer) else None
                if held.name:
                    found.append(Wrapper(held.name, (), held.keywords))
                elif maker is not None:
                    found.append(Wrapper(maker.name, tuple(maker.args), maker.keywords))
                held = next((arg for arg in held.args if isinstance(arg, (Answer, Function))), None)
        return tuple(found)

    def _plain_class(self, thing: Instance, handler: Handler, outer: Answered, rest: bool | None) -> Access:
        """A view of Django's kind: mixins in front of `View.dispatch`, then the method itself."""
        method = handler.verb.upper()
        mixin = self._mixins(thing, method)
        if rest is None and mixin.refused is False:
            unknown = next((base for base in self.program.order(thing.type) if not isinstance(base, Class)), None)
            shown = self.program.dotted(unknown) or (unknown.reason if isinstance(unknown, Unknown) else "a class")
            mixin = Answered(None, f"its base {shown} is not known")
        first = mixin if outer.refused is False or mixin.refused else outer
        inner = Answered(False) if first.refused else self._handler(handler.value, method, thing)
        return self._settle(method, first, inner, "nothing asks who it is")

    def _mixins(self, thing: Instance, method: str) -> Answered:
        """What the classes before `View` do in their `dispatch`, in the order in which Python asks them."""
        doubt: Answered | None = None
        for base in self.program.order(thing.type):
            dotted = self.program.dotted(base) or ""
            if dotted == gates.VIEW:
                break
            if dotted in gates.LOGIN_MIXINS:
                return doubt or Answered(True, dotted.rpartition(".")[2])
            if dotted == gates.TEST_MIXIN:
                found = self._test_func(thing, method)
            elif dotted.startswith(gates.PROTECTING) and isinstance(base, Class) and "dispatch" in base.namespace:
                return doubt or Answered(True, f"{dotted} asks for what it needs by itself")
            else:
                found = self._dispatch(thing, base, method)
            if found.refused:
                return doubt or found
            doubt = doubt or (found if found.refused is None else None)
        return doubt or Answered(False)

    def _test_func(self, thing: Instance, method: str) -> Answered:
        function = self.program.lookup(thing.type, "test_func")
        thing.attributes["request"] = self.nobody.request(method)
        known = self.nobody.truth(function, [thing]) if isinstance(function, Function) else None
        return Answered(None if known is None else not known, "test_func()" if known is not None else "what test_func() asks cannot be told")

    def _dispatch(self, thing: Instance, base: Value, method: str) -> Answered:
        """A `dispatch` (or `setup`, `initial`) of the project's own."""
        if not isinstance(base, Class) or not base.origins:
            return Answered(False)
        doubt: Answered | None = None
        for name in ("setup", "initial", "dispatch", "check_permissions"):
            function = function_of(base.namespace.get(name))
            if isinstance(function, Function):
                found = self.nobody.follow(function, method, thing)
                if found.refused:
                    return Answered(True, f"{base.name}.{name}() turns away whoever is not known: {found.reason}")
                if found.refused is None or (name == "dispatch" and not _goes_on(function)):
                    doubt = doubt or Answered(None, f"{base.name}.{name}() may turn somebody away" if found.refused is None else "")
        return doubt if doubt is not None and doubt.reason else Answered(False)

    # REST framework

    def _rest(self, thing: Instance, handler: Handler, receiver: Value | None) -> Access:
        method = handler.verb.upper()
        thing.attributes.setdefault("action", Scalar(handler.name))
        thing.attributes["request"] = self.nobody.request(method)
        thing.attributes.setdefault("kwargs", Unknown("the arguments of the route"))
        listed = self.permissions.of(thing)
        asked = Asked(method, handler.name, thing, on_object=self._on_object(thing, handler))
        answer, why = self.permissions.verdict(listed, asked)
        made = Access(
            method,
            answer,
            _short(why),
            handler.name if receiver is not None else None,
            self.permissions.names(listed),
            self._classes(thing, "authentication_classes"),
            self._classes(thing, "throttle_classes"),
        )
        if answer is True:
            made = self._behind_code(made, thing, handler, receiver)
        return made

    def _behind_code(self, made: Access, thing: Instance, handler: Handler, receiver: Value | None) -> Access:
        """Permissions that are open to all may still be followed by code that is not."""
        before = self._mixins(thing, made.method) if receiver is not None else Answered(False)
        inner = self._handler(handler.value, made.method, thing if receiver is not None else None)
        own = inner if not isinstance(function_of(handler.value), Symbol) else Answered(False)
        settled = self._settle(made.method, before, own, made.reason)
        return replace(made, open=settled.open, reason=settled.reason)

    def _on_object(self, thing: Instance, handler: Handler) -> bool:
        """Whether the method is one of REST framework's own that look up an object by its own `get_object`."""
        return all(self._is_frameworks(thing, name) for name in ("get_object", handler.name)) and (
            handler.name in OF_OBJECTS or self._is_detail(thing, handler.name)
        )

    def _is_detail(self, thing: Instance, name: str) -> bool:
        details = ("RetrieveAPIView", "DestroyAPIView", "UpdateAPIView", "RetrieveUpdateAPIView", "RetrieveDestroyAPIView")
        homes = [f"rest_framework.generics.{kind}" for kind in (*details, "RetrieveUpdateDestroyAPIView")]
        return name in VERBS and name != "post" and self.program.is_a(thing.type, *homes) is True

    def _is_frameworks(self, thing: Instance, name: str) -> bool:
        held = self.program.lookup(thing.type, name)
        return isinstance(held, Symbol) and held.dotted.startswith("rest_framework.")

    def _classes(self, thing: Instance, name: str) -> tuple[str, ...]:
        held = self.program.attribute(thing, name)
        items = held.items if isinstance(held, Items) else []
        return tuple(dict.fromkeys(self.program.dotted(item) or "?" for item in items))

    # Django Ninja

    def _of_ninja(self, view: View, method: str, found: Found) -> Access:
        auth = found.auth[0] if found.auth else None
        parts = auth.items if isinstance(auth, Items) else [auth] if auth is not None else []
        if not parts or all(_is_none(part) for part in parts):
            inner = self._handler(view.target, None, None)
            return self._settle(method, self._wrappers(view.wrappers, method), inner, "no auth is asked for")
        shown = tuple(self.program.dotted(part.type if isinstance(part, Instance) else part) or "auth" for part in parts)
        return Access(method, False, shown[0], None, (), shown)


def _short(why: str) -> str:
    return why if " " in why else why.rpartition(".")[2]


def _is_none(value: Value) -> bool:
    return isinstance(value, Scalar) and value.value is None


def _as_wrapper(decorator: Value) -> Wrapper:
    if isinstance(decorator, Symbol):
        return Wrapper(decorator.dotted)
    if isinstance(decorator, Answer):
        return Wrapper(decorator.name, tuple(decorator.args), decorator.keywords)
    return Wrapper(decorator.name if isinstance(decorator, (Function, Part)) else "that is not known")


def _class_wrapper(decorator: Value, handler: str) -> Wrapper | None:
    """A decorator of a class, where it is for `dispatch` or for the method that answers."""
    if not isinstance(decorator, Answer):
        return Wrapper(decorator.dotted) if isinstance(decorator, Symbol) else None
    if decorator.name == gates.METHOD_DECORATOR:
        name = text(decorator.args[1] if len(decorator.args) > 1 else decorator.keywords.get("name"))
        return Wrapper(decorator.name, tuple(decorator.args), decorator.keywords) if name in ("dispatch", handler) else None
    return Wrapper(decorator.name, tuple(decorator.args), decorator.keywords)


def _goes_on(function: Function) -> bool:
    """Whether a `dispatch` calls the one above it."""
    node: ast.AST | None = function.node
    return node is not None and any(isinstance(inner, ast.Attribute) and inner.attr == function.name for inner in ast.walk(node))


def decorators(program: Program, view: View) -> tuple[str, ...]:
    """What wraps a view, by dotted names."""
    return tuple(wrapper.name for wrapper in view.wrappers)


__all__ = ["ANY", "Gatekeeper", "Mapping", "decorators"]

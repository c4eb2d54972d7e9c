"""REST framework's permissions: which apply to a method of a view, and whether they let nobody in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls.found import options
from ready_gate.facts.django.urls.nobody import Nobody
from ready_gate.facts.python.values import Answer, Bound, Choice, Class, Function, Instance, Items, Method, Symbol, Unknown, Value
from ready_gate.facts.views.routes import SAFE

BASE = "rest_framework.permissions.BasePermission"
VIEW = "rest_framework.views.APIView"
# What REST framework's own classes, and those of packages around it, say to somebody without credentials.
ALWAYS = frozenset({"rest_framework.permissions.AllowAny", "rest_framework.permissions.BasePermission"})
NEVER = frozenset(
    {
        "rest_framework.permissions.IsAuthenticated",
        "rest_framework.permissions.IsAdminUser",
        "rest_framework.permissions.DjangoModelPermissions",
        "rest_framework.permissions.DjangoObjectPermissions",
        "djoser.permissions.CurrentUserOrAdmin",
        "oauth2_provider.contrib.rest_framework.permissions.TokenHasScope",
        "oauth2_provider.contrib.rest_framework.permissions.TokenHasReadWriteScope",
        "oauth2_provider.contrib.rest_framework.permissions.TokenHasResourceScope",
        "oauth2_provider.contrib.rest_framework.permissions.TokenMatchesOASRequirements",
        "oauth2_provider.contrib.rest_framework.permissions.IsAuthenticatedOrTokenHasScope",
        "rest_framework_api_key.permissions.HasAPIKey",
        "rest_framework_api_key.permissions.BaseHasAPIKey",
    }
)
READING = frozenset(
    {
        "rest_framework.permissions.IsAuthenticatedOrReadOnly",
        "rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly",
        "djoser.permissions.CurrentUserOrAdminOrReadOnly",
    }
)
# The methods of a viewset that ask for one object, and so for its permission.
OF_OBJECTS = frozenset({"retrieve", "update", "partial_update", "destroy"})
MAX_PERMISSIONS = 50


@dataclass(frozen=True)
class Asked:
    """One question: may nobody do this with that view?"""

    method: str
    action: str | None
    view: Instance
    on_object: bool = False


class Permissions:
    """Reads the permission classes of REST framework's views."""

    def __init__(self, program: Program, nobody: Nobody) -> None:
        self.program, self.nobody = program, nobody

    def of(self, view: Instance) -> Value:
        """The permissions that the view's `get_permissions()` gives: a list of objects, or what is unknown about it."""
        held = self.program.lookup(view.type, "get_permissions")
        own = view.attributes.get("permission_classes") or self.program.lookup(view.type, "permission_classes")
        if isinstance(own, Items):  # a copy, which a method may change as it likes
            view.attributes["permission_classes"] = replace(own, items=list(own.items), serial=self.program.run.serial())
        if isinstance(held, (Function, Bound)):
            return self.program.call(held, [view])
        if isinstance(held, Method) and held.dotted != f"{VIEW}.get_permissions":
            return self.program.call(Bound(view, held.dotted))
        if isinstance(held, Unknown) and not isinstance(held, Answer):
            return held
        return own if own is not None else Unknown("the view has no permission_classes")

    def verdict(self, listed: Value, asked: Asked) -> tuple[bool | None, str]:
        """Whether nobody gets through all of them, with the reason."""
        if isinstance(listed, Choice):
            answers = [self.verdict(option, asked) for option in listed.options]
            if len({answer for answer, _ in answers}) == 1:
                return answers[0]
            return None, "one of several lists of permissions applies, and they differ"
        if not isinstance(listed, Items):
            return None, listed.reason if isinstance(listed, Unknown) else "the list of permissions is not known"
        answers = [(self.lets(item, asked), self.shown(item)) for item in listed.items[:MAX_PERMISSIONS]]
        closed = next((name for answer, name in answers if answer is False), None)
        if closed is not None:
            return False, closed
        doubt = next((name for answer, name in answers if answer is None), None)
        if doubt is not None or listed.rest:
            return None, f"what {doubt} says to somebody without credentials cannot be told" if doubt else str(listed.rest)
        return True, ", ".join(name for _, name in answers) or "no permission class"

    def names(self, listed: Value) -> tuple[str, ...]:
        """The classes, shown."""
        found = [item for option in options(listed) if isinstance(option, Items) for item in option.items[:MAX_PERMISSIONS]]
        return tuple(dict.fromkeys(self.shown(item) for item in found))

    def shown(self, permission: Value) -> str:
        """A permission by its dotted path, a composed one as code."""
        kind = _kind(permission)
        if isinstance(kind, Answer) and kind.name.startswith("|"):
            parts = [f"({shown})" if " " in (shown := self.shown(part)) else shown for part in kind.args]
            return f"~{parts[0]}" if kind.name == "|not" else {"|or": " | ", "|and": " & "}[kind.name].join(parts)
        return self.program.dotted(kind) or "a permission that is not known"

    def lets(self, permission: Value, asked: Asked) -> bool | None:
        """Whether this permission lets nobody through."""
        answers = {self._lets(option, asked) for option in options(permission)}
        return answers.pop() if len(answers) == 1 else None

    def _lets(self, permission: Value, asked: Asked) -> bool | None:
        kind = _kind(permission)
        if isinstance(kind, Answer) and kind.name.startswith("|"):
            return self._composed(kind, asked)
        if not isinstance(kind, (Class, Symbol)):
            return None
        rows = self.program.order(kind)
        for base in rows:
            dotted = self.program.dotted(base) or ""
            own = base.namespace if isinstance(base, Class) else {}
            if dotted in NEVER and (self._settled(rows, base) or dotted == VIEW):
                return False
            if dotted in READING:
                return asked.method in SAFE
            if "has_permission" in own and dotted not in ALWAYS:
                return self._asked(permission, own["has_permission"], asked)
            if dotted in ALWAYS:
                return self._object(rows, permission, asked) if asked.on_object and dotted == BASE else True
            if isinstance(base, Unknown) or (isinstance(base, Symbol) and dotted not in ("builtins.object", "abc.ABC")):
                return None
        return None

    def _settled(self, rows: Sequence[Value], until: Value) -> bool:
        """Whether no class before this one says something else."""
        return all("has_permission" not in base.namespace for base in rows[: rows.index(until)] if isinstance(base, Class))

    def _composed(self, kind: Answer, asked: Asked) -> bool | None:
        parts = [self.lets(part, asked) for part in kind.args]
        if kind.name == "|not":
            return None if parts[0] is None else not parts[0]
        decisive = kind.name == "|or"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive

    def _asked(self, permission: Value, function: Value, asked: Asked) -> bool | None:
        if isinstance(function, Method) or not isinstance(function, Function):
            return None
        thing = permission if isinstance(permission, Instance) else Instance(_kind(permission) or Unknown("a permission"))
        return self.nobody.truth(function, [thing, self.nobody.request(asked.method), asked.view])

    def _object(self, rows: Sequence[Value], permission: Value, asked: Asked) -> bool | None:
        """A permission that only asks about the object: it is asked where the view looks the object up."""
        holders = (base.namespace for base in rows if isinstance(base, Class))
        held = next((own["has_object_permission"] for own in holders if "has_object_permission" in own), None)
        if not isinstance(held, Function):
            return True
        thing = permission if isinstance(permission, Instance) else Instance(_kind(permission) or Unknown("a permission"))
        return self.nobody.truth(held, [thing, self.nobody.request(asked.method), asked.view, Unknown("an object")])


def _kind(permission: Value) -> Value | None:
    """The class of a permission that is given as a class or as an object of it."""
    if isinstance(permission, Instance):
        return permission.type
    if isinstance(permission, Answer) and isinstance(permission.receiver, Answer) and permission.receiver.name.startswith("|"):
        return permission.receiver
    return permission

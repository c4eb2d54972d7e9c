"""The URL configuration, followed through all includes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls import foreign_urls, routers
from ready_gate.facts.django.urls.found import Found, argument, called, options, reason, text
from ready_gate.facts.python.values import Answer, Choice, Instance, Items, Module, Part, Scalar, Symbol, Table, Unknown, Value
from ready_gate.model import Origin

PATHS = frozenset({"django.urls.path", "django.urls.conf.path"})
REGEXES = frozenset({"django.urls.re_path", "django.urls.conf.re_path", "django.conf.urls.url"})
INCLUDES = frozenset({"django.urls.include", "django.urls.conf.include", "django.conf.urls.include"})
LOCALES = frozenset({"django.conf.urls.i18n.i18n_patterns"})
SUFFIXES = frozenset({"rest_framework.urlpatterns.format_suffix_patterns"})
ADMIN = "django.contrib.admin.sites.AdminSite"
LISTED = (".urlpatterns", ".router.urls")
FILES = "django.conf.urls.static.static()"
MAX_ROUTES = 20_000
MAX_DEPTH = 25
MAX_NESTED = 40
SUFFIX = r"\.(?P<format>[a-z0-9]+)/?$"


@dataclass(frozen=True)
class Place:
    """Where in the tree of includes something stands."""

    prefix: str = ""
    spaces: tuple[str, ...] = ()
    conditional: str | None = None
    inside: tuple[str, ...] = ()
    depth: int = 0

    def named(self, name: str | None) -> str | None:
        """The name with its namespaces."""
        return ":".join((*self.spaces, name)) if name else None


class Patterns:
    """Reads a URL configuration. `problems` says where there may be more than was found."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.problems: dict[str, None] = {}
        self.unread: dict[str, None] = {}
        self.count, self.abroad = 0, False

    def module(self, dotted: str, place: Place, at: Origin | None, space: str | None = None) -> Iterator[Found]:
        """The patterns of a URL module, of the project or of a package. `space` is the namespace that the include gives it."""
        if dotted in place.inside or len(place.inside) > MAX_DEPTH:
            self.problem(at, f"{dotted} includes itself")
            return
        inside = replace(place, inside=(*place.inside, dotted))
        loaded = self.program.module(dotted)
        names = loaded.names if loaded is not None else foreign_urls.names(self.program, dotted)
        if loaded is not None and loaded.incomplete:
            self.problem(at, f"{dotted}: {loaded.incomplete}")
        if names is None:
            self.problem(at, f"what {dotted} holds is not known")
            return
        space = space or text(names.get("app_name"))
        inside = replace(inside, spaces=(*inside.spaces, space)) if space else inside
        before, self.abroad = self.abroad, loaded is None
        yield from self.patterns(names.get("urlpatterns", Unknown(f"{dotted} has no urlpatterns")), inside, at)
        self.abroad = before

    def problem(self, at: Origin | None, message: str) -> None:
        """Note it once: what a package's own URL module leaves open is not the project's, nor are files that Django hands out endpoints."""
        held = self.unread if self.abroad or FILES in message else self.problems
        held[f"{at}: {message}" if at is not None and at.path else message] = None

    def patterns(self, value: Value, place: Place, at: Origin | None) -> Iterator[Found]:
        """Everything in a list of patterns, or in what stands for one."""
        place = replace(place, depth=place.depth + 1)
        if place.depth > MAX_NESTED:
            self.problem(at, "patterns are nested too deeply")
        elif isinstance(value, Items):
            for item in value.items:
                yield from self.one(item, place, at)
            if value.maybe:
                for item in value.maybe:
                    certain = not (isinstance(item, Answer) and called(item) in PATHS | REGEXES)
                    doubt = place if certain else replace(place, conditional=place.conditional or str(value.rest))
                    yield from self.one(item, doubt, at)
            elif value.rest and value.maybe is None:
                self.problem(at, str(value.rest))
        elif isinstance(value, Choice):
            doubt = replace(place, conditional=place.conditional or "one of several lists of patterns")
            for option in value.options:
                if not isinstance(option, Unknown) or isinstance(option, (Answer, Part)):
                    yield from self.patterns(option, doubt, at)
                else:
                    self.problem(at, option.reason)
        else:
            yield from self.one(value, place, at)

    def one(self, value: Value, place: Place, at: Origin | None) -> Iterator[Found]:
        """One element of a list of patterns: a pattern, or something that stands for several."""
        self.count += 1
        if self.count > MAX_ROUTES or len(place.inside) > MAX_DEPTH:
            self.problem(None, "there are more patterns than are looked at")
            return
        here = value.origins[-1] if value.origins else at or Origin("")
        name = called(value)
        if isinstance(value, Answer) and name in PATHS | REGEXES:
            yield from self._pattern(value, place, here, regex=name in REGEXES)
        elif isinstance(value, Answer) and name in LOCALES:
            yield from self._localized(value, place, here)
        elif isinstance(value, Answer) and name in SUFFIXES and value.args:
            yield from self._with_suffixes(value, place, here)
        elif isinstance(value, (Items, Choice)):
            yield from self.patterns(value, place, here)
        elif isinstance(value, Scalar) and value.value is None:
            return
        elif isinstance(value, Symbol) and value.dotted.endswith(".urlpatterns"):
            yield from self.module(value.dotted.removesuffix(".urlpatterns"), place, here)
        elif (router := routers.of_urls(self.program, value)) is not None:
            for found in routers.urls(self, router):
                yield replace(found, pattern=place.prefix + found.pattern, name=place.named(found.name), conditional=place.conditional)
        else:
            self.problem(here, reason(value))

    def _pattern(self, value: Answer, place: Place, at: Origin, *, regex: bool) -> Iterator[Found]:
        route = text(argument(value, 0, "regex" if regex else "route"))
        view = argument(value, 1, "view")
        if route is None or view is None:
            self.problem(at, "a pattern that is not known")
            route, view = route or "?", view or Unknown("no view")
        for option in options(view):
            doubt = place.conditional or ("one of several views" if isinstance(view, Choice) else None)
            below = replace(place, prefix=place.prefix + route, conditional=doubt)
            if self._is_include(option):
                yield from self.included(option, below, at)
                continue
            extra = argument(value, 2, "kwargs")
            initkwargs = {str(key): entry for key, entry in extra.entries.items()} if isinstance(extra, Table) else {}
            yield Found(below.prefix, place.named(text(argument(value, 3, "name"))), option, at, doubt, initkwargs=initkwargs)

    def _is_include(self, view: Value) -> bool:
        return called(view) in INCLUDES or isinstance(view, (Items, Module)) or self._is_site(view) or routers.is_api(self.program, view)

    def _is_site(self, view: Value) -> bool:
        if isinstance(view, Symbol):
            return view.dotted.startswith("django.contrib.admin.") and view.dotted.endswith(".urls")
        owner = routers.owner(view)
        return isinstance(owner, Instance) and self.program.is_a(owner.type, ADMIN) is True

    def included(self, value: Value, place: Place, at: Origin) -> Iterator[Found]:
        """What `include()` or a tuple in its place brings."""
        target, space = value, None
        if isinstance(value, Answer) and called(value) in INCLUDES:
            target, space = argument(value, 0, "arg") or Unknown("include() of nothing"), text(argument(value, 1, "namespace"))
        if self._is_site(target):
            yield Found(place.prefix, None, target, at, place.conditional, site=ADMIN)
        elif routers.is_api(self.program, target):
            for found in routers.operations(self, target):
                yield replace(found, pattern=place.prefix + found.pattern, name=place.named(found.name), conditional=place.conditional)
        elif isinstance(target, Items) and target.kind == "tuple" and 2 <= len(target.items) <= 3:
            own = text(target.items[2]) if len(target.items) == 3 else None
            name = space or own or text(target.items[1])
            yield from self.included(target.items[0], replace(place, spaces=(*place.spaces, name) if name else place.spaces), at)
        else:
            yield from self._of_target(target, space, place, at)

    def _of_target(self, target: Value, space: str | None, place: Place, at: Origin) -> Iterator[Found]:
        if isinstance(target, Symbol) and target.dotted.endswith(LISTED):
            home, _, name = target.dotted.rpartition(".")
            held = (foreign_urls.names(self.program, home) or {}).get(name)
            if held is not None and not isinstance(held, Symbol):
                yield from self.included(held, replace(place, spaces=(*place.spaces, space)) if space else place, at)
                return
        module = text(target) if isinstance(target, Scalar) else target.dotted if isinstance(target, (Module, Symbol)) else None
        if isinstance(target, Choice):
            for option in target.options:
                yield from self._of_target(option, space, replace(place, conditional=place.conditional or "one of several includes"), at)
        elif module:
            yield from self.module(module, place, at, space)
        else:
            yield from self.patterns(target, replace(place, spaces=(*place.spaces, space)) if space else place, at)

    def _localized(self, value: Answer, place: Place, at: Origin) -> Iterator[Found]:
        """`i18n_patterns(…)`: the prefix is the language that the site has by default, where it shows one."""
        shown = self.program.setting("USE_I18N")
        default = value.keywords.get("prefix_default_language")
        language = text(self.program.setting("LANGUAGE_CODE")) or "en-us"
        hidden = (isinstance(default, Scalar) and default.value is False) or (isinstance(shown, Scalar) and not shown.value)
        below = place if hidden else replace(place, prefix=f"{place.prefix}{language}/")
        for item in value.args:
            yield from self.one(item, below, at)

    def _with_suffixes(self, value: Answer, place: Place, at: Origin) -> Iterator[Found]:
        for found in self.patterns(value.args[0], place, at):
            yield found
            yield with_suffix(found)


def with_suffix(found: Found) -> Found:
    """The same pattern with a format behind it."""
    if "^" in found.pattern or "(?P<" in found.pattern:
        return replace(found, pattern=found.pattern.rstrip("$").rstrip("/") + SUFFIX)
    return replace(found, pattern=found.pattern.rstrip("/") + "<drf_format_suffix:format>")

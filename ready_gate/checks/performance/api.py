"""Pagination of list endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, across, because, part, settle, top
from ready_gate.checks.registry import check, failed, finding, not_applicable, passed, unknown, warning
from ready_gate.facts.views import ProjectClass, ProjectClasses, Requirements, Setting, Settings
from ready_gate.model import Outcome

OTHER_FRAMEWORKS = (
    *("django-ninja", "django-ninja-extra", "django-tastypie", "django-bolt"),
    *("graphene", "graphene-django", "ariadne", "strawberry-graphql", "strawberry-graphql-django"),
)
UNBOUNDED = "rest_framework.pagination.LimitOffsetPagination"
LARGE_PAGE = 1000


@check("performance.api")
def api(settings: Settings, requirements: Requirements) -> Outcome:
    """Not applicable to a site without an API framework."""
    installed = settings.installed("rest_framework")
    if installed or requirements.has("djangorestframework", *OTHER_FRAMEWORKS):
        return passed("the project has an API framework")
    if installed is None:
        return unknown(top(settings, "INSTALLED_APPS").doubt() or "")
    return not_applicable("the project has no API framework: rest_framework is not in INSTALLED_APPS, and none is among the requirements")


@check("performance.pagination")
def pagination(settings: Settings, project_classes: ProjectClasses) -> Outcome:
    """Lists are paginated by default."""
    if not settings.installed("rest_framework") and not settings.is_set("REST_FRAMEWORK"):
        return unknown("Django REST framework is not seen in INSTALLED_APPS, and the list endpoints of others are not looked at yet")

    def judge(framework: Setting) -> Outcome:
        return across(part(framework, "DEFAULT_PAGINATION_CLASS"), lambda cls: _class(cls, framework, project_classes.found.get(str(cls.value))))

    return across(top(settings, "REST_FRAMEWORK"), judge)


def _class(cls: Setting, framework: Setting, own: ProjectClass | None) -> Outcome:
    size = _own_size(own) or part(framework, "PAGE_SIZE")
    if cls.absent or cls.kind == "NoneType":
        message = f"REST_FRAMEWORK has no DEFAULT_PAGINATION_CLASS{because(cls)}" + ("" if size.absent else ", so that PAGE_SIZE does nothing")
        return failed(message, [finding("performance.no-pagination", message, cls if cls.origin else framework)])
    return across(size, lambda one: _size(one, cls, own))


def _own_size(own: ProjectClass | None) -> Setting | None:
    """The size that a paginator of the project sets itself, whatever PAGE_SIZE says."""
    for attribute in ("page_size", "default_limit"):
        value = own.values.get(attribute) if own is not None else None
        if own is not None and isinstance(value, int) and not isinstance(value, bool):
            return Setting(f"{own.name}.{attribute}", "int", value, origins=(own.at,))
    return None


def _size(size: Setting, cls: Setting, own: ProjectClass | None) -> Outcome:
    number = float(size.text) if size.text and size.text.isdecimal() and len(size.text) < 10 else size.number
    if number and number > 0:
        seen = [*_bounds(number, size, cls), *_asked_for(own)]
        return settle(seen, f"lists are paginated by {str(cls.shown()).rsplit('.', 1)[-1]}, {number:g} to a page")
    if not (cls.text or "").startswith("rest_framework.pagination.") and not _takes_the_default(own):
        return unknown(f"PAGE_SIZE is not set, and the page size of {cls.shown()} stands in its code, which is not looked at yet ({cls.origin})")
    message = f"DEFAULT_PAGINATION_CLASS is set without a PAGE_SIZE{because(size)}, so that lists are not paginated"
    return failed(message, [finding("performance.no-page-size", message, cls)])


def _takes_the_default(own: ProjectClass | None) -> bool:
    """Whether a paginator of the project is DRF's own with PAGE_SIZE for its size."""
    if own is None or not own.complete or own.methods & {"get_page_size", "get_limit", "paginate_queryset"}:
        return False
    return not {"page_size", "default_limit"} & own.values.keys() and any(base.startswith("rest_framework.pagination.") for base in own.bases)


def _asked_for(own: ProjectClass | None) -> Iterator[Seen]:
    """A paginator of the project that lets clients choose how much they get, without an end."""
    for asks, limit in (("page_size_query_param", "max_page_size"), ("limit_query_param", "max_limit")):
        chosen = own is not None and (own.values.get(asks) is not None or (asks == "limit_query_param" and UNBOUNDED in own.bases))
        if own is not None and chosen and own.values.get(limit) is None:
            short = own.name.rpartition(".")[2]
            yield warning("performance.unbounded-page", f"{short} lets clients choose the size of a page and has no {limit}", own.at)


def _bounds(number: float, size: Setting, cls: Setting) -> Iterator[Seen]:
    if cls.text == UNBOUNDED:
        yield warning("performance.unbounded-page", "LimitOffsetPagination has no max_limit: a client may ask for everything with ?limit=", cls)
    if number > LARGE_PAGE:
        yield warning("performance.unbounded-page", f"a page holds {number:g} entries", size)

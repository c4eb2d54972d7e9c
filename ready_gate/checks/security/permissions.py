"""What DRF lets anyone do where a view says nothing."""

from __future__ import annotations

from ready_gate.checks.reading import across
from ready_gate.checks.registry import check, failed, finding, not_applicable, passed, unknown, warning
from ready_gate.checks.security.answers import doubt
from ready_gate.facts.views import ProjectClasses, Requirements, Setting, Settings
from ready_gate.model import Origin, Outcome

PERMISSIONS = "rest_framework.permissions."
OPEN = (f"{PERMISSIONS}AllowAny", "rest_framework.permissions.AllowAny()", f"{PERMISSIONS}BasePermission")
READABLE = tuple(f"{PERMISSIONS}{name}" for name in ("IsAuthenticatedOrReadOnly", "DjangoModelPermissionsOrAnonReadOnly"))


@check("security.default-permissions")
def default_permissions(settings: Settings, project_classes: ProjectClasses, requirements: Requirements) -> Outcome:
    """DEFAULT_PERMISSION_CLASSES is not AllowAny, which is what DRF takes where nothing is set."""
    if settings.installed("rest_framework") is False and not settings.is_set("REST_FRAMEWORK"):
        return not_applicable("rest_framework is not in INSTALLED_APPS")
    if settings.installed("rest_framework") is False and requirements.has("djangorestframework") is False:
        return not_applicable("REST_FRAMEWORK is set, and DRF is neither in INSTALLED_APPS nor among the requirements")
    return across(settings["REST_FRAMEWORK"].get("DEFAULT_PERMISSION_CLASSES"), lambda classes: _classes(classes, settings, project_classes))


def _classes(classes: Setting, settings: Settings, own: ProjectClasses) -> Outcome:
    if classes.absent or classes.is_default:
        if settings.installed("rest_framework") is None and not settings.is_set("REST_FRAMEWORK"):
            return unknown(doubt(settings["INSTALLED_APPS"]))
        message = "DEFAULT_PERMISSION_CLASSES is not set, and DRF's own default is AllowAny: a view that says nothing is open to anyone"
        return failed(message, [finding("security.open-by-default", message, settings["REST_FRAMEWORK"].origin or Origin(settings.path, 1))])
    if classes.truth is None or classes.rest:
        return unknown(doubt(classes))
    names = [str(item.value) for item in classes.items if item.kind in ("str", "object")]
    if len(names) < len(classes.items):
        return unknown(doubt(classes))
    if not names or all(_is_open(name, own) for name in names):
        message = f"DEFAULT_PERMISSION_CLASSES {'lets everybody in' if names else 'is empty'}: a view that says nothing is open to anyone"
        return failed(message, [finding("security.open-by-default", message, classes)])
    short = ", ".join(name.rpartition(".")[2] for name in names)
    reading = [name for name in names if name in READABLE]
    found = [warning("security.readable-by-default", f"{short} lets anyone read", classes)] if len(reading) == len(names) else []
    return passed(f"DEFAULT_PERMISSION_CLASSES is {short}", found)


def _is_open(name: str, own: ProjectClasses) -> bool:
    """Whether a permission class lets anyone do anything: AllowAny, or a class of the project that adds nothing to it."""
    found = own.found.get(name)
    if found is None:
        return name in OPEN
    restricting = [base for base in found.bases if base.startswith(PERMISSIONS) and base not in OPEN]
    return "has_permission" not in found.methods and found.complete and not restricting and any(base in OPEN for base in found.bases)

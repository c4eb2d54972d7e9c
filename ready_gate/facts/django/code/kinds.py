"""What a class of the project is: a view, a serializer, a form, a model."""

from __future__ import annotations

from ready_gate.facts.python.codebase import Codebase

VIEWS = (
    *("rest_framework.views.", "rest_framework.generics.", "rest_framework.viewsets.", "rest_framework.mixins.", "django.views.", "adrf."),
    *(
        "rest_framework_simplejwt.views.",
        "knox.views.",
        "dj_rest_auth.",
        "djoser.views.",
        "rest_framework.authtoken.views.",
        "django.contrib.auth.views.",
    ),
)
SERIALIZERS = ("rest_framework.serializers.", "rest_framework_simplejwt.serializers.", "djoser.serializers.", "dj_rest_auth.")
FORMS = ("django.forms.", "django.contrib.auth.forms.", "crispy_forms.", "allauth.account.forms.")
SCHEMAS = ("pydantic.", "ninja.Schema", "ninja.ModelSchema", "ninja.schema.", "ninja_schema.", "ninja.orm.", "marshmallow.", "cattrs.", "msgspec.")
MODELS = (
    *("django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model", "django.contrib.auth.models.", "mptt.models."),
    *("django.contrib.auth.base_user.", "polymorphic.models.", "model_utils.models."),
)
API = ("rest_framework.", "adrf.", "rest_framework_simplejwt.", "knox.", "djoser.", "dj_rest_auth.")
MANAGERS = (
    "django.db.models.Manager",
    "django.db.models.manager.",
    "django.db.models.QuerySet",
    "django.db.models.query.",
    "django.contrib.auth.models.UserManager",
)


class Kinds:
    """Answers by the paths of a class and of those above it; classes of other packages are told by their last name."""

    def __init__(self, code: Codebase) -> None:
        self.code = code
        self._answers: dict[tuple[str, tuple[str, ...]], bool] = {}

    def is_view(self, dotted: str | None) -> bool:
        """A class-based view or viewset."""
        return self._is(dotted, VIEWS, ("View", "ViewSet", "APIView"))

    def is_api(self, dotted: str | None) -> bool:
        """A view of Django REST framework."""
        return self.code.is_a(dotted, *API)

    def is_serializer(self, dotted: str | None) -> bool:
        """A serializer of Django REST framework."""
        return self._is(dotted, SERIALIZERS, ("Serializer",))

    def is_form(self, dotted: str | None) -> bool:
        """A form of Django."""
        return self._is(dotted, FORMS, ("Form", "FormSet"))

    def is_schema(self, dotted: str | None) -> bool:
        """A class that checks what it is made of: pydantic's, Ninja's, marshmallow's."""
        return self._is(dotted, SCHEMAS, ("Schema",))

    def is_validator(self, dotted: str | None) -> bool:
        """A serializer or form, which checks when it is asked."""
        return self.is_serializer(dotted) or self.is_form(dotted)

    def is_model(self, dotted: str | None) -> bool:
        """A model."""
        return self._is(dotted, MODELS, ("Model", "AbstractUser")) and not self.is_manager(dotted)

    def is_manager(self, dotted: str | None) -> bool:
        """A manager or queryset."""
        return self._is(dotted, MANAGERS, ("Manager", "QuerySet"))

    def _is(self, dotted: str | None, starts: tuple[str, ...], endings: tuple[str, ...]) -> bool:
        if dotted is None:
            return False
        if (dotted, endings) not in self._answers:
            self._answers[dotted, endings] = self.code.is_a(dotted, *starts) or self._foreign(dotted, endings)
        return self._answers[dotted, endings]

    def _foreign(self, dotted: str, endings: tuple[str, ...]) -> bool:
        """A class above it that is not the project's, and is called so."""
        return any(name.endswith(endings) and self.code.find(name) is None for name in self.code.order(dotted))

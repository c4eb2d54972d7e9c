"""Decorators, mixins and middleware that turn away whoever has no credentials."""

from __future__ import annotations

ALL_CLOSED = frozenset(
    {
        "django.contrib.auth.decorators.login_required",
        "django.contrib.auth.decorators.permission_required",
        "django.contrib.admin.views.decorators.staff_member_required",
        "django.contrib.admin.site.admin_view",
        "django.contrib.admin.sites.site.admin_view",
        "django_otp.decorators.otp_required",
        "two_factor.views.utils.class_view_decorator",
        "guardian.decorators.permission_required",
        "guardian.decorators.permission_required_or_403",
        "guardian.decorators.permission_required_or_404",
        "rules.contrib.views.permission_required",
        "oauth2_provider.decorators.protected_resource",
        "oauth2_provider.decorators.rw_protected_resource",
        "allauth.account.decorators.verified_email_required",
        "allauth.account.decorators.reauthentication_required",
        "wagtail.admin.auth.require_admin_access",
        "wagtail.admin.auth.permission_required",
        "braces.views.decorators.login_required",
    }
)
TESTS = frozenset({"django.contrib.auth.decorators.user_passes_test"})
NOT_REQUIRED = "django.contrib.auth.decorators.login_not_required"
CSRF_EXEMPT = "django.views.decorators.csrf.csrf_exempt"
METHODS = {
    "django.views.decorators.http.require_POST": ("POST",),
    "django.views.decorators.http.require_GET": ("GET",),
    "django.views.decorators.http.require_safe": ("GET", "HEAD"),
}
REQUIRE_METHODS = "django.views.decorators.http.require_http_methods"
API_VIEW = "rest_framework.decorators.api_view"
METHOD_DECORATOR = "django.utils.decorators.method_decorator"
OF_API = {
    "rest_framework.decorators.permission_classes": "permission_classes",
    "rest_framework.decorators.authentication_classes": "authentication_classes",
    "rest_framework.decorators.throttle_classes": "throttle_classes",
}
# Packages whose decorators leave it to the view who is let in.
HARMLESS = (
    "django.views.decorators.",
    "django.utils.decorators.",
    "django.db.transaction.",
    "django.utils.",
    "django.contrib.messages.",
    "rest_framework.decorators.",
    "drf_spectacular.",
    "drf_yasg.",
    "django_ratelimit.",
    "ratelimit.",
    "ninja.",
    "functools.",
    "asgiref.",
    "csp.",
    "silk.",
    "sentry_sdk.",
    "cacheops.",
    "waffle.",
    "djangorestframework_camel_case.",
    "rest_framework_extensions.",
    "xframe_options",
    "corsheaders.",
    "debug_toolbar.",
    "newrelic.",
    "ddtrace.",
    "opentelemetry.",
    "builtins.",
    "typing.",
)
# Mixins of class-based views: by the path of the class that defines `dispatch`.
LOGIN_MIXINS = frozenset(
    {
        "django.contrib.auth.mixins.LoginRequiredMixin",
        "django.contrib.auth.mixins.PermissionRequiredMixin",
        "braces.views._access.LoginRequiredMixin",
        "braces.views._access.PermissionRequiredMixin",
        "braces.views._access.MultiplePermissionsRequiredMixin",
        "braces.views._access.GroupRequiredMixin",
        "braces.views._access.StaffuserRequiredMixin",
        "braces.views._access.SuperuserRequiredMixin",
        "guardian.mixins.LoginRequiredMixin",
        "guardian.mixins.PermissionRequiredMixin",
        "django_otp.views.OTPRequiredMixin",
        "two_factor.views.mixins.OTPRequiredMixin",
        "rules.contrib.views.PermissionRequiredMixin",
        "oauth2_provider.views.mixins.ProtectedResourceMixin",
        "oauth2_provider.views.generic.ProtectedResourceView",
    }
)
TEST_MIXIN = "django.contrib.auth.mixins.UserPassesTestMixin"
VIEW = "django.views.generic.base.View"
LOGIN_MIDDLEWARE = "django.contrib.auth.middleware.LoginRequiredMiddleware"
# Other packages' views that ask for what they need by themselves.
PROTECTING = (
    "django.contrib.admin.",
    "wagtail.admin.",
    "filer.",
    "hijack.",
    "django_summernote.",
    "ckeditor_uploader.",
    "baton.",
    "rosetta.",
    "explorer.",
)

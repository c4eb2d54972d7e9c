from django.conf import settings
from django.utils.crypto import constant_time_compare
from rest_framework.permissions import BasePermission


class HasMetricsToken(BasePermission):
    """For Prometheus: `Authorization: Bearer` with the token of the METRICS_TOKEN variable."""

    def has_permission(self, request, view):
        given = request.headers.get("Authorization", "")
        expected = f"Bearer {settings.METRICS_TOKEN}"
        return bool(settings.METRICS_TOKEN) and constant_time_compare(given, expected)

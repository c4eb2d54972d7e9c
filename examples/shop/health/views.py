import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django_prometheus.exports import ExportToDjangoView
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from .permissions import HasMetricsToken

logger = logging.getLogger(__name__)


class HealthView(APIView):
    """Whether the service can do its work: the database answers and no migration is missing."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []

    @extend_schema(exclude=True)
    def get(self, request):
        try:
            pending = _pending_migrations()
        except DatabaseError:
            logger.exception("The database does not answer")
            return self._answer(database="unreachable", pending=None)
        return self._answer(database="ok", pending=pending)

    def _answer(self, database, pending):
        well = database == "ok" and pending == 0
        body = {
            "status": "ok" if well else "unavailable",
            "database": database,
            "pending_migrations": pending,
            "commit": settings.RELEASE,
        }
        code = status.HTTP_200_OK if well else status.HTTP_503_SERVICE_UNAVAILABLE
        return Response(body, status=code)


class MetricsView(APIView):
    """Request counts and times for Prometheus."""

    permission_classes = [HasMetricsToken]
    authentication_classes = []
    throttle_classes = []

    @extend_schema(exclude=True)
    def get(self, request):
        return ExportToDjangoView(request)


def _pending_migrations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))

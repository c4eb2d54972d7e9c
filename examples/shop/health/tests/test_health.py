from unittest import mock

from django.conf import settings
from django.db import OperationalError
from django.test import TestCase
from django.urls import reverse


class HealthTests(TestCase):
    def test_is_well(self):
        response = self.client.get(reverse("health"))
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.json(),
            {"status": "ok", "database": "ok", "pending_migrations": 0, "commit": "test"},
        )

    def test_missing_migration_is_a_503(self):
        with mock.patch("health.views.MigrationExecutor.migration_plan", return_value=["one"]):
            response = self.client.get(reverse("health"))
        self.assertEqual(response.status_code, 503)

    def test_missing_database_is_a_503(self):
        with (
            mock.patch("health.views.MigrationExecutor", side_effect=OperationalError),
            self.assertLogs("health.views", "ERROR"),
        ):
            response = self.client.get(reverse("health"))
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["database"], "unreachable")


class MetricsTests(TestCase):
    def test_needs_the_token(self):
        self.assertEqual(self.client.get(reverse("metrics")).status_code, 403)

    def test_counts_requests(self):
        token = f"Bearer {settings.METRICS_TOKEN}"
        response = self.client.get(reverse("metrics"), headers={"Authorization": token})
        self.assertContains(response, "django_http_requests_before_middlewares_total")


class PublicPagesTests(TestCase):
    def test_legal_pages_and_schema_need_no_login(self):
        for name in ["privacy", "terms", "schema", "docs"]:
            with self.subTest(name):
                self.assertEqual(self.client.get(reverse(name)).status_code, 200)

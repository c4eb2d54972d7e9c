from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import requests
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from payments.models import Payment
from payments.tests.fakes import callback_form, paytm_answers, paytm_fails, status_answer
from s2cart.tests.base import ShopTestCase


class PaymentTestCase(ShopTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_authenticate(None)
        self.order = self.order_of(self.user)
        self.payment = Payment.objects.create(
            order=self.order, amount=self.order.total, reference="S2C0123456789abcdef"
        )

    def assert_states(self, payment, order):
        self.payment.refresh_from_db()
        self.order.refresh_from_db()
        self.assertEqual((self.payment.status, self.order.status), (payment, order))


class CallbackTests(PaymentTestCase):
    def post(self, form):
        return self.client.post(
            reverse("paytm-callback"),
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
        )

    def test_success_pays_the_order(self):
        with paytm_answers(status_answer(self.payment, "TXN_SUCCESS")):
            response = self.post(callback_form(self.payment))
        self.assertEqual(response.data["status"], "success")
        self.assert_states(Payment.Status.SUCCESS, Order.Status.PAID)
        self.assertEqual(self.payment.transaction_id, "20261005111212800110168")

    def test_failure_leaves_the_order_unpaid(self):
        with paytm_answers(status_answer(self.payment, "TXN_FAILURE")):
            self.post(callback_form(self.payment, "TXN_FAILURE"))
        self.assert_states(Payment.Status.FAILED, Order.Status.PENDING)

    def test_a_callback_that_claims_success_is_not_believed(self):
        with paytm_answers(status_answer(self.payment, "TXN_FAILURE")):
            self.post(callback_form(self.payment, "TXN_SUCCESS"))
        self.assert_states(Payment.Status.FAILED, Order.Status.PENDING)

    def test_pending_stays_pending(self):
        with paytm_answers(status_answer(self.payment, "PENDING")):
            self.post(callback_form(self.payment, "PENDING"))
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

    def test_an_unknown_status_stays_pending(self):
        answer = status_answer(self.payment, "TXN_ODD")
        with paytm_answers(answer), self.assertLogs("payments.services", "WARNING"):
            self.post(callback_form(self.payment))
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

    def test_bad_checksum_is_refused_before_paytm_is_asked(self):
        form = callback_form(self.payment, key="another-key-here")
        with paytm_answers({}) as post, self.assertLogs("payments.views", "WARNING"):
            response = self.post(form)
        self.assertEqual(response.status_code, 403)
        post.assert_not_called()
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

    def test_changed_parameter_is_a_bad_checksum(self):
        form = callback_form(self.payment) | {"TXNAMOUNT": "1.00"}
        with self.assertLogs("payments.views", "WARNING"):
            self.assertEqual(self.post(form).status_code, 403)

    def test_another_amount_pays_nothing_and_alerts(self):
        answer = status_answer(self.payment, "TXN_SUCCESS", amount="1.00")
        with paytm_answers(answer), self.assertLogs("payments.services", "ERROR"):
            self.post(callback_form(self.payment))
        self.assert_states(Payment.Status.MISMATCH, Order.Status.PENDING)

    def test_timeout_of_the_gateway_is_a_503_and_changes_nothing(self):
        timeout = requests.ConnectTimeout()
        with paytm_fails(timeout), self.assertLogs("payments.gateway", "WARNING"):
            response = self.post(callback_form(self.payment))
        self.assertEqual(response.status_code, 503)
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

    def test_server_error_of_the_gateway_changes_nothing(self):
        answer = paytm_answers({}, status_code=502)
        with answer, self.assertLogs("payments.gateway", "WARNING"):
            self.assertEqual(self.post(callback_form(self.payment)).status_code, 503)
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

    def test_a_second_callback_changes_nothing(self):
        for status in ["TXN_SUCCESS", "TXN_FAILURE"]:
            with paytm_answers(status_answer(self.payment, status)):
                self.post(callback_form(self.payment))
        self.assert_states(Payment.Status.SUCCESS, Order.Status.PAID)

    def test_paying_a_cancelled_order_asks_for_a_refund(self):
        Order.objects.filter(pk=self.order.pk).update(status=Order.Status.CANCELLED)
        answer = status_answer(self.payment, "TXN_SUCCESS")
        with paytm_answers(answer), self.assertLogs("payments.services", "ERROR"):
            self.post(callback_form(self.payment))
        self.assert_states(Payment.Status.SUCCESS, Order.Status.CANCELLED)

    def test_unknown_payment_is_not_found(self):
        form = callback_form(Payment(reference="S2Cunknown", amount="1.00"))
        self.assertEqual(self.post(form).status_code, 404)

    def test_incomplete_form_is_a_400(self):
        self.assertEqual(self.post({"ORDERID": "S2C"}).status_code, 400)


class ReconcileTests(PaymentTestCase):
    def reconcile(self):
        out = StringIO()
        call_command("reconcile_payments", stdout=out, stderr=out)
        return out.getvalue()

    def age(self, **since):
        Payment.objects.update(created_at=timezone.now() - timedelta(**since))

    def test_settles_what_has_been_pending_for_a_while(self):
        self.age(hours=1)
        with paytm_answers(status_answer(self.payment, "TXN_SUCCESS")):
            self.assertIn("1 settled", self.reconcile())
        self.assert_states(Payment.Status.SUCCESS, Order.Status.PAID)

    def test_leaves_new_payments_alone(self):
        with paytm_answers({}) as post:
            self.reconcile()
        post.assert_not_called()

    def test_goes_on_when_paytm_cannot_be_reached(self):
        self.age(hours=1)
        timeout = requests.Timeout()
        with paytm_fails(timeout), self.assertLogs("payments.gateway", "WARNING"):
            self.assertIn("1 could not be asked", self.reconcile())
        self.assert_states(Payment.Status.PENDING, Order.Status.PENDING)

import requests
from django.urls import reverse

from orders.models import Order
from payments.models import Payment
from payments.tests.fakes import paytm_answers, paytm_fails
from s2cart.tests.base import ShopTestCase

STARTED = {"resultInfo": {"resultStatus": "S"}, "txnToken": "token-for-the-app"}


class StartPaymentTests(ShopTestCase):
    def start(self, order):
        return self.client.post(reverse("payment-create"), {"order": order.pk})

    def test_hands_the_token_to_the_app(self):
        order = self.order_of(self.user)
        with paytm_answers(STARTED) as post:
            response = self.start(order)
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.data["transaction_token"], "token-for-the-app")
        self.assertEqual(response.data["amount"], "250.00")
        self.assertEqual(post.call_args.kwargs["timeout"], (5, 20))

    def test_timeout_of_the_gateway_is_a_503_and_fails_the_payment(self):
        order = self.order_of(self.user)
        with paytm_fails(requests.Timeout()), self.assertLogs("payments.gateway", "WARNING"):
            response = self.start(order)
        self.assertEqual(response.status_code, 503)
        self.assertEqual(Payment.objects.get().status, Payment.Status.FAILED)

    def test_refusal_by_the_gateway_is_a_503(self):
        with paytm_answers({"resultInfo": {"resultStatus": "F"}}):
            response = self.start(self.order_of(self.user))
        self.assertEqual(response.status_code, 503)

    def test_orders_of_others_and_paid_ones_cannot_be_paid(self):
        paid = self.order_of(self.user)
        Order.objects.filter(pk=paid.pk).update(status=Order.Status.PAID)
        for order in [paid, self.order_of(self.other)]:
            self.assertEqual(self.start(order).status_code, 400)
        self.assertFalse(Payment.objects.exists())

    def test_needs_a_login(self):
        order = self.order_of(self.user)
        self.client.force_authenticate(None)
        self.assertEqual(self.start(order).status_code, 401)


class PaymentDetailTests(ShopTestCase):
    def test_shows_own_payments_only(self):
        for user, code in [(self.user, 200), (self.other, 404)]:
            order = self.order_of(user)
            payment = Payment.objects.create(
                order=order, amount=order.total, reference=f"S2C{order.pk}"
            )
            response = self.client.get(reverse("payment-detail", args=[payment.reference]))
            self.assertEqual(response.status_code, code)

from decimal import Decimal

from django.urls import reverse

from orders.models import Order
from s2cart.tests.base import SHIPPING, ShopTestCase


class PlaceOrderTests(ShopTestCase):
    def place(self, *lines, **changes):
        items = [{"product": product, "quantity": quantity} for product, quantity in lines]
        form = {**SHIPPING, "items": items, **changes}
        return self.client.post(reverse("order-list"), form)

    def test_takes_the_goods_out_of_stock_and_sums_up(self):
        response = self.place((self.assam.pk, 2), (self.nilgiri.pk, 1))
        self.assertEqual(response.status_code, 201)
        self.assertEqual(Decimal(response.data["total"]), Decimal("699.50"))
        self.assam.refresh_from_db()
        self.assertEqual(self.assam.stock, 3)

    def test_refuses_more_than_there_is_and_changes_nothing(self):
        response = self.place((self.assam.pk, 1), (self.nilgiri.pk, 4))
        self.assertEqual(response.status_code, 400)
        self.assam.refresh_from_db()
        self.assertEqual(self.assam.stock, 5)
        self.assertFalse(Order.objects.exists())

    def test_refuses_what_is_not_on_sale(self):
        gone = self.product("Gone", price="10.00", stock=1, is_active=False)
        self.assertEqual(self.place((gone.pk, 1)).status_code, 400)

    def test_refuses_bad_input(self):
        same = (self.assam.pk, 1)
        answers = {
            "no items": self.place(),
            "twice the same": self.place(same, same),
            "no quantity": self.place((self.assam.pk, 0)),
            "bad pincode": self.place(same, shipping_pincode="012345"),
        }
        for case, response in answers.items():
            with self.subTest(case):
                self.assertEqual(response.status_code, 400)

    def test_needs_a_login(self):
        self.client.force_authenticate(None)
        self.assertEqual(self.place((self.assam.pk, 1)).status_code, 401)


class OwnOrdersTests(ShopTestCase):
    def test_lists_own_orders_only_with_a_fixed_number_of_queries(self):
        own = [self.order_of(self.user).pk for _ in range(3)]
        self.order_of(self.other)
        with self.assertNumQueries(4):
            response = self.client.get(reverse("order-list"))
        self.assertEqual([order["id"] for order in response.data["results"]], own[::-1])
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_orders_of_others_are_not_found(self):
        order = self.order_of(self.other)
        shown = self.client.get(reverse("order-detail", args=[order.pk]))
        cancelled = self.client.post(reverse("order-cancel", args=[order.pk]))
        self.assertEqual((shown.status_code, cancelled.status_code), (404, 404))

    def test_shows_one_order_with_its_items(self):
        order = self.order_of(self.user, quantity=2)
        response = self.client.get(reverse("order-detail", args=[order.pk]))
        expected = {"product": "assam", "quantity": 2, "unit_price": "250.00"}
        self.assertEqual(response.data["items"], [expected])


class CancelOrderTests(ShopTestCase):
    def test_puts_the_goods_back(self):
        order = self.order_of(self.user, quantity=2)
        response = self.client.post(reverse("order-cancel", args=[order.pk]))
        self.assertEqual(response.data["status"], "cancelled")
        self.assam.refresh_from_db()
        self.assertEqual(self.assam.stock, 5)

    def test_refuses_once_paid(self):
        order = self.order_of(self.user)
        Order.objects.filter(pk=order.pk).update(status=Order.Status.PAID)
        response = self.client.post(reverse("order-cancel", args=[order.pk]))
        self.assertEqual(response.status_code, 400)

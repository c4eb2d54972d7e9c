"""What the tests of all apps need."""

from decimal import Decimal

from django.core.cache import cache
from rest_framework.test import APITestCase

from accounts.models import User
from catalogue.models import Category, Product
from orders.services import place_order

SHIPPING = {
    "shipping_name": "Asha Rao",
    "shipping_address": "14 MG Road, Bengaluru",
    "shipping_pincode": "560001",
}


class ShopTestCase(APITestCase):
    """A customer who is logged in, and two products on sale."""

    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_user("asha@customers.test", "correct-horse-battery")
        cls.other = User.objects.create_user("ravi@customers.test", "correct-horse-battery")
        cls.category = Category.objects.create(name="Tea", slug="tea")
        cls.assam = cls.product("Assam", price="250.00", stock=5)
        cls.nilgiri = cls.product("Nilgiri", price="199.50", stock=3)

    @classmethod
    def product(cls, name, price, stock, **fields):
        return Product.objects.create(
            category=cls.category,
            name=name,
            slug=name.lower(),
            price=Decimal(price),
            stock=stock,
            **fields,
        )

    def setUp(self):
        cache.clear()  # throttling counts requests in there
        self.client.force_authenticate(self.user)

    def order_of(self, user, quantity=1):
        return place_order(user, {self.assam.pk: quantity}, SHIPPING)

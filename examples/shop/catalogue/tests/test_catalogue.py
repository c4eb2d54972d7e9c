from django.urls import reverse

from catalogue.models import Category
from s2cart.tests.base import ShopTestCase


class CatalogueTests(ShopTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_authenticate(None)

    def names(self, **query):
        results = self.client.get(reverse("product-list"), query).data["results"]
        return [product["name"] for product in results]

    def test_lists_products_on_sale_by_name(self):
        self.product("Darjeeling", price="420.00", stock=9, is_active=False)
        self.assertEqual(self.names(), ["Assam", "Nilgiri"])

    def test_narrows_by_category_and_name(self):
        Category.objects.create(name="Coffee", slug="coffee")
        self.assertEqual(self.names(category="coffee"), [])
        self.assertEqual(self.names(category="tea", search="nil"), ["Nilgiri"])

    def test_page_size_has_a_limit(self):
        response = self.client.get(reverse("product-list"), {"page_size": 1})
        self.assertEqual(len(response.data["results"]), 1)
        self.assertEqual(response.data["count"], 2)

    def test_number_of_queries_does_not_grow_with_the_products(self):
        for number in range(10):
            self.product(f"Blend {number}".replace(" ", "-"), price="99.00", stock=1)
        with self.assertNumQueries(2):
            self.client.get(reverse("product-list"))

    def test_may_be_cached_for_a_minute(self):
        response = self.client.get(reverse("product-list"))
        self.assertEqual(response.headers["Cache-Control"], "public, max-age=60")

    def test_shows_one_product(self):
        response = self.client.get(reverse("product-detail", args=["assam"]))
        self.assertEqual(response.data["category"], {"name": "Tea", "slug": "tea"})
        self.assertTrue(response.data["in_stock"])

    def test_lists_categories(self):
        response = self.client.get(reverse("category-list"))
        self.assertEqual(response.data["results"], [{"name": "Tea", "slug": "tea"}])

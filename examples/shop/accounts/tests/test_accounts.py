from django.urls import reverse

from accounts.models import User
from s2cart.tests.base import ShopTestCase


class RegistrationTests(ShopTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_authenticate(None)

    def register(self, **changes):
        form = {"email": "Meera@Customers.test", "password": "a-long-enough-phrase"} | changes
        return self.client.post(reverse("register"), form)

    def test_opens_an_account_under_the_lower_case_address(self):
        response = self.register(phone="+919876543210")
        self.assertEqual(response.status_code, 201)
        self.assertNotIn("password", response.data)
        self.assertTrue(User.objects.get(email="meera@customers.test").has_usable_password())

    def test_refuses_weak_passwords(self):
        for password in ["short", "1234567890123", "password123", "meera@customers"]:
            with self.subTest(password=password):
                response = self.register(password=password)
                self.assertEqual(response.status_code, 400)
                self.assertIn("password", response.data)

    def test_refuses_an_address_that_is_taken(self):
        response = self.register(email="ASHA@customers.test")
        self.assertEqual(response.status_code, 400)
        self.assertIn("email", response.data)


class TokenTests(ShopTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_authenticate(None)

    def log_in(self, password="correct-horse-battery"):
        form = {"email": "Asha@customers.test", "password": password}
        return self.client.post(reverse("token"), form)

    def test_access_token_opens_the_own_account(self):
        access = self.log_in().data["access"]
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        self.assertEqual(self.client.get(reverse("me")).data["email"], "asha@customers.test")

    def test_wrong_password_is_refused(self):
        self.assertEqual(self.log_in("wrong").status_code, 401)

    def test_logins_are_throttled(self):
        codes = {self.log_in("wrong").status_code for _ in range(11)}
        self.assertEqual(codes, {401, 429})

    def test_used_refresh_token_is_refused(self):
        refresh = {"refresh": self.log_in().data["refresh"]}
        self.assertEqual(self.client.post(reverse("token-refresh"), refresh).status_code, 200)
        self.assertEqual(self.client.post(reverse("token-refresh"), refresh).status_code, 401)

    def test_logging_out_ends_the_refresh_token(self):
        refresh = {"refresh": self.log_in().data["refresh"]}
        self.assertEqual(self.client.post(reverse("token-blacklist"), refresh).status_code, 200)
        self.assertEqual(self.client.post(reverse("token-refresh"), refresh).status_code, 401)


class OwnAccountTests(ShopTestCase):
    def test_needs_a_login(self):
        self.client.force_authenticate(None)
        self.assertEqual(self.client.get(reverse("me")).status_code, 401)

    def test_changes_the_name_and_not_the_address(self):
        form = {"first_name": "Asha", "email": "else@customers.test"}
        response = self.client.patch(reverse("me"), form)
        self.assertEqual(response.data["first_name"], "Asha")
        self.assertEqual(response.data["email"], "asha@customers.test")

    def test_closing_the_account_erases_personal_data_and_keeps_orders(self):
        order = self.order_of(self.user)
        self.assertEqual(self.client.delete(reverse("me")).status_code, 204)
        user = User.objects.get(pk=self.user.pk)
        self.assertEqual(user.email, f"erased-{user.pk}@erased.invalid")
        self.assertFalse(user.is_active)
        self.assertEqual(user.orders.get(), order)

    def test_changes_the_password(self):
        form = {"current_password": "correct-horse-battery", "new_password": "another-good-phrase"}
        self.assertEqual(self.client.post(reverse("password"), form).status_code, 204)
        self.user.refresh_from_db()
        self.assertTrue(self.user.check_password("another-good-phrase"))

    def test_password_change_needs_the_current_one_and_a_strong_new_one(self):
        form = {"current_password": "wrong", "new_password": "12345"}
        response = self.client.post(reverse("password"), form)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(set(response.data), {"current_password", "new_password"})

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractUser):
    """A customer or a member of staff, known by the e-mail address."""

    username = None
    email = models.EmailField(unique=True)
    phone = models.CharField(
        max_length=16, blank=True, validators=[RegexValidator(r"^\+?[0-9]{10,15}$")]
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    def erase(self):
        """Remove the personal data and close the account. Orders stay, as tax law demands."""
        self.email = f"erased-{self.pk}@erased.invalid"
        self.first_name = self.last_name = self.phone = ""
        self.is_active = False
        self.set_unusable_password()
        self.save()

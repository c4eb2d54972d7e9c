from django.db import models

from orders.models import Order


class Payment(models.Model):
    """One attempt to pay an order. `reference` is what Paytm calls the order id."""

    class Status(models.TextChoices):
        PENDING = "pending", "waiting for Paytm"
        SUCCESS = "success", "paid"
        FAILED = "failed", "failed"
        MISMATCH = "mismatch", "another amount was paid"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=40, unique=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    transaction_id = models.CharField(max_length=64, blank=True)
    response_code = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status", "created_at"], name="payment_status_created"),
        ]

    def __str__(self):
        return self.reference

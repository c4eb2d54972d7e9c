from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments.gateway import GatewayError, transaction_status
from payments.models import Payment
from payments.services import settle_payment


class Command(BaseCommand):
    help = "Asks Paytm about payments that have been pending for a while. Run by a systemd timer."

    def handle(self, *args, **options):
        now = timezone.now()
        pending = Payment.objects.filter(
            status=Payment.Status.PENDING,
            created_at__range=(now - timedelta(days=3), now - timedelta(minutes=10)),
        ).order_by("created_at")
        settled = failed = 0
        for reference in pending.values_list("reference", flat=True)[:200]:
            try:
                payment = settle_payment(reference, transaction_status(reference))
            except GatewayError as error:
                failed += 1
                self.stderr.write(f"{reference}: {error}")
            else:
                settled += payment.status != Payment.Status.PENDING
        self.stdout.write(f"{settled} settled, {failed} could not be asked about")

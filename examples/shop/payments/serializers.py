from rest_framework import serializers

from orders.models import Order

from .models import Payment


class PaymentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Payment
        fields = ["reference", "order", "amount", "status", "created_at"]
        read_only_fields = fields


class PaymentCreateSerializer(serializers.Serializer):
    order = serializers.PrimaryKeyRelatedField(queryset=Order.objects.none())

    def get_fields(self):
        fields = super().get_fields()
        fields["order"].queryset = Order.objects.filter(
            user_id=self.context["request"].user.pk, status=Order.Status.PENDING
        )
        return fields


class PaymentStartedSerializer(PaymentSerializer):
    """What the app hands to Paytm's SDK."""

    merchant_id = serializers.CharField()
    transaction_token = serializers.CharField()

    class Meta(PaymentSerializer.Meta):
        fields = [*PaymentSerializer.Meta.fields, "merchant_id", "transaction_token"]


class PaytmCallbackSerializer(serializers.Serializer):
    """The fields of Paytm's form post that matter here; the checksum covers all of them."""

    ORDERID = serializers.RegexField(r"^[A-Za-z0-9]{1,40}$")
    MID = serializers.CharField(max_length=64)
    STATUS = serializers.CharField(max_length=20)
    CHECKSUMHASH = serializers.CharField(max_length=256)

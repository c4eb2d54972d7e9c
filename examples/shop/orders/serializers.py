from rest_framework import serializers

from .models import Order, OrderItem

SHIPPING_FIELDS = ["shipping_name", "shipping_address", "shipping_pincode"]


class OrderItemSerializer(serializers.ModelSerializer):
    product = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = OrderItem
        fields = ["product", "quantity", "unit_price"]


class OrderSerializer(serializers.ModelSerializer):
    items = OrderItemSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = ["id", "status", "total", *SHIPPING_FIELDS, "items", "created_at"]
        read_only_fields = fields


class OrderLineSerializer(serializers.Serializer):
    product = serializers.IntegerField(min_value=1)
    quantity = serializers.IntegerField(min_value=1, max_value=20)


class OrderCreateSerializer(serializers.ModelSerializer):
    items = OrderLineSerializer(many=True, min_length=1, max_length=50)

    class Meta:
        model = Order
        fields = [*SHIPPING_FIELDS, "items"]

    def validate_items(self, items):
        lines = {item["product"]: item["quantity"] for item in items}
        if len(lines) < len(items):
            raise serializers.ValidationError("A product may be listed once only.")
        return lines

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from .models import Order
from .serializers import OrderCreateSerializer, OrderSerializer
from .services import OrderError, cancel_order, place_order


class OwnOrdersMixin:
    """Customers see their own orders and nobody else's."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderSerializer

    def get_queryset(self):
        own = Order.objects.filter(user_id=self.request.user.pk)
        return own.prefetch_related("items__product").order_by("-created_at")


class OrderListView(OwnOrdersMixin, generics.ListCreateAPIView):
    """The own orders; POST places a new one."""

    throttle_scope = "orders"

    @extend_schema(request=OrderCreateSerializer, responses={201: OrderSerializer})
    def post(self, request):
        serializer = OrderCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        shipping = dict(serializer.validated_data)
        lines = shipping.pop("items")
        try:
            order = place_order(request.user, lines, shipping)
        except OrderError as error:
            raise serializers.ValidationError({"items": [str(error)]}) from error
        placed = self.get_queryset().get(pk=order.pk)
        return Response(OrderSerializer(placed).data, status=status.HTTP_201_CREATED)


class OrderDetailView(OwnOrdersMixin, generics.RetrieveAPIView):
    """One of the own orders."""


class OrderCancelView(OwnOrdersMixin, generics.GenericAPIView):
    """Cancel an own order that is not paid yet."""

    @extend_schema(request=None, responses=OrderSerializer)
    def post(self, request, pk):
        order = self.get_object()
        try:
            cancel_order(order.pk)
        except OrderError as error:
            raise serializers.ValidationError({"detail": str(error)}) from error
        return Response(OrderSerializer(self.get_object()).data)

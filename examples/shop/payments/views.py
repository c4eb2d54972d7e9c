import logging

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from .checksum import join_parameters, verify_checksum
from .gateway import GatewayError, transaction_status
from .models import Payment
from .serializers import (
    PaymentCreateSerializer,
    PaymentSerializer,
    PaymentStartedSerializer,
    PaytmCallbackSerializer,
)
from .services import settle_payment, start_payment

logger = logging.getLogger(__name__)


class GatewayUnavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The payment gateway cannot be reached. Try again in a minute."
    default_code = "gateway_unavailable"


class PaymentCreateView(generics.GenericAPIView):
    """Start a payment for an own order."""

    permission_classes = [IsAuthenticated]
    serializer_class = PaymentCreateSerializer
    throttle_scope = "payments"

    @extend_schema(responses={201: PaymentStartedSerializer})
    def post(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            payment, token = start_payment(serializer.validated_data["order"])
        except GatewayError as error:
            raise GatewayUnavailable from error
        started = PaymentSerializer(payment).data | {
            "merchant_id": settings.PAYTM_MERCHANT_ID,
            "transaction_token": token,
        }
        return Response(started, status=status.HTTP_201_CREATED)


class PaymentDetailView(generics.RetrieveAPIView):
    """What became of an own payment."""

    permission_classes = [IsAuthenticated]
    serializer_class = PaymentSerializer
    lookup_field = "reference"

    def get_queryset(self):
        return Payment.objects.filter(order__user_id=self.request.user.pk)


class PaytmCallbackView(APIView):
    """Where Paytm reports a payment. Open to anyone, so nothing in the post is believed:
    it has to carry Paytm's checksum, and only the answer to our own status call counts."""

    permission_classes = [AllowAny]
    authentication_classes = []
    parser_classes = [FormParser]
    throttle_scope = "paytm-callback"

    @extend_schema(request=PaytmCallbackSerializer, responses=PaymentSerializer)
    def post(self, request):
        serializer = PaytmCallbackSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        callback = serializer.validated_data
        reference = callback["ORDERID"]
        text = join_parameters(request.data.dict())
        if not verify_checksum(text, callback["CHECKSUMHASH"], settings.PAYTM_MERCHANT_KEY):
            logger.warning("Paytm callback: order=%s, the checksum is wrong", reference)
            raise PermissionDenied("The checksum is wrong.")
        logger.info("Paytm callback: order=%s status=%s", reference, callback["STATUS"])
        get_object_or_404(Payment, reference=reference)
        try:
            result = transaction_status(reference)
        except GatewayError as error:
            raise GatewayUnavailable from error
        payment = settle_payment(reference, result)
        return Response(PaymentSerializer(payment).data)

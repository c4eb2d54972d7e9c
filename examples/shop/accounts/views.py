from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework_simplejwt.views import TokenObtainPairView

from .serializers import PasswordChangeSerializer, RegistrationSerializer, UserSerializer


class RegisterView(generics.CreateAPIView):
    """Open an account."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = RegistrationSerializer
    throttle_scope = "register"


class TokenView(TokenObtainPairView):
    """Log in: an access token for 30 minutes and a refresh token for 7 days."""

    throttle_scope = "login"


class MeView(generics.RetrieveUpdateDestroyAPIView):
    """The own account: read it, change it, close it."""

    permission_classes = [IsAuthenticated]
    serializer_class = UserSerializer
    http_method_names = ["get", "patch", "delete", "head", "options"]

    def get_object(self):
        return self.request.user

    def perform_destroy(self, instance):
        instance.erase()


class PasswordView(generics.GenericAPIView):
    """Change the own password."""

    permission_classes = [IsAuthenticated]
    serializer_class = PasswordChangeSerializer
    throttle_scope = "password"

    @extend_schema(responses={204: None})
    def post(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        request.user.set_password(serializer.validated_data["new_password"])
        request.user.save(update_fields=["password"])
        return Response(status=status.HTTP_204_NO_CONTENT)

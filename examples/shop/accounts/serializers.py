from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from .models import User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "first_name", "last_name", "phone", "date_joined"]
        read_only_fields = ["id", "email", "date_joined"]


class RegistrationSerializer(serializers.ModelSerializer):
    email = serializers.EmailField()
    password = serializers.CharField(write_only=True, trim_whitespace=False, max_length=128)

    class Meta:
        model = User
        fields = ["id", "email", "password", "first_name", "last_name", "phone"]

    def validate_email(self, email):
        if User.objects.filter(email=email.lower()).exists():
            raise serializers.ValidationError("An account with this e-mail address exists.")
        return email.lower()

    def validate(self, attrs):
        known = User(**{name: value for name, value in attrs.items() if name != "password"})
        try:
            validate_password(attrs["password"], user=known)
        except DjangoValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs

    def create(self, validated_data):
        return User.objects.create_user(**validated_data)


class PasswordChangeSerializer(serializers.Serializer):
    current_password = serializers.CharField(trim_whitespace=False, max_length=128)
    new_password = serializers.CharField(trim_whitespace=False, max_length=128)

    def validate_current_password(self, password):
        if not self.context["request"].user.check_password(password):
            raise serializers.ValidationError("The current password is wrong.")
        return password

    def validate_new_password(self, password):
        validate_password(password, user=self.context["request"].user)
        return password

from django.urls import path

from . import views

urlpatterns = [
    path("payments/", views.PaymentCreateView.as_view(), name="payment-create"),
    path("payments/paytm/callback/", views.PaytmCallbackView.as_view(), name="paytm-callback"),
    path("payments/<str:reference>/", views.PaymentDetailView.as_view(), name="payment-detail"),
]

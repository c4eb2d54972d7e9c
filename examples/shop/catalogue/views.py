from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.filters import SearchFilter
from rest_framework.permissions import AllowAny

from .models import Category, Product
from .serializers import CategorySerializer, ProductSerializer


@method_decorator(cache_control(public=True, max_age=300), name="get")
class CategoryListView(generics.ListAPIView):
    """The categories of the shop."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = CategorySerializer
    queryset = Category.objects.order_by("name")


@method_decorator(cache_control(public=True, max_age=60), name="get")
@extend_schema(parameters=[OpenApiParameter("category", str, description="Slug of a category")])
class ProductListView(generics.ListAPIView):
    """The products on sale; `?category=` and `?search=` narrow them down."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = ProductSerializer
    filter_backends = [SearchFilter]
    search_fields = ["name"]

    def get_queryset(self):
        products = Product.objects.filter(is_active=True).select_related("category")
        category = self.request.query_params.get("category")
        if category:
            products = products.filter(category__slug=category)
        return products.order_by("name")


@method_decorator(cache_control(public=True, max_age=60), name="get")
class ProductDetailView(generics.RetrieveAPIView):
    """One product on sale."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = ProductSerializer
    queryset = Product.objects.filter(is_active=True).select_related("category")
    lookup_field = "slug"

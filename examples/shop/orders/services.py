"""What changes an order. Products are locked by ascending key, so two orders never deadlock."""

import logging

from django.db import transaction

from catalogue.models import Product

from .models import Order, OrderItem

logger = logging.getLogger(__name__)


class OrderError(Exception):
    """Why an order cannot be placed or cancelled, in words for the customer."""


@transaction.atomic
def place_order(user, lines, shipping):
    """Create an order from `{product id: quantity}` and take the goods out of stock."""
    products = _locked_products(lines)
    if missing := sorted(set(lines) - set(products)):
        raise OrderError(f"Not on sale: {', '.join(map(str, missing))}")
    for pk, quantity in lines.items():
        if products[pk].stock < quantity:
            raise OrderError(f"Only {products[pk].stock} left of {products[pk].name}")
        products[pk].stock -= quantity
    Product.objects.bulk_update(products.values(), ["stock"])

    total = sum(products[pk].price * quantity for pk, quantity in lines.items())
    order = Order.objects.create(user=user, total=total, **shipping)
    OrderItem.objects.bulk_create(
        OrderItem(
            order=order, product=products[pk], quantity=quantity, unit_price=products[pk].price
        )
        for pk, quantity in lines.items()
    )
    logger.info("Order %s placed by user %s", order.pk, user.pk)
    return order


@transaction.atomic
def cancel_order(order_id):
    """Cancel an order that is not paid yet and put the goods back into stock."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.status != Order.Status.PENDING:
        raise OrderError(f"An order that is {order.status} cannot be cancelled")
    quantities = dict(order.items.values_list("product_id", "quantity"))
    products = Product.objects.select_for_update().order_by("pk").in_bulk(quantities)
    for pk, product in products.items():
        product.stock += quantities[pk]
    Product.objects.bulk_update(products.values(), ["stock"])
    order.status = Order.Status.CANCELLED
    order.save(update_fields=["status", "updated_at"])
    logger.info("Order %s cancelled", order.pk)


def _locked_products(ids):
    on_sale = Product.objects.select_for_update().filter(is_active=True)
    return on_sale.order_by("pk").in_bulk(ids)

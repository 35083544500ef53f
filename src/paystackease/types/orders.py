"""Orders of products.

Paystack documents two types of orders. Its published samples, whose ids are placeholders, have ``code`` and
``line_items``. Its OpenAPI file has ``order_code`` and ``items``, as the API does (observed). Keys of only one of them
are ``NotRequired`` here.
"""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class OrderCustomer(TypedDict):
    """The customer or payer of an order."""

    email: str
    id: NotRequired[int]
    customer_code: NotRequired[str]
    """``CUS_…``"""
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    phone: NotRequired[str]
    international_format_phone: NotRequired[str]
    metadata: NotRequired[Metadata]
    risk_action: NotRequired[str]


class LineProduct(TypedDict):
    """The product of a line item."""

    id: int
    name: str


class OrderLine(TypedDict):
    """A product in an order, as the samples show it."""

    product: LineProduct
    quantity: int
    amount: int
    """In the subunit of the currency."""


class OrderedItem(TypedDict):
    """A product in an order, as in the OpenAPI file. Two more keys there are fragments of SQL (``"IFNULL(p1…"``)."""

    order_item_id: int
    order: int
    orderId: int
    item: int
    product_id: int
    name: str
    type: str
    """``"product"``."""
    product_level_type: str
    quantity: int
    amount: int
    """In the subunit of the currency."""
    current_total_items_price: int
    """In the subunit of the currency."""
    files: str
    product_quantity_sold: int
    product_success_message: str | None
    product_redirect_url: str | None
    product_notification_emails: str | None
    storefront_success_message: str | None
    storefront_redirect_url: str | None
    createdAt: str


class OrderShipping(TypedDict):
    """The address of a delivery."""

    id: int
    customer: int
    integration: int
    domain: str
    fees: int
    """In the subunit of the currency."""
    street_line: str
    city: str
    state: str
    country: str
    delivery_note: str | None
    delivery_tracking_link: str | None
    is_shipped: bool
    createdAt: str
    updatedAt: str


class ShippingMethod(TypedDict):
    """The delivery of an order."""

    region: str
    fee: int
    """In the subunit of the currency."""
    currency: str


class OrderFields(TypedDict):
    """The fields of an order in each response."""

    id: int
    amount: int
    """In the subunit of the currency."""
    currency: str
    status: str
    """``"created"`` or ``"pending"`` until it is paid, then ``"success"``."""
    code: NotRequired[str]
    """``ORD_…``; the OpenAPI file calls it ``order_code``."""
    order_code: NotRequired[str]
    domain: NotRequired[str]
    email: NotRequired[str]
    metadata: NotRequired[Metadata]
    refunded: NotRequired[bool]
    is_viewed: NotRequired[bool]
    transaction: NotRequired[int | None]
    page: NotRequired[int | None]
    paid_at: NotRequired[str | None]
    expiration_date: NotRequired[str | None]
    shipping: NotRequired[OrderShipping | None]
    shipping_address: NotRequired[str | None]
    shipping_fees: NotRequired[int]
    """In the subunit of the currency."""
    shipping_method: NotRequired[ShippingMethod | None]


class Order(OrderFields):
    """An order, as created or fetched."""

    customer: OrderCustomer | int
    """The customer. The response to creating an order may have only the ``id``."""
    createdAt: str
    updatedAt: NotRequired[str]
    line_items: NotRequired[list[OrderLine]]
    items: NotRequired[list[OrderedItem]]
    integration: NotRequired[int]
    discounts: NotRequired[list[object]]
    discount_amount: NotRequired[int | None]
    """In the subunit of the currency."""
    refunded_amount: NotRequired[int | None]
    """In the subunit of the currency."""
    fully_refunded: NotRequired[bool]
    is_gift: NotRequired[bool]
    pay_for_me: NotRequired[bool]
    """Whether another person pays."""
    pay_for_me_code: NotRequired[str]
    payer: NotRequired[OrderCustomer | None]


class ListedOrder(OrderFields):
    """An order, as in a list."""

    customer: OrderCustomer | int
    """The customer, or the customer's ``id``."""
    customer_name: NotRequired[str]
    createdAt: NotRequired[str]
    created_at: NotRequired[str]
    updated_at: NotRequired[str]
    items: NotRequired[list[OrderedItem]]
    integration: NotRequired[int]
    discounts: NotRequired[list[object] | None]
    discount_amount: NotRequired[int | None]
    """In the subunit of the currency."""
    refunded_amount: NotRequired[int | None]
    """In the subunit of the currency."""
    fully_refunded: NotRequired[bool]


class ProductOrder(TypedDict):
    """An order, as in the list of a product's orders."""

    amount: int
    """In the subunit of the currency."""
    currency: str
    status: str
    customer: OrderCustomer | int
    """The customer, or the customer's ``id``."""
    id: NotRequired[int]
    """The order's id; the OpenAPI file calls it ``order_id``."""
    order_id: NotRequired[int]
    code: NotRequired[str]
    """``ORD_…``; the OpenAPI file calls it ``order_code``."""
    order_code: NotRequired[str]
    transaction: NotRequired[int]
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    customer_name: NotRequired[str]
    email: NotRequired[str]
    phone: NotRequired[str]
    product_id: NotRequired[int]
    product_code: NotRequired[str]
    product_name: NotRequired[str]
    price: NotRequired[int]
    """In the subunit of the currency."""
    quantity: NotRequired[int]
    quantity_sold: NotRequired[int]
    variant_id: NotRequired[int | None]
    variant_code: NotRequired[str | None]
    variant_price: NotRequired[int | None]
    amount_paid: NotRequired[int]
    """In the subunit of the currency."""
    refunded: NotRequired[bool]
    is_viewed: NotRequired[int]
    """0 or 1; elsewhere a bool."""
    is_shipped: NotRequired[bool]
    shipping: NotRequired[OrderShipping | None]
    shipping_address: NotRequired[str | None]
    shipping_method: NotRequired[ShippingMethod | None]
    shipping_fee: NotRequired[int | None]
    """In the subunit of the currency."""
    delivery_note: NotRequired[str | None]
    storefront_slug: NotRequired[str]
    paid_at: NotRequired[str]
    createdAt: NotRequired[str]
    created_at: NotRequired[str]


class ValidatedOrder(OrderFields):
    """An order that another person pays."""

    valid: NotRequired[bool]
    """Whether it can be paid."""
    customer: NotRequired[OrderCustomer]
    payer: NotRequired[OrderCustomer | None]
    pay_for_me: NotRequired[bool]
    integration: NotRequired[dict[str, object]]
    """The shop: its name, logo, public key and currencies."""
    createdAt: NotRequired[str]
    updatedAt: NotRequired[str]

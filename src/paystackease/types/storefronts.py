"""Storefronts, the shops that Paystack hosts.

Paystack's published samples have few keys. The others are from its OpenAPI file (observed).
"""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class StorefrontContact(TypedDict):
    """A contact of the shop."""

    id: int
    type: int
    type_name: str | None
    value: str
    """An e-mail address or the like."""


class StorefrontFields(TypedDict):
    """The fields of a storefront in each response."""

    id: int
    name: str
    slug: str
    """The shop is at ``https://paystack.shop/`` and this."""
    status: str | int
    """``"active"``, ``"inactive"`` or ``"deleted"``; 1 in the response to publishing (observed)."""
    currency: str
    products: NotRequired[list[object]]
    contacts: NotRequired[list[StorefrontContact]]
    social_media: NotRequired[list[object]]
    shipping_fees: NotRequired[list[object]]


class ListedStorefront(StorefrontFields):
    """A storefront, as in a list."""

    description: NotRequired[str | None]
    orders_count: NotRequired[int]
    revenue: NotRequired[object]
    createdAt: NotRequired[str]
    updatedAt: NotRequired[str]


class Storefront(StorefrontFields):
    """A storefront."""

    description: str | None
    createdAt: str
    updatedAt: str
    domain: NotRequired[str]
    """``"test"`` or ``"live"``."""
    integration: NotRequired[int | dict[str, object]]
    """Its id. In the response to a slug check, an object with the shop's name, public key and currencies."""
    product_count: NotRequired[int]
    shippable: NotRequired[bool]
    delivery_note: NotRequired[str | int]
    """Such as ``"disabled"``; 1 in the response to publishing (observed)."""
    background_color: NotRequired[str]
    welcome_message: NotRequired[str | None]
    success_message: NotRequired[str | None]
    redirect_url: NotRequired[str | None]
    digital_product_expiry: NotRequired[int | None]
    metadata: NotRequired[Metadata]


class StorefrontProduct(TypedDict):
    """A product that a storefront sells."""

    id: int
    name: str
    description: str | None
    price: int
    """In the subunit of the currency."""
    currency: str
    active: bool

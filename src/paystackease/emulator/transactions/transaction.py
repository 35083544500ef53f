"""The lifecycle of a transaction, for all payment methods.

    abandoned > ongoing > pending > success | failed       the customer pays, step by step
    queued | processing > success | failed                 an item of a bulk charge, or a slow bank
    failed > ongoing                                       the customer tries again
    success > reversed                                     fully refunded, or a dispute was lost

All payments are created, succeed and fail here, so that fees, shares, settlement and webhook are the same for all. A
transaction that pays for something, such as a payment request or a page, names it in ``about``. The listeners of
:class:`Listeners` act on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from paystackease.emulator.accounting import fees, ledger
from paystackease.emulator.catalog.test_instruments import MARKETS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, too_deep
from paystackease.emulator.http.nesting import NestingError, decode_json
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import revenue_split, settlement
from paystackease.emulator.transactions import transaction_serializers as serializers

MACHINE = StateMachine(
    "transaction",
    "abandoned > ongoing > pending > success | failed",
    "abandoned | ongoing | pending | queued > processing > success | failed",
    "abandoned | ongoing | queued > success | failed",
    "ongoing | pending | queued > abandoned",
    "abandoned > queued > pending",
    "failed > ongoing | abandoned | success",
    "success > reversed",
)

PaidListener: TypeAlias = Callable[[RequestContext, Document], None]
"""Called with each transaction that succeeds, after its webhook."""
HoldListener: TypeAlias = Callable[[RequestContext, Document, Document | Mapping[str, Any] | None], None]
"""Called with a transaction whose amount is held instead of captured, and with the authorization; None if the bank
declines."""


class Listeners:
    """The listeners to transactions, in order. :mod:`paystackease.emulator.resources.listeners` sets them."""

    paid: Sequence[PaidListener] = ()
    held: Sequence[HoldListener] = ()


def create_transaction(
    context: RequestContext,
    customer: Document,
    amount: int,
    currency: str,
    *,
    reference: str | None = None,
    **fields: Any,
) -> Document:
    """Create an unpaid transaction.

    :param fields: Further fields of its body: ``metadata``, ``about`` (what it pays for: ``{"kind": …, "id": …}``) …
    :raises ApiError: If the reference was used before.
    """
    body = {"status": "abandoned", "amount": amount, "requested_amount": amount, "currency": currency, **fields}
    body.setdefault("source", CHECKOUT)
    key = reference or context.next_code("reference", length=10)
    try:
        return context.create("transaction", body, code_prefix="", unique_key=key, parent_id=customer.id)
    except DuplicateKeyError:
        hint = "Try and create the Transaction or Charge with a new reference"
        error = ApiError(400, "Duplicate Transaction Reference", "duplicate_reference", next_step=hint)
        raise error from None


CHECKOUT = {"source": "merchant_api", "type": "api", "identifier": None, "entry_point": "transaction_initialize"}
CHARGE = {**CHECKOUT, "entry_point": "charge"}


def succeed(
    context: RequestContext,
    tx: Document,
    *,
    channel: str,
    authorization: Document | Mapping[str, Any],
    amount: int | None = None,
    message: str | None = None,
    gateway_response: str = "Successful",
    customer: Document | None = None,
    emit_webhook: bool = True,
) -> None:
    """Mark a transaction as paid: compute fees and shares, post to the ledger, emit the webhook, call the listeners.

    :param authorization: The payment instrument, saved or not.
    :param amount: The amount, if it is less than was requested.
    :param customer: Its customer, if the caller has it already.
    :param emit_webhook: Whether ``charge.success`` is emitted. The caller may emit another event instead.
    """
    if tx.body.get("preauthorized"):
        for hold_listener in Listeners.held:
            hold_listener(context, tx, authorization)
        return
    MACHINE.transition(tx, "success")
    instrument = authorizations.serialize(authorization) if isinstance(authorization, Document) else dict(authorization)
    if amount is not None:
        tx.body["amount"] = amount
    tx.body.update(
        channel=channel,
        authorization=instrument,
        message=message,
        gateway_response=gateway_response,
        paid_at=context.now,
    )
    tx.body["fees"] = fee = _compute_fees(context, tx, instrument)
    shares = revenue_split.allocate(context, tx, fee)
    if shares is not None:
        tx.body["shares"] = shares
    _post_to_ledger(context, tx, shares)
    context.save(tx)
    if emit_webhook:
        context.emit("charge.success", serializers.webhook_payload(context, tx, customer))
    for paid_listener in Listeners.paid:
        paid_listener(context, tx)


def fail(context: RequestContext, tx: Document, message: str, *, channel: str | None = None) -> None:
    """Mark a transaction as failed, with the reason. No webhook is emitted."""
    MACHINE.transition(tx, "failed")
    tx.body.update(gateway_response=message, channel=channel or tx.body.get("channel"))
    context.save(tx)
    if tx.body.get("preauthorized"):
        for hold_listener in Listeners.held:
            hold_listener(context, tx, None)


def reverse(context: RequestContext, tx: Document) -> None:
    """Mark a transaction as fully refunded."""
    MACHINE.transition(tx, "reversed")
    context.save(tx)


def checkout_url(context: RequestContext, tx: Document) -> str:
    """Return the URL of the page on which it can be paid."""
    return f"{context.services.base_url()}/_emulator/checkout/{tx.code}"


def serialize_link(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return the data of the response to initializing a transaction."""
    return {"authorization_url": checkout_url(context, tx), "access_code": tx.code, "reference": tx.unique_key}


def find_by_reference_or_id(context: RequestContext, reference_or_id: object) -> Document | None:
    """Return the transaction with this reference, or this number."""
    text = str(reference_or_id)
    if (transaction := context.find("transaction", unique_key=text)) is not None:
        return transaction
    return context.find_by_id("transaction", text)


def read_reference(context: RequestContext) -> str | None:
    """Return the reference of the request body, or None.

    :raises ApiError: In strict mode, if it has a character that Paystack documents as not allowed.
    """
    reference = context.body.get("reference")
    if reference is None or reference == "":
        return None
    text = str(reference)
    # Paystack documents these characters, but a sample has `my_reference_3`.
    if context.settings.strict and not all(
        letter.isascii() and (letter.isalnum() or letter in "-.=") for letter in text
    ):
        raise ApiError(400, "Invalid transaction reference", "invalid_params")  # the wording is an assumption
    return text


def shared_fields(context: RequestContext) -> dict[str, Any]:
    """Return the fields that all operations accept that begin a payment: the metadata and the split."""
    metadata = context.body.get("metadata")
    if isinstance(metadata, str):
        metadata = parse_metadata(metadata)
    fields = {} if metadata is None else {"metadata": metadata}
    return {**fields, **revenue_split.read_split(context)}


def parse_metadata(text: str) -> object:
    """Return the object that metadata holds as JSON text; else the text, which is stored unchanged.

    :raises ApiError: If the object is nested too deeply.
    """
    try:
        value = decode_json(text)
    except NestingError as error:
        raise too_deep(error) from error
    except ValueError:
        return text
    return value if isinstance(value, dict) else text  # pyright: ignore[reportUnknownVariableType] # JSON


def _compute_fees(context: RequestContext, tx: Document, instrument: Mapping[str, Any]) -> int:
    currency = tx.body["currency"]
    country, home = instrument.get("country_code"), MARKETS.get(currency)
    return fees.payment_fee(
        context.settings.fees,
        currency,
        tx.body["amount"],
        at=context.now,
        channel=tx.body["channel"],
        brand=str(instrument.get("brand") or "").casefold(),
        foreign=country is not None and country != home,
    )


def _post_to_ledger(context: RequestContext, tx: Document, shares: Mapping[str, Any] | None) -> None:
    # The whole payment is posted first, then the parts that are not the merchant's.
    currency, cause = tx.body["currency"], ("transaction", tx.id)
    amount, fee = tx.body["amount"], tx.body["fees"]
    ledger.move(context, currency, amount, ledger.OUTSIDE, ledger.UNSETTLED, reason="Payment", cause=cause)
    if fee:
        ledger.move(context, currency, fee, ledger.UNSETTLED, ledger.PAYSTACK, reason="Fees", cause=cause)
    parts: list[Mapping[str, Any]] = [] if shares is None else shares["subaccounts"]
    for part in parts:
        if part["amount"]:
            account = ledger.subaccount(part["subaccount_code"])
            ledger.move(context, currency, part["amount"], ledger.UNSETTLED, account, reason="Share", cause=cause)
    tx.body["settlements"] = settlement.add_payment(context, currency, amount, fee, parts)

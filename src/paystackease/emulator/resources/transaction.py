"""Transactions: the hub through which everything is paid.

    abandoned > ongoing > pending > success | failed       the customer pays, step by step
    queued | processing > success | failed                 a bulk charge's turn, a bank's
    failed > ongoing                                       the customer tries again
    success > reversed                                     it was given back as a whole, or a dispute was lost

Whatever takes a payment begins a transaction here and has it succeed or fail here, so that fees, shares, settlement and
the webhook are the same for all of them. What is about something (a plan, a payment request, a page) says so in the
transaction's ``about`` and is told by :func:`on_paid`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from paystackease.emulator.accounting import fees, ledger
from paystackease.emulator.catalog.test_instruments import MARKETS
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError, too_deep
from paystackease.emulator.http.nesting import NestingError, decode_json
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import revenue_split, settlement
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document, DuplicateKeyError

transaction = RouteGroup()

MACHINE = Machine(
    "transaction",
    "abandoned > ongoing > pending > success | failed",
    "abandoned | ongoing | pending | queued > processing > success | failed",
    "abandoned | ongoing | queued > success | failed",
    "ongoing | pending | queued > abandoned",
    "abandoned > queued > pending",
    "failed > ongoing | abandoned | success",
    "success > reversed",
)

Listener: TypeAlias = Callable[[RequestContext, Document], None]
_LISTENERS: list[Listener] = []


def on_paid(listener: Listener) -> Listener:
    """Have a function called with each transaction that succeeds, after its webhook."""
    _LISTENERS.append(listener)
    return listener


Holder: TypeAlias = Callable[[RequestContext, Document, Document | Mapping[str, Any] | None], None]
_HOLDERS: list[Holder] = []


def on_held(holder: Holder) -> Holder:
    """Have a function called with each transaction whose amount is to be held and not taken yet, once the bank has said
    yes, with what it is held on, or no, with None.
    """
    _HOLDERS.append(holder)
    return holder


@transaction.route("POST", "/transaction/initialize")
def initialize(call: RequestContext) -> ApiResponse:
    email = str(call.require("email", "Email Address"))
    # A plan's amount wins over what is asked for.
    planned = _plan(call)
    amount = planned.body["amount"] if planned else call.amount()
    currency = planned.body["currency"] if planned else call.currency()
    if not isinstance(call.body.get("channels") or [], list):
        raise ApiError(400, '"channels" must be an array', "invalid_params")  # the wording is an assumption
    more = {name: call.body[name] for name in ("channels", "callback_url", "label") if call.body.get(name)}
    if planned:
        more |= {"plan": planned.code, "invoice_limit": call.body.get("invoice_limit")}
    tx = begin(call, customers.payer(call, email), amount, currency, reference=reference(call), **asked(call), **more)
    return ApiResponse("Authorization URL created", link(call, tx))


@transaction.route("GET", "/transaction/verify/{reference}")
def verify(call: RequestContext) -> ApiResponse:
    tx = call.find("transaction", name=call.params["reference"])
    if tx is None or tx.body.get("preauthorized"):
        step = "Ensure that you're passing the reference of a transaction that exists on this integration"
        # 400 in one record of the test API, 404 in another.
        raise ApiError(400, "Transaction reference not found.", "transaction_not_found", next_step=step)
    return ApiResponse("Verification successful", views.verified(call, tx))


@transaction.route("GET", "/transaction/{id}")
def fetch(call: RequestContext) -> ApiResponse:
    number = call.params["id"]
    tx = call.find("transaction", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if tx is None:
        raise ApiError(404, "Transaction not found", "transaction_not_found")  # the status is an assumption
    return ApiResponse("Transaction retrieved", views.fetched(call, tx))


def begin(
    call: RequestContext, customer: Document, amount: int, currency: str, *, reference: str | None = None, **more: Any
) -> Document:
    """Make a transaction that nobody has paid yet.

    :param more: What else it is to keep: ``metadata``, ``about`` (what it pays for, ``{"kind": …, "id": …}``) …
    :raises Refusal: Where the reference was used before.
    """
    body = {"status": "abandoned", "amount": amount, "requested_amount": amount, "currency": currency, **more}
    body.setdefault("source", CHECKOUT)
    name = reference or call.next_code("reference", length=10)
    try:
        return call.new("transaction", body, code="", name=name, owner=customer.id)
    except DuplicateKeyError:
        step = "Try and create the Transaction or Charge with a new reference"
        refusal = ApiError(400, "Duplicate Transaction Reference", "duplicate_reference", next_step=step)
        raise refusal from None


CHECKOUT = {"source": "merchant_api", "type": "api", "identifier": None, "entry_point": "transaction_initialize"}
CHARGE = {**CHECKOUT, "entry_point": "charge"}


def succeed(
    call: RequestContext,
    tx: Document,
    *,
    channel: str,
    authorization: Document | Mapping[str, Any],
    amount: int | None = None,
    message: str | None = None,
    gateway_response: str = "Successful",
    whose: Document | None = None,
    tells: bool = True,
) -> None:
    """It is paid: fees and shares are reckoned, the money comes in, and whoever waits for it is told.

    :param authorization: What it was paid with, saved or not.
    :param amount: How much, where that is less than was asked for.
    :param whose: Its customer, where the caller has it.
    :param tells: Whether ``charge.success`` tells of it; another event may.
    """
    if tx.body.get("preauthorized"):
        for holder in _HOLDERS:
            holder(call, tx, authorization)
        return
    MACHINE.move(tx, "success")
    shown = authorizations.serialize(authorization) if isinstance(authorization, Document) else dict(authorization)
    if amount is not None:
        tx.body["amount"] = amount
    tx.body.update(
        channel=channel,
        authorization=shown,
        message=message,
        gateway_response=gateway_response,
        paid_at=call.now,
    )
    tx.body["fees"] = taken = _fees(call, tx, shown)
    divided = revenue_split.divide(call, tx, taken)
    if divided is not None:
        tx.body["shares"] = divided
    _come_in(call, tx, divided)
    call.save(tx)
    if tells:
        call.emit("charge.success", views.webhook_payload(call, tx, whose))
    for listener in _LISTENERS:
        listener(call, tx)


def fail(call: RequestContext, tx: Document, message: str, *, channel: str | None = None) -> None:
    """It is not paid, and says why. No webhook tells of it."""
    MACHINE.move(tx, "failed")
    tx.body.update(gateway_response=message, channel=channel or tx.body.get("channel"))
    call.save(tx)
    if tx.body.get("preauthorized"):
        for holder in _HOLDERS:
            holder(call, tx, None)


def reverse(call: RequestContext, tx: Document) -> None:
    """All of it was given back."""
    MACHINE.move(tx, "reversed")
    call.save(tx)


shown = views.verified
"""A transaction as verify shows it."""
brief = views.quoted
"""A transaction as other things quote it."""


def url(call: RequestContext, tx: Document) -> str:
    """The page on which it can be paid."""
    return f"{call.services.url()}/_emulator/checkout/{tx.code}"


def link(call: RequestContext, tx: Document) -> dict[str, Any]:
    """What is told of one that was begun."""
    return {"authorization_url": url(call, tx), "access_code": tx.code, "reference": tx.unique_key}


def named(call: RequestContext, named: object) -> Document | None:
    """The transaction with this reference, or this number."""
    text = str(named)
    if (found := call.find("transaction", name=text)) is not None:
        return found
    return call.find("transaction", id=int(text)) if text.isdecimal() and len(text) < 19 else None


def reference(call: RequestContext) -> str | None:
    """The reference of a body.

    :raises Refusal: In strict mode, where Paystack documents that it may not have such a character.
    """
    given = call.body.get("reference")
    if given is None or given == "":
        return None
    text = str(given)
    # Paystack documents this and shows `my_reference_3` in a sample.
    if call.settings.strict and not all(letter.isascii() and (letter.isalnum() or letter in "-.=") for letter in text):
        raise ApiError(400, "Invalid transaction reference", "invalid_params")  # the wording is an assumption
    return text


def asked(call: RequestContext) -> dict[str, Any]:
    """What every way to begin a payment takes: the merchant's metadata, and who shares it."""
    metadata = call.body.get("metadata")
    if isinstance(metadata, str):
        metadata = unfolded(metadata)
    more = {} if metadata is None else {"metadata": metadata}
    return {**more, **revenue_split.asked(call)}


def unfolded(text: str) -> object:
    """Metadata that came as text: the object that it holds, or the text, which is kept and shown as it is.

    :raises Refusal: If the object is nested too deeply.
    """
    try:
        found = decode_json(text)
    except NestingError as error:
        raise too_deep(error) from error
    except ValueError:
        return text
    return found if isinstance(found, dict) else text  # pyright: ignore[reportUnknownVariableType] # JSON


def _plan(call: RequestContext) -> Document | None:
    code = call.body.get("plan")
    if not code:
        return None
    found = call.find("plan", code=str(code))
    if found is None:
        raise ApiError(404, "Plan not found", "not_found")  # an assumption
    return found


def _fees(call: RequestContext, tx: Document, shown: Mapping[str, Any]) -> int:
    currency = tx.body["currency"]
    country, home = shown.get("country_code"), MARKETS.get(currency)
    return fees.of_payment(
        call.settings.fees,
        currency,
        tx.body["amount"],
        at=call.now,
        channel=tx.body["channel"],
        brand=str(shown.get("brand") or "").casefold(),
        foreign=country is not None and country != home,
        country=call.settings.country,
    )


def _come_in(call: RequestContext, tx: Document, divided: Mapping[str, Any] | None) -> None:
    # All of it comes in, and what is not the merchant's goes out again.
    currency, about = tx.body["currency"], ("transaction", tx.id)
    amount, taken = tx.body["amount"], tx.body["fees"]
    ledger.move(call, currency, amount, "outside", "unsettled", reason="Payment", about=about)
    if taken:
        ledger.move(call, currency, taken, "unsettled", "paystack", reason="Fees", about=about)
    parts: list[Mapping[str, Any]] = [] if divided is None else divided["subaccounts"]
    for part in parts:
        if part["amount"]:
            account = f"subaccount:{part['subaccount_code']}"
            ledger.move(call, currency, part["amount"], "unsettled", account, reason="Share", about=about)
    tx.body["settlements"] = settlement.collect(call, currency, amount, taken, parts)

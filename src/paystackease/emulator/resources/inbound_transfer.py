"""What comes into dedicated virtual accounts: each transfer is a transaction of the channel ``dedicated_nuban``.

    unnoticed > noticed

``POST /_emulator/dedicated_accounts/{id or account number}/credit`` is a bank that transfers some. With ``unnoticed``
Paystack does not see it until the merchant asks by ``requery``, as it happens.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import instrument_details, mask
from paystackease.emulator.resources import dedicated_account_serializers, transaction, transaction_serializers
from paystackease.emulator.resources.dedicated_account import CURRENCIES, not_found, see_whether_it_may
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

inbound_transfer = RouteGroup()

MACHINE = StateMachine("inbound_transfer", "unnoticed > noticed")

REQUERY_SECONDS, REQUERY_AGAIN = 2.0, 600.0
"""How long Paystack looks for a transfer (an assumption), and how long nobody may ask again."""


@inbound_transfer.route("GET", "/dedicated_account/requery")
def requery(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    number = context.query.get("account_number") or ""
    if not number:
        raise missing_field("account_number")
    found = context.find("dedicated_account", name=number)
    if found is None:
        raise not_found()
    last = found.body["requeried"]
    if last is not None and context.now - last < REQUERY_AGAIN:
        # That it is once in ten minutes is documented, the wording is an assumption.
        raise ApiError(400, "You can requery an account once in ten minutes", "invalid_params")
    found.body["requeried"] = context.now
    context.save(found)
    context.schedule(REQUERY_SECONDS, "inbound_transfer.look", id=found.id, date=context.query.get("date"))
    return message_only(
        "We are checking the status of your transfer. We will send you a notification once it is confirmed"
    )


@inbound_transfer.route("POST", "/_emulator/dedicated_accounts/{id_or_number}/credit")
def credited(context: RequestContext) -> ApiResponse:
    """Somebody transfers ``amount`` to the account."""
    named = context.params["id_or_number"]
    found = context.find("dedicated_account", name=named) or context.find_by_id_or_code("dedicated_account", named)
    if found is None:
        raise not_found()
    amount = context.require_amount()
    if not found.body["assigned"]:
        raise ApiError(400, "This account is nobody's any more: the money goes back", "invalid_params")
    if context.body.get("unnoticed") is True:
        context.create("inbound_transfer", {"status": "unnoticed", "amount": amount}, parent_id=found.id)
        return ApiResponse("Paystack has not noticed it", {"account_number": found.unique_key, "status": "unnoticed"})
    tx = credit(context, found, amount)
    return ApiResponse("The money is there", transaction_serializers.verified(context, tx))


def credit(context: RequestContext, found: Document, amount: int) -> Document:
    """Money comes into an account.

    :param amount: In subunits of its currency.
    :return: The transaction.
    """
    whose, currency, bank = (
        context.get("customer", found.parent_id),
        found.body["currency"],
        dedicated_account_serializers.bank_of(found),
    )
    # This much of the metadata is general knowledge.
    metadata = {"receiver_account_number": found.unique_key, "receiver_bank": bank["name"]}
    more: dict[str, Any] = {"source": transaction.CHARGE, "metadata": metadata, **found.body["share"]}
    tx = transaction.begin(context, whose, amount, currency, **more)
    ends = mask(context.stable_code("sender", tx.id, length=10, alphabet="0123456789"))
    country = next(code for code, money in CURRENCIES.items() if money == currency)
    paid_with = instrument_details(
        "dedicated_nuban",
        ends,
        card_type="transfer",
        brand="Managed Account",
        country_code=country,
        sender_country=country,
        sender_bank=None,
        sender_bank_account_number=f"XXXXXX{ends['last4']}",
        sender_name="Test Customer",
        narration="Test transfer",
        receiver_bank_account_number=found.unique_key,
        receiver_bank=bank["name"],
    )
    transaction.succeed(
        context, tx, channel="dedicated_nuban", authorization=paid_with, gateway_response="Approved", whose=whose
    )
    return tx


@inbound_transfer.job("inbound_transfer.look")
def look(context: RequestContext) -> None:
    found, date = context.get("dedicated_account", context.body["id"]), context.body["date"]
    for one in context.children_of("inbound_transfer", found.id):
        if MACHINE.can(one, "noticed") and (date is None or format_time(one.created).startswith(date[:10])):
            MACHINE.transition(one, "noticed")
            context.save(one)
            credit(context, found, one.body["amount"])

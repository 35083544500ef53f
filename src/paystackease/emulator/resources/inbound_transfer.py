"""Transfers to dedicated virtual accounts: each is a transaction of the channel ``dedicated_nuban``.

    unnoticed > noticed

``POST /_emulator/dedicated_accounts/{id or account number}/credit`` simulates a transfer. With ``unnoticed``, Paystack
learns of it only when the merchant calls ``requery``, as happens in practice.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import instrument_details, mask
from paystackease.emulator.resources import dedicated_account_serializers
from paystackease.emulator.resources.dedicated_account import CURRENCIES, not_found, require_feature
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction, transaction_serializers

routes = RouteGroup()

MACHINE = StateMachine("inbound_transfer", "unnoticed > noticed")

REQUERY_SECONDS, REQUERY_INTERVAL_SECONDS = 2.0, 600.0
"""How long Paystack looks for a transfer (an assumption), and the minimum interval between two requests."""


@routes.route("GET", "/dedicated_account/requery")
def requery(context: RequestContext) -> ApiResponse:
    require_feature(context)
    number = context.query.get("account_number") or ""
    if not number:
        raise missing_field("account_number")
    account = context.find("dedicated_account", unique_key=number)
    if account is None:
        raise not_found()
    last = account.body["requeried"]
    if last is not None and context.now - last < REQUERY_INTERVAL_SECONDS:
        # The interval of ten minutes is documented. The wording is an assumption.
        raise ApiError(400, "You can requery an account once in ten minutes", "invalid_params")
    account.body["requeried"] = context.now
    context.save(account)
    context.schedule(REQUERY_SECONDS, "inbound_transfer.look", id=account.id, date=context.query.get("date"))
    return message_only(
        "We are checking the status of your transfer. We will send you a notification once it is confirmed"
    )


@routes.route("POST", "/_emulator/dedicated_accounts/{id_or_number}/credit")
def simulate_credit(context: RequestContext) -> ApiResponse:
    """Transfer ``amount`` to the account."""
    id_or_number = context.params["id_or_number"]
    account = context.find("dedicated_account", unique_key=id_or_number) or context.find_by_id_or_code(
        "dedicated_account", id_or_number
    )
    if account is None:
        raise not_found()
    amount = context.require_amount()
    if not account.body["assigned"]:
        raise ApiError(400, "This account is not assigned any more: the transfer is returned", "invalid_params")
    if context.body.get("unnoticed") is True:
        context.create("inbound_transfer", {"status": "unnoticed", "amount": amount}, parent_id=account.id)
        return ApiResponse("Transfer not noticed", {"account_number": account.unique_key, "status": "unnoticed"})
    tx = credit_account(context, account, amount)
    return ApiResponse("Transfer received", transaction_serializers.serialize_verified(context, tx))


def credit_account(context: RequestContext, account: Document, amount: int) -> Document:
    """Credit an account with a transfer.

    :param amount: In subunits of its currency.
    :return: The transaction.
    """
    customer, currency, bank = (
        context.get("customer", account.parent_id),
        account.body["currency"],
        dedicated_account_serializers.serialize_bank(account),
    )
    # This much of the metadata is general knowledge.
    metadata = {"receiver_account_number": account.unique_key, "receiver_bank": bank["name"]}
    fields: dict[str, Any] = {"source": transaction.CHARGE, "metadata": metadata, **account.body["share"]}
    tx = transaction.create_transaction(context, customer, amount, currency, **fields)
    masked = mask(context.stable_code("sender", tx.id, length=10, alphabet="0123456789"))
    country = next(code for code, money in CURRENCIES.items() if money == currency)
    instrument = instrument_details(
        "dedicated_nuban",
        masked,
        card_type="transfer",
        brand="Managed Account",
        country_code=country,
        sender_country=country,
        sender_bank=None,
        sender_bank_account_number=f"XXXXXX{masked['last4']}",
        sender_name="Test Customer",
        narration="Test transfer",
        receiver_bank_account_number=account.unique_key,
        receiver_bank=bank["name"],
    )
    transaction.succeed(
        context, tx, channel="dedicated_nuban", authorization=instrument, gateway_response="Approved", customer=customer
    )
    return tx


@routes.job("inbound_transfer.look")
def notice_transfers(context: RequestContext) -> None:
    account, date = context.get("dedicated_account", context.body["id"]), context.body["date"]
    for transfer in context.children_of("inbound_transfer", account.id):
        if MACHINE.can(transfer, "noticed") and (date is None or format_time(transfer.created).startswith(date[:10])):
            MACHINE.transition(transfer, "noticed")
            context.save(transfer)
            credit_account(context, account, transfer.body["amount"])

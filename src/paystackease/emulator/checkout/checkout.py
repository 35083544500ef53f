"""The hosted checkout: the page that ``authorization_url`` is the address of, and the page of the customer's bank.

They show where :mod:`paystackease.emulator.resources.checkout` says that a payment stands, and have it go on there:
what may follow what is decided by the channels, as for ``/charge``. After each form the browser is sent to where it
sees what became of it, so that nothing is sent twice by looking again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.checkout import forms
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.app import Site, form
from paystackease.emulator.pages.security import STRICT
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import checkout, checkout_filters
from paystackease.emulator.storage.document import Document

# A form is answered with a way to the merchant's site, and browsers hold `form-action` against that as well.
_LEADS_AWAY = {"content-security-policy": STRICT}


def routes(site: Site) -> list[Route]:
    """Where the checkout is."""

    async def at_checkout(request: Request) -> Response:
        return await _answer(site, request, "checkout.html")

    async def at_bank(request: Request) -> Response:
        return await _answer(site, request, "bank.html")

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/checkout/{code}", at_checkout, methods=methods),
        Route("/_emulator/checkout/{code}/bank", at_bank, methods=methods),
    ]


def landing(address: object, reference: str) -> str | None:
    """Where the customer goes from here, with the payment's reference; None where that is no web address.

    ``trxref`` beside ``reference`` is from third parties' records; so is that a cancelled payment has them as well (an
    assumption).
    """
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    query = "&".join(filter(None, (parts.query, urlencode({"trxref": reference, "reference": reference}))))
    return urlunsplit(parts._replace(query=query))


_SAID: Mapping[str, str] = {
    "rejected": "Another amount came in than was asked for: it goes back, and the payment still waits.",
}
"""What a page says of what was just done, by what stands in its address."""


async def _answer(site: Site, request: Request, template: str) -> Response:
    code = request.path_params["code"]
    tenant = site.emulator.find_tenant("transaction", code=code)
    if tenant is None:
        return site.message(404, "There is no such payment", "Its address may be from another run of the emulator.")
    error, status = None, 200
    if request.method == "POST":
        given = await form(request)
        try:
            # Paystack's no to what was entered undoes it, and is shown on the page where it was entered.
            away = await site.play(tenant, lambda context: _done(context, code, given))
        except ApiError as refusal:
            error, status = str(refusal), refusal.status
        else:
            return RedirectResponse(away, 303, headers=_LEADS_AWAY)
    asked = request.query_params
    shown = site.look(tenant, lambda context: _shown(context, code, asked))
    if shown["closed"]:
        template = "closed.html"
    elif template == "bank.html" and shown["step"] != "open_url":
        return RedirectResponse(shown["here"], 303)
    response = site.page(template, {**shown, "error": error or shown["error"]}, status)
    response.headers.update(_LEADS_AWAY)
    return response


def _done(context: RequestContext, code: str, given: Mapping[str, str]) -> str:
    """Do what a form asks for, and say where the customer goes.

    :raises Refusal: Where it cannot be done now.
    """
    tx = checkout.find(context, code)
    here = f"/_emulator/checkout/{code}"
    act = given.get("act")
    if act == "cancel":
        return landing(checkout.cancel(context, tx), tx.unique_key or "") or f"{here}?said=cancelled"
    now = checkout.opened(context, tx)
    match act:
        case "pay":
            channel = given.get("channel", "")
            chips = forms.chips(channel, tx.body["currency"], context.now)
            now = checkout.pay(context, tx, channel, forms.entered(channel, given, chips), watched=True)
        case "enter":
            now = _entered(context, tx, now, given)
        case "complete":
            now = payment_flow.complete(context, tx)
        case "fail":
            now = payment_flow.fail(context, tx)
        case "reject":
            checkout.reject(context, tx, tx.body["amount"] + 100)
            return f"{here}?said=rejected"
        case "change":
            checkout.change(context, tx)
            return here
        case _:
            raise ApiError(400, "The form does not say what is to be done", "invalid_params")
    if now.status == "success":
        return landing(tx.body.get("callback_url"), tx.unique_key or "") or here
    if now.status == "open_url":
        return f"{here}/bank"
    return f"{here}?channel={tx.body['channel']}"


def _entered(
    context: RequestContext, tx: Document, now: payment_flow.Step | None, given: Mapping[str, str]
) -> payment_flow.Step:
    if now is None:
        raise payment_flow.invalid_reference()
    found = {chip.key: chip.entered["value"] for chip in forms.answers(tx, now.status)}
    before = tx.body["charge"]["asked"]
    after = payment_flow.submit(
        context, tx, now.status, found.get(given.get("chip", ""), given.get("value", "").strip())
    )
    if after.status == now.status and tx.body["charge"]["asked"] == before:
        raise ApiError(400, str(now.details.get("display_text", "That is not what is asked for")), "invalid_params")
    return after


def _narrowed(tx: Document, channel: str, field: forms.Field) -> forms.Field:
    """A field with those of its options that the merchant takes."""
    taken = {
        value: label
        for value, label in field.options.items()
        if checkout_filters.refused(tx, channel, {field.name: value}) is None
    }
    return replace(field, options=taken)


def _shown(context: RequestContext, code: str, asked: Mapping[str, str]) -> dict[str, Any]:
    tx = checkout.find(context, code)
    body, whose = tx.body, context.get("customer", tx.parent_id)
    shown: dict[str, Any] = {
        "here": f"/_emulator/checkout/{code}",
        "business": context.settings.business_name,
        "email": whose.body["email"],
        "amount": body["amount"],
        "currency": body["currency"],
        "reference": tx.unique_key,
        "status": body["status"],
        "closed": None,
        "error": None,
        "back": landing(body.get("callback_url"), tx.unique_key or ""),
        "said": _SAID.get(asked.get("said", "")),
        "step": None,
    }
    if asked.get("said") == "cancelled" and body["status"] == "abandoned":
        return {**shown, "closed": "cancelled"}
    try:
        step = checkout.opened(context, tx)
    except ApiError:
        paid = body["status"] in {"success", "reversed"}
        return {**shown, "closed": "paid" if paid else "expired" if checkout.expired(context, tx) else "busy"}
    offered = checkout.channels(tx)
    shown["tabs"] = {name: forms.LABELS[name] for name in offered}
    if step is not None:
        return {**shown, "step": step.status, "told": step.details, "answers": forms.answers(tx, step.status)}
    wanted = (asked.get("channel"), body.get("channel"), *offered)
    channel = next((name for name in wanted if name in offered), None)
    if body["status"] == "failed":
        shown["error"] = body["gateway_response"]
    if channel is not None:
        shown["fields"] = [_narrowed(tx, channel, field) for field in forms.fields(channel, body["currency"])]
        chips = forms.chips(channel, body["currency"], context.now)
        shown["chips"] = [chip for chip in chips if checkout_filters.refused(tx, channel, chip.entered) is None]
    return {**shown, "channel": channel}

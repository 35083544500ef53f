"""The hosted checkout: the page of ``authorization_url``, and the page of the customer's bank.

They show the state of a payment from :mod:`paystackease.emulator.resources.checkout` and continue it; the channels
decide which steps follow, as for ``/charge``. After each form the browser is redirected, so that reloading a page
repeats nothing.
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
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.security import BASE_POLICY
from paystackease.emulator.pages.site import Site, read_form
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import checkout, checkout_filters
from paystackease.emulator.storage.document import Document

# A form is answered with a way to the merchant's site, and browsers hold `form-action` against that as well.
_LEADS_AWAY = {"content-security-policy": BASE_POLICY}


def create_routes(site: Site) -> list[Route]:
    """Return the routes of the checkout."""

    async def at_checkout(request: Request) -> Response:
        return await _respond(site, request, "checkout.html")

    async def at_bank(request: Request) -> Response:
        return await _respond(site, request, "bank.html")

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/checkout/{code}", at_checkout, methods=methods),
        Route("/_emulator/checkout/{code}/bank", at_bank, methods=methods),
    ]


def redirect_url(address: object, reference: str) -> str | None:
    """Return where the customer goes next, with the payment's reference; None if it is not a web URL.

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


_NOTICES: Mapping[str, str] = {
    "rejected": "Another amount came in than was asked for: it goes back, and the payment still waits.",
}
"""What a page says of what was just done, by what stands in its address."""


async def _respond(site: Site, request: Request, template: str) -> Response:
    code = request.path_params["code"]
    tenant = site.emulator.find_tenant("transaction", code=code)
    if tenant is None:
        return site.render_message(
            404, "There is no such payment", "Its address may be from another run of the emulator."
        )
    error, status = None, 200
    if request.method == "POST":
        given = await read_form(request)
        try:
            # Paystack's no to what was entered undoes it, and is shown on the page where it was entered.
            away = await site.perform(tenant, lambda context: _perform_action(context, code, given))
        except ApiError as refusal:
            error, status = str(refusal), refusal.status
        else:
            return RedirectResponse(away, 303, headers=_LEADS_AWAY)
    asked = request.query_params
    shown = site.read(tenant, lambda context: _page_fields(context, code, asked))
    if shown["closed"]:
        template = "closed.html"
    elif template == "bank.html" and shown["step"] != "open_url":
        return RedirectResponse(shown["here"], 303)
    response = site.render(template, {**shown, "error": error or shown["error"]}, status)
    response.headers.update(_LEADS_AWAY)
    return response


def _perform_action(context: RequestContext, code: str, given: Mapping[str, str]) -> str:
    """Perform the form's action, and return the URL to redirect to.

    :raises ApiError: If it cannot be done now.
    """
    tx = checkout.find_transaction(context, code)
    here = f"/_emulator/checkout/{code}"
    act = given.get("act")
    if act == "cancel":
        return redirect_url(checkout.cancel_payment(context, tx), tx.unique_key or "") or f"{here}?said=cancelled"
    now = checkout.current_step(context, tx)
    match act:
        case "pay":
            channel = given.get("channel", "")
            chips = forms.test_values(channel, tx.body["currency"], context.now)
            now = checkout.pay_by_channel(
                context, tx, channel, forms.resolve_entry(channel, given, chips), watched=True
            )
        case "enter":
            now = _submit_value(context, tx, now, given)
        case "complete":
            now = payment_flow.complete(context, tx)
        case "fail":
            now = payment_flow.fail(context, tx)
        case "reject":
            checkout.reject_transfer(context, tx, tx.body["amount"] + 100)
            return f"{here}?said=rejected"
        case "change":
            checkout.change_channel(context, tx)
            return here
        case _:
            raise ApiError(400, "The form does not say what is to be done", "invalid_params")
    if now.status == "success":
        return redirect_url(tx.body.get("callback_url"), tx.unique_key or "") or here
    if now.status == "open_url":
        return f"{here}/bank"
    return f"{here}?channel={tx.body['channel']}"


def _submit_value(
    context: RequestContext, tx: Document, now: payment_flow.Step | None, given: Mapping[str, str]
) -> payment_flow.Step:
    if now is None:
        raise payment_flow.invalid_reference()
    values = {chip.key: chip.entered["value"] for chip in forms.step_values(tx, now.status)}
    before = tx.body["charge"]["asked"]
    after = payment_flow.submit(
        context, tx, now.status, values.get(given.get("chip", ""), given.get("value", "").strip())
    )
    if after.status == now.status and tx.body["charge"]["asked"] == before:
        raise ApiError(400, str(now.details.get("display_text", "That is not what is asked for")), "invalid_params")
    return after


def _with_allowed_options(tx: Document, channel: str, field: forms.Field) -> forms.Field:
    """Return a field with only the options that the merchant accepts."""
    taken = {
        value: label
        for value, label in field.options.items()
        if checkout_filters.rejection_reason(tx, channel, {field.name: value}) is None
    }
    return replace(field, options=taken)


def _page_fields(context: RequestContext, code: str, asked: Mapping[str, str]) -> dict[str, Any]:
    tx = checkout.find_transaction(context, code)
    body, customer = tx.body, context.get("customer", tx.parent_id)
    shown: dict[str, Any] = {
        "here": f"/_emulator/checkout/{code}",
        "business": context.settings.business_name,
        "email": customer.body["email"],
        "amount": body["amount"],
        "currency": body["currency"],
        "reference": tx.unique_key,
        "status": body["status"],
        "closed": None,
        "error": None,
        "back": redirect_url(body.get("callback_url"), tx.unique_key or ""),
        "said": _NOTICES.get(asked.get("said", "")),
        "step": None,
    }
    if asked.get("said") == "cancelled" and body["status"] == "abandoned":
        return {**shown, "closed": "cancelled"}
    try:
        step = checkout.current_step(context, tx)
    except ApiError:
        paid = body["status"] in {"success", "reversed"}
        return {**shown, "closed": "paid" if paid else "expired" if checkout.is_expired(context, tx) else "busy"}
    offered = checkout.available_channels(tx)
    shown["tabs"] = {name: forms.LABELS[name] for name in offered}
    if step is not None:
        return {**shown, "step": step.status, "told": step.details, "answers": forms.step_values(tx, step.status)}
    wanted = (asked.get("channel"), body.get("channel"), *offered)
    channel = next((name for name in wanted if name in offered), None)
    if body["status"] == "failed":
        shown["error"] = body["gateway_response"]
    if channel is not None:
        shown["fields"] = [
            _with_allowed_options(tx, channel, field) for field in forms.fields(channel, body["currency"])
        ]
        chips = forms.test_values(channel, body["currency"], context.now)
        shown["chips"] = [
            chip for chip in chips if checkout_filters.rejection_reason(tx, channel, chip.entered) is None
        ]
    return {**shown, "channel": channel}

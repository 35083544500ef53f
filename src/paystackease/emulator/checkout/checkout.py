"""The hosted checkout: the page of ``authorization_url``, and the page of the customer's bank.

They show the state of a payment from :mod:`paystackease.emulator.resources.checkout` and continue it; the channels
decide which steps follow, as for ``/charge``. After each form the browser is redirected, so that reloading a page
does not repeat its action.
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

# A form may redirect to the merchant's site, and browsers apply `form-action` to redirects too.
_REDIRECT_HEADERS = {"content-security-policy": BASE_POLICY}


def create_routes(site: Site) -> list[Route]:
    """Return the routes of the checkout."""

    async def checkout_page(request: Request) -> Response:
        return await _respond(site, request, "checkout.html")

    async def bank_page(request: Request) -> Response:
        return await _respond(site, request, "bank.html")

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/checkout/{code}", checkout_page, methods=methods),
        Route("/_emulator/checkout/{code}/bank", bank_page, methods=methods),
    ]


def redirect_url(address: object, reference: str) -> str | None:
    """Return the URL that the customer is redirected to, with the payment's reference; None if it is not a web URL.

    ``trxref`` beside ``reference`` is from third parties' records. That a cancelled payment has both is an assumption.
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
    "rejected": "Wrong amount: the transfer was returned. The payment is still pending.",
}
"""Notices about the last action, by the value of ``said`` in the page's URL."""


async def _respond(site: Site, request: Request, template: str) -> Response:
    code = request.path_params["code"]
    tenant = site.emulator.find_tenant("transaction", code=code)
    if tenant is None:
        return site.render_message(
            404, "There is no such payment", "Its address may be from another run of the emulator."
        )
    error, status = None, 200
    if request.method == "POST":
        form = await read_form(request)
        try:
            # A rejected input is rolled back, and the page with the form shows the error.
            location = await site.perform(tenant, lambda context: _perform_action(context, code, form))
        except ApiError as api_error:
            error, status = str(api_error), api_error.status
        else:
            return RedirectResponse(location, 303, headers=_REDIRECT_HEADERS)
    query = request.query_params
    fields = site.read(tenant, lambda context: _page_fields(context, code, query))
    if fields["closed"]:
        template = "closed.html"
    elif template == "bank.html" and fields["step"] != "open_url":
        return RedirectResponse(fields["page_url"], 303)
    response = site.render(template, {**fields, "error": error or fields["error"]}, status)
    response.headers.update(_REDIRECT_HEADERS)
    return response


def _perform_action(context: RequestContext, code: str, form: Mapping[str, str]) -> str:
    """Perform the form's action, and return the URL to redirect to.

    :raises ApiError: If it is not possible now.
    """
    tx = checkout.find_transaction(context, code)
    page = f"/_emulator/checkout/{code}"
    action = form.get("act")
    if action == "cancel":
        return redirect_url(checkout.cancel_payment(context, tx), tx.unique_key or "") or f"{page}?said=cancelled"
    step = checkout.current_step(context, tx)
    match action:
        case "pay":
            channel = form.get("channel", "")
            choices = forms.test_values(channel, tx.body["currency"], context.now)
            step = checkout.pay_by_channel(
                context, tx, channel, forms.resolve_entry(channel, form, choices), interactive=True
            )
        case "enter":
            step = _submit_value(context, tx, step, form)
        case "complete":
            step = payment_flow.complete(context, tx)
        case "fail":
            step = payment_flow.fail(context, tx)
        case "reject":
            checkout.reject_transfer(context, tx, tx.body["amount"] + 100)
            return f"{page}?said=rejected"
        case "change":
            checkout.change_channel(context, tx)
            return page
        case _:
            raise ApiError(400, "The form has no known action", "invalid_params")
    if step.status == "success":
        return redirect_url(tx.body.get("callback_url"), tx.unique_key or "") or page
    if step.status == "open_url":
        return f"{page}/bank"
    return f"{page}?channel={tx.body['channel']}"


def _submit_value(
    context: RequestContext, tx: Document, step: payment_flow.Step | None, form: Mapping[str, str]
) -> payment_flow.Step:
    if step is None:
        raise payment_flow.invalid_reference()
    values = {chip.key: chip.entered["value"] for chip in forms.step_values(tx, step.status)}
    before = tx.body["charge"]["challenge"]
    after = payment_flow.submit(
        context, tx, step.status, values.get(form.get("chip", ""), form.get("value", "").strip())
    )
    if after.status == step.status and tx.body["charge"]["challenge"] == before:
        raise ApiError(400, str(step.details.get("display_text", "Invalid value")), "invalid_params")
    return after


def _with_allowed_options(tx: Document, channel: str, field: forms.Field) -> forms.Field:
    """Return a field with only the options that the merchant accepts."""
    allowed = {
        value: label
        for value, label in field.options.items()
        if checkout_filters.rejection_reason(tx, channel, {field.name: value}) is None
    }
    return replace(field, options=allowed)


def _page_fields(context: RequestContext, code: str, query: Mapping[str, str]) -> dict[str, Any]:
    tx = checkout.find_transaction(context, code)
    body, customer = tx.body, context.get("customer", tx.parent_id)
    fields: dict[str, Any] = {
        "page_url": f"/_emulator/checkout/{code}",
        "business": context.settings.business_name,
        "email": customer.body["email"],
        "amount": body["amount"],
        "currency": body["currency"],
        "reference": tx.unique_key,
        "status": body["status"],
        "closed": None,
        "error": None,
        "back": redirect_url(body.get("callback_url"), tx.unique_key or ""),
        "notice": _NOTICES.get(query.get("said", "")),
        "step": None,
    }
    if query.get("said") == "cancelled" and body["status"] == "abandoned":
        return {**fields, "closed": "cancelled"}
    try:
        step = checkout.current_step(context, tx)
    except ApiError:
        paid = body["status"] in {"success", "reversed"}
        return {**fields, "closed": "paid" if paid else "expired" if checkout.is_expired(context, tx) else "busy"}
    channels = checkout.available_channels(tx)
    fields["tabs"] = {name: forms.LABELS[name] for name in channels}
    if step is not None:
        return {
            **fields,
            "step": step.status,
            "details": step.details,
            "test_values": forms.step_values(tx, step.status),
        }
    preferred = (query.get("channel"), body.get("channel"), *channels)
    channel = next((name for name in preferred if name in channels), None)
    if body["status"] == "failed":
        fields["error"] = body["gateway_response"]
    if channel is not None:
        fields["fields"] = [
            _with_allowed_options(tx, channel, field) for field in forms.fields(channel, body["currency"])
        ]
        choices = forms.test_values(channel, body["currency"], context.now)
        fields["chips"] = [
            chip for chip in choices if checkout_filters.rejection_reason(tx, channel, chip.entered) is None
        ]
    return {**fields, "channel": channel}

"""Two pages for customers: managing a subscription by its link, and approving a direct debit mandate.

The subscription's URL also serves JSON, to clients that are not browsers; both use the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.catalog.test_instruments import CARDS
from paystackease.emulator.checkout import forms
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.site import Site, read_form
from paystackease.emulator.resources import mandate, subscription, subscription_card
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.services import Tenant


def create_routes(site: Site) -> list[Route]:
    """Return their routes."""

    async def subscription_page(request: Request) -> Response:
        tenant, params = Tenant(request.path_params["tenant"]), {"token": request.path_params["token"]}
        error, status = None, 200
        if request.method == "POST":
            form = await read_form(request)
            try:
                await site.perform(tenant, lambda context: _perform_action(replace(context, params=params), form))
            except ApiError as api_error:
                error, status = str(api_error), api_error.status
            else:
                return RedirectResponse(request.url.path, 303)
        fields = site.read(tenant, _subscription_fields, params=params)
        return site.render("subscription_card.html", {**fields, "page_url": request.url.path, "error": error}, status)

    async def mandate_page(request: Request) -> Response:
        reference = request.path_params["reference"]
        tenant = site.emulator.find_tenant("mandate", unique_key=reference)
        if tenant is None:
            return site.render_message(404, "There is no such request", "Its address may be from another run.")
        if request.method == "POST":
            await site.perform(tenant, lambda context: mandate.approve_mandate(context, reference))
            return RedirectResponse(request.url.path, 303)
        fields = site.read(tenant, lambda context: _mandate_fields(context, reference))
        return site.render("mandate.html", {**fields, "page_url": request.url.path})

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/manage/{tenant}/{token}", subscription_page, methods=methods),
        Route("/_emulator/mandates/{reference}", mandate_page, methods=methods),
    ]


def _perform_action(context: RequestContext, form: Mapping[str, str]) -> None:
    if form.get("act") == "cancel":
        subscription.cancel_by_link(context)
    elif (key := form.get("chip")) is not None:
        choices = {chip.key: chip.entered["number"] for chip in _reusable_cards(context)}
        subscription_card.change_card(
            replace(context, body={"card": choices.get(key, "")}), subscription_card.get_by_token(context)
        )
    else:
        body = {"authorization_code": form.get("authorization", "")}
        subscription_card.change_card(replace(context, body=body), subscription_card.get_by_token(context))


def _subscription_fields(context: RequestContext) -> dict[str, Any]:
    fields: Any = subscription_card.link_response(context, subscription_card.get_by_token(context), "").data
    return {**fields, "renews": fields["status"] in RENEWS, "chips": _reusable_cards(context)}


def _mandate_fields(context: RequestContext, reference: str) -> dict[str, Any]:
    document = context.find("mandate", unique_key=reference)
    assert document is not None, "its tenant was found by it"
    return {
        "business": context.settings.business_name,
        "email": context.get("customer", document.parent_id).body["email"],
        "last4": str(document.body["account_number"])[-4:],
        "awaits_approval": document.body["status"] == "requested",
    }


def _reusable_cards(context: RequestContext) -> list[forms.TestValue]:
    choices = forms.test_values("card", "NGN", context.now)
    return [chip for chip in choices if CARDS[chip.entered["number"]].reusable]

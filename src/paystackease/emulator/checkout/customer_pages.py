"""Two pages for customers: managing a subscription's card by its link, and approving a direct debit mandate.

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

    async def at_link(request: Request) -> Response:
        tenant, params = Tenant(request.path_params["tenant"]), {"token": request.path_params["token"]}
        error, status = None, 200
        if request.method == "POST":
            given = await read_form(request)
            try:
                await site.perform(tenant, lambda context: _perform_action(replace(context, params=params), given))
            except ApiError as refusal:
                error, status = str(refusal), refusal.status
            else:
                return RedirectResponse(request.url.path, 303)
        shown = site.read(tenant, _subscription_fields, params=params)
        return site.render("subscription_card.html", {**shown, "here": request.url.path, "error": error}, status)

    async def at_mandate(request: Request) -> Response:
        reference = request.path_params["reference"]
        tenant = site.emulator.find_tenant("mandate", unique_key=reference)
        if tenant is None:
            return site.render_message(404, "There is no such request", "Its address may be from another run.")
        if request.method == "POST":
            await site.perform(tenant, lambda context: mandate.approve_mandate(context, reference))
            return RedirectResponse(request.url.path, 303)
        shown = site.read(tenant, lambda context: _mandate_fields(context, reference))
        return site.render("mandate.html", {**shown, "here": request.url.path})

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/manage/{tenant}/{token}", at_link, methods=methods),
        Route("/_emulator/mandates/{reference}", at_mandate, methods=methods),
    ]


def _perform_action(context: RequestContext, given: Mapping[str, str]) -> None:
    if given.get("act") == "cancel":
        subscription.cancel_by_link(context)
    elif (key := given.get("chip")) is not None:
        chips = {chip.key: chip.entered["number"] for chip in _reusable_cards(context)}
        subscription_card.change_card(
            replace(context, body={"card": chips.get(key, "")}), subscription_card.get_by_token(context)
        )
    else:
        body = {"authorization_code": given.get("authorization", "")}
        subscription_card.change_card(replace(context, body=body), subscription_card.get_by_token(context))


def _subscription_fields(context: RequestContext) -> dict[str, Any]:
    shown: Any = subscription_card.link_response(context, subscription_card.get_by_token(context), "").data
    return {**shown, "renews": shown["status"] in RENEWS, "chips": _reusable_cards(context)}


def _mandate_fields(context: RequestContext, reference: str) -> dict[str, Any]:
    mandate = context.find("mandate", unique_key=reference)
    assert mandate is not None, "its holder was found by it"
    return {
        "business": context.settings.business_name,
        "email": context.get("customer", mandate.parent_id).body["email"],
        "last4": str(mandate.body["account_number"])[-4:],
        "asked": mandate.body["status"] == "asked",
    }


def _reusable_cards(context: RequestContext) -> list[forms.TestValue]:
    chips = forms.test_values("card", "NGN", context.now)
    return [chip for chip in chips if CARDS[chip.entered["number"]].reusable]

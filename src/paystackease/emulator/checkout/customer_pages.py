"""Two pages of a customer's own: that of a subscription's manage link, on which another card is charged from now on or
the subscription is stopped, and that of the bank at which a direct debit is agreed to.

At the address of the first is JSON too, for whoever is no browser; what both do is done there.
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
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.services import Tenant
from paystackease.emulator.pages.app import Site, form
from paystackease.emulator.resources import mandate, subscription, subscription_card
from paystackease.emulator.resources.subscription_serializers import RENEWS


def routes(site: Site) -> list[Route]:
    """Where they are."""

    async def at_link(request: Request) -> Response:
        tenant, params = Tenant(request.path_params["tenant"]), {"token": request.path_params["token"]}
        error, status = None, 200
        if request.method == "POST":
            given = await form(request)
            try:
                await site.play(tenant, lambda context: _done(replace(context, params=params), given))
            except ApiError as refusal:
                error, status = str(refusal), refusal.status
            else:
                return RedirectResponse(request.url.path, 303)
        shown = site.look(tenant, _shown, params=params)
        return site.page("card.html", {**shown, "here": request.url.path, "error": error}, status)

    async def at_mandate(request: Request) -> Response:
        reference = request.path_params["reference"]
        tenant = site.emulator.find_tenant("mandate", name=reference)
        if tenant is None:
            return site.message(404, "There is no such request", "Its address may be from another run.")
        if request.method == "POST":
            await site.play(tenant, lambda context: mandate.approve(context, reference))
            return RedirectResponse(request.url.path, 303)
        shown = site.look(tenant, lambda context: _mandate(context, reference))
        return site.page("mandate.html", {**shown, "here": request.url.path})

    methods = ["GET", "POST"]
    return [
        Route("/_emulator/manage/{tenant}/{token}", at_link, methods=methods),
        Route("/_emulator/mandates/{reference}", at_mandate, methods=methods),
    ]


def _done(context: RequestContext, given: Mapping[str, str]) -> None:
    if given.get("act") == "cancel":
        subscription.cancelled(context)
    elif (key := given.get("chip")) is not None:
        chips = {chip.key: chip.entered["number"] for chip in _reusable(context)}
        subscription_card.change(replace(context, body={"card": chips.get(key, "")}), subscription_card.linked(context))
    else:
        body = {"authorization_code": given.get("authorization", "")}
        subscription_card.change(replace(context, body=body), subscription_card.linked(context))


def _shown(context: RequestContext) -> dict[str, Any]:
    shown: Any = subscription_card.link_response(context, subscription_card.linked(context), "").data
    return {**shown, "renews": shown["status"] in RENEWS, "chips": _reusable(context)}


def _mandate(context: RequestContext, reference: str) -> dict[str, Any]:
    found = context.find("mandate", name=reference)
    assert found is not None, "its holder was found by it"
    return {
        "business": context.settings.business_name,
        "email": context.get("customer", found.parent_id).body["email"],
        "last4": str(found.body["account_number"])[-4:],
        "asked": found.body["status"] == "asked",
    }


def _reusable(context: RequestContext) -> list[forms.Chip]:
    chips = forms.chips("card", "NGN", context.now)
    return [chip for chip in chips if CARDS[chip.entered["number"]].reusable]

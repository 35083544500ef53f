"""The page of a subscription's manage link, on which its customer has another card charged from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.core.call import Call
from paystackease.emulator.core.errors import Refusal
from paystackease.emulator.resources import authorization, subscription_card
from paystackease.emulator.resources.subscription_views import RENEWS
from paystackease.emulator.testdata import CARDS
from paystackease.emulator.ui import entries
from paystackease.emulator.ui.site import Site, form


def routes(site: Site) -> list[Route]:
    """Where it is."""

    async def at_link(request: Request) -> Response:
        code = request.path_params["code"]
        tenant = site.emulator.holder("subscription", code)
        if tenant is None:
            return site.message(404, "There is no such subscription", "Its address may be from another run.")
        error, status = None, 200
        if request.method == "POST":
            given = await form(request)
            try:
                site.emulator.act(tenant, lambda call: _done(call, code, given))
            except Refusal as refusal:
                error, status = str(refusal), refusal.status
            else:
                return RedirectResponse(f"/_emulator/subscriptions/{code}", 303)
        shown = site.emulator.act(tenant, lambda call: _shown(call, code))
        return site.page("card.html", {**shown, "error": error}, status)

    return [Route("/_emulator/subscriptions/{code}", at_link, methods=["GET", "POST"])]


def _done(call: Call, code: str, given: Mapping[str, str]) -> None:
    chips = {chip.key: chip.entered["number"] for chip in _reusable(call)}
    if (key := given.get("chip")) is not None:
        body: dict[str, Any] = {"card": chips.get(key, "")}
    else:
        body = {"authorization_code": given.get("authorization", "")}
    subscription_card.change(replace(call, body=body), subscription_card.of(call, code))


def _shown(call: Call, code: str) -> dict[str, Any]:
    found = subscription_card.of(call, code)
    whose, plan = call.get("customer", found.owner), call.get("plan", found.body["plan"])
    renews = found.body["status"] in RENEWS
    return {
        "here": f"/_emulator/subscriptions/{code}",
        "business": call.settings.business_name,
        "email": whose.body["email"],
        "plan": plan.body["name"],
        "interval": plan.body["interval"],
        "amount": found.body["amount"],
        "currency": found.body["currency"],
        "status": found.body["status"],
        "next": found.body["period_end"] if renews else None,
        "cards": [
            {"code": one.code, "charged": one.id == found.body["authorization"], **one.body["shown"]}
            for one in authorization.saved_for(call, whose)
        ],
        "chips": _reusable(call),
    }


def _reusable(call: Call) -> list[entries.Chip]:
    chips = entries.chips("card", "NGN", call.now)
    return [chip for chip in chips if CARDS[chip.entered["number"]].reusable]

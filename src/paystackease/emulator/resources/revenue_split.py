"""Who gets what of a payment: Paystack its fee, subaccounts their shares, the main account the rest.

All of it is whole subunits that add up to what was paid. A share that is a percentage is rounded down, and the main
account has what is over (an assumption: no sample shows a fraction).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.store import Document
from paystackease.fees import BEARERS, SPLIT_TYPES, allocate, percentage_of

TYPES = SPLIT_TYPES


def asked(call: RequestContext) -> dict[str, Any]:
    """How the body of a call wants the payment shared: what a transaction keeps of it, nothing where it says nothing.

    :raises Refusal: Where there is no such subaccount or split.
    """
    body = call.body
    if (code := body.get("split_code")) is not None:
        found = call.find("split", code=str(code))
        if found is None or found.body.get("active") is False:
            raise ApiError(404, "Invalid Split code.")
        return {"split": _formula(call, found.body, id=found.id, split_code=found.code, name=found.body.get("name"))}
    if (split := body.get("split")) is not None:
        return {"split": _dynamic(call, split)}
    if (code := body.get("subaccount")) is not None:
        found = _subaccount(call, code)
        charge = call.amount("transaction_charge", least=0) if body.get("transaction_charge") is not None else None
        bearer = body.get("bearer") or "account"
        if bearer not in BEARERS[:2]:
            raise ApiError(400, "Invalid bearer type : must be one of: subaccount, account", "invalid_params")
        return {"subaccount": {"id": found.id, "transaction_charge": charge, "bearer": bearer}}
    return {}


def divide(call: RequestContext, tx: Document, fees: int) -> dict[str, Any] | None:
    """The shares of a payment that is made, ``paystack``, ``integration`` and ``subaccounts``; None if it is shared
    with nobody.
    """
    amount: int = tx.body["amount"]
    if (one := tx.body.get("subaccount")) is not None:
        found = call.get("subaccount", one["id"])
        charge = one["transaction_charge"]
        percentage = 100 - Decimal(str(found.body.get("percentage_charge") or 0))
        share = _percent(amount, percentage) if charge is None else amount - charge
        return less_fees(amount, fees, [(found.id, found.code, share)], one["bearer"], found.id)
    if (split := tx.body.get("split")) is not None:
        flat = split["type"] == "flat"
        parts = [
            (part["id"], part["subaccount_code"], part["share"] if flat else _percent(amount, part["share"]))
            for part in split["subaccounts"]
        ]
        return less_fees(amount, fees, parts, split["bearer_type"], split["bearer_subaccount"])
    return None


def less_fees(
    amount: int, fees: int, parts: list[tuple[int, str | None, int]], bearer: str, bearing: int | None
) -> dict[str, Any]:
    """What is left to each, once it bears its part of the fees.

    :param parts: The number and the code of each subaccount, and its share: of what there is, in this order.
    :param bearer: One of :data:`BEARERS`.
    :param bearing: The number of the subaccount that bears the fees, where one does.
    """
    place = next((place for place, (number, _, _) in enumerate(parts) if number == bearing), None)
    main, *left = allocate(amount, fees, [share for _, _, share in parts], bearer=bearer, bearing=place)
    subaccounts = [
        {"amount": share, "subaccount_code": code, "id": number}
        for share, (number, code, _) in zip(left, parts, strict=True)
    ]
    return {"paystack": fees, "subaccounts": subaccounts, "integration": main}


def _dynamic(call: RequestContext, split: object) -> dict[str, Any]:
    # A split that is made for this one payment. What its fields must be, no source says of it; of a split that is kept
    # they do.
    if not isinstance(split, Mapping):
        raise ApiError(400, '"split" must be of type object', "invalid_params")
    given: dict[str, Any] = dict(split)  # pyright: ignore[reportUnknownArgumentType] # a JSON object's keys are text
    given["subaccounts"] = listed(given.get("subaccounts"))
    return _formula(call, given, id=None, split_code=None, name=given.get("name"))


def listed(parts: object) -> list[Mapping[str, Any]]:
    """The subaccounts of a split in the body of a call, as they are written there.

    :raises Refusal: Where they are none.
    """
    found: list[Any] = parts if isinstance(parts, list) else []  # pyright: ignore[reportUnknownVariableType] # JSON
    if not found or not all(isinstance(part, dict) for part in found):
        raise ApiError(400, "You have invalid or missing subaccount(s) key")
    return found


def check(split: Mapping[str, Any]) -> None:
    """Whether it can be shared so: its ``type``, its ``bearer_type`` and its ``subaccounts`` with their ``share``.

    :raises Refusal: Where it cannot.
    """
    step = "Ensure that the value(s) you're passing are valid."
    if split["type"] not in TYPES:
        # The words are an assumption, as those of the last one.
        raise ApiError(400, f"Invalid split type : must be one of: {' or '.join(TYPES)}", "invalid_params")
    if split["bearer_type"] not in BEARERS:
        words = f"Invalid bearer type : must be one of: {', '.join(BEARERS[:3])} or all"
        raise ApiError(400, words, "invalid_params", next_step=step)
    if split["type"] == "percentage" and sum(Decimal(str(part["share"])) for part in split["subaccounts"]) > 100:
        raise ApiError(400, "The shares of a split are 100 percent at most", "invalid_params", next_step=step)


def _formula(call: RequestContext, body: Mapping[str, Any], **named: Any) -> dict[str, Any]:
    formula = {
        "type": body.get("type") or "percentage",
        "bearer_type": body.get("bearer_type") or "account",
        "subaccounts": [_part(call, part) for part in body["subaccounts"]],
    }
    check(formula)
    bearing = body.get("bearer_subaccount")
    return {**named, **formula, "bearer_subaccount": None if bearing is None else _subaccount(call, bearing).id}


def _part(call: RequestContext, part: Mapping[str, Any]) -> dict[str, Any]:
    found, share = _subaccount(call, part.get("subaccount")), part.get("share")
    if isinstance(share, bool) or not isinstance(share, int | float) or share < 0:
        raise ApiError(400, "You have invalid or missing share(s)", "invalid_params")  # an assumption
    name = found.body.get("business_name")
    return {"share": share, "subaccount_code": found.code, "id": found.id, "name": name}


def _subaccount(call: RequestContext, named: object) -> Document:
    # By number in a split that is kept, by code in what is asked for.
    by: dict[str, object] = {"id": named} if isinstance(named, int) and named < 2**63 else {"code": str(named)}
    found = call.find("subaccount", **by)
    if found is None or found.body.get("active") is False:
        raise ApiError(404, "Invalid Subaccount.")
    return found


def _percent(amount: int, percentage: int | float | Decimal) -> int:
    return percentage_of(amount, Decimal(str(percentage)))

"""Revenue splits: a payment is divided into Paystack's fee, the shares of subaccounts, and the rest of the merchant.

All amounts are whole subunits that add up to the payment. A percentage is rounded down, and the main account gets the
remainder (an assumption: no sample shows a fraction).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.document import Document

TYPES = ("percentage", "flat")
BEARERS = ("subaccount", "account", "all-proportional", "all")


def read_split(context: RequestContext) -> dict[str, Any]:
    """Return the split that a request body has, as the transaction stores it; empty if it has none.

    :raises ApiError: If there is no such subaccount or split.
    """
    body = context.body
    if (code := body.get("split_code")) is not None:
        split = context.find("split", code=str(code))
        if split is None or split.body.get("active") is False:
            raise ApiError(404, "Invalid Split code.")
        return {
            "split": _read_formula(context, split.body, id=split.id, split_code=split.code, name=split.body.get("name"))
        }
    if (dynamic_split := body.get("split")) is not None:
        return {"split": _read_dynamic_split(context, dynamic_split)}
    if (code := body.get("subaccount")) is not None:
        subaccount = _find_subaccount(context, code)
        charge = (
            context.require_amount("transaction_charge", minimum=0)
            if body.get("transaction_charge") is not None
            else None
        )
        bearer = body.get("bearer") or "account"
        if bearer not in BEARERS[:2]:
            raise ApiError(400, "Invalid bearer type : must be one of: subaccount, account", "invalid_params")
        return {"subaccount": {"id": subaccount.id, "transaction_charge": charge, "bearer": bearer}}
    return {}


def allocate(context: RequestContext, tx: Document, fees: int) -> dict[str, Any] | None:
    """Return the shares of a payment, ``paystack``, ``integration`` and ``subaccounts``; None if it has no split."""
    amount: int = tx.body["amount"]
    if (terms := tx.body.get("subaccount")) is not None:
        subaccount = context.get("subaccount", terms["id"])
        charge = terms["transaction_charge"]
        percentage = 100 - Decimal(str(subaccount.body.get("percentage_charge") or 0))
        share = _percentage_of(amount, percentage) if charge is None else amount - charge
        return deduct_fees(amount, fees, [(subaccount.id, subaccount.code, share)], terms["bearer"], subaccount.id)
    if (split := tx.body.get("split")) is not None:
        flat = split["type"] == "flat"
        parts = [
            (part["id"], part["subaccount_code"], part["share"] if flat else _percentage_of(amount, part["share"]))
            for part in split["subaccounts"]
        ]
        return deduct_fees(amount, fees, parts, split["bearer_type"], split["bearer_subaccount"])
    return None


def deduct_fees(
    amount: int, fees: int, parts: list[tuple[int, str | None, int]], bearer: str, bearer_id: int | None
) -> dict[str, Any]:
    """Return the shares after the fees are deducted.

    :param parts: The number, the code and the share of each subaccount. Shares are taken in this order, while any of
        the amount is left.
    :param bearer: One of :data:`BEARERS`.
    :param bearer_id: The number of the subaccount that bears the fees, if one does.
    """
    shares: list[tuple[int | None, str | None, int]] = []
    remainder = amount
    for number, code, share in parts:
        shares.append((number, code, max(0, min(share, remainder))))  # at most the amount that is left
        remainder -= shares[-1][2]
    shares.insert(0, (None, None, remainder))
    fee_shares = _fee_shares(shares, fees, bearer, bearer_id)
    net_shares = [(number, code, share - fee) for (number, code, share), fee in zip(shares, fee_shares, strict=True)]
    subaccounts = [{"amount": share, "subaccount_code": code, "id": number} for number, code, share in net_shares[1:]]
    return {"paystack": fees, "subaccounts": subaccounts, "integration": net_shares[0][2]}


def _fee_shares(
    shares: list[tuple[int | None, str | None, int]], fees: int, bearer: str, bearer_id: int | None
) -> list[int]:
    # The part of the fee that each share bears. The main account bears the remainder of a division, and any part that
    # exceeds its share. If the main account has less than that, the subaccounts bear the rest in order (an assumption).
    match bearer:
        case "subaccount":
            fee_parts = [fees if number == bearer_id else 0 for number, _, _ in shares]
        case "all":
            fee_parts = [fees // len(shares) for _ in shares]
        case "all-proportional":
            total = sum(share for _, _, share in shares) or 1
            fee_parts = [fees * share // total for _, _, share in shares]
        case _:
            fee_parts = [0 for _ in shares]
    fee_parts = [min(fee, share) for fee, (_, _, share) in zip(fee_parts, shares, strict=True)]
    for index, (_, _, share) in enumerate(shares):
        fee_parts[index] += min(share - fee_parts[index], fees - sum(fee_parts))
    return fee_parts


def _read_dynamic_split(context: RequestContext, split: object) -> dict[str, Any]:
    # A split that is defined in the request for this payment. No source documents the rules for its fields: those of
    # stored splits apply.
    if not isinstance(split, Mapping):
        raise ApiError(400, '"split" must be of type object', "invalid_params")
    fields: dict[str, Any] = dict(split)  # pyright: ignore[reportUnknownArgumentType] # a JSON object's keys are text
    fields["subaccounts"] = read_subaccounts(fields.get("subaccounts"))
    return _read_formula(context, fields, id=None, split_code=None, name=fields.get("name"))


def read_subaccounts(parts: object) -> list[Mapping[str, Any]]:
    """Return the subaccounts of a split in a request body, unchanged.

    :raises ApiError: If it is not a list of objects, or is empty.
    """
    subaccounts: list[Any] = parts if isinstance(parts, list) else []  # pyright: ignore[reportUnknownVariableType] # JSON
    if not subaccounts or not all(isinstance(part, dict) for part in subaccounts):
        raise ApiError(400, "You have invalid or missing subaccount(s) key")
    return subaccounts


def validate_split(split: Mapping[str, Any]) -> None:
    """Validate the ``type``, the ``bearer_type`` and the ``share`` of each of the ``subaccounts``.

    :raises ApiError: If one of them is invalid.
    """
    hint = "Ensure that the value(s) you're passing are valid."
    if split["type"] not in TYPES:
        # This wording is an assumption, and so is that of the last error.
        raise ApiError(400, f"Invalid split type : must be one of: {' or '.join(TYPES)}", "invalid_params")
    if split["bearer_type"] not in BEARERS:
        message = f"Invalid bearer type : must be one of: {', '.join(BEARERS[:3])} or all"
        raise ApiError(400, message, "invalid_params", next_step=hint)
    if split["type"] == "percentage" and sum(Decimal(str(part["share"])) for part in split["subaccounts"]) > 100:
        raise ApiError(400, "The shares of a split are 100 percent at most", "invalid_params", next_step=hint)


def _read_formula(context: RequestContext, body: Mapping[str, Any], **identity: Any) -> dict[str, Any]:
    formula = {
        "type": body.get("type") or "percentage",
        "bearer_type": body.get("bearer_type") or "account",
        "subaccounts": [_read_part(context, part) for part in body["subaccounts"]],
    }
    validate_split(formula)
    bearer = body.get("bearer_subaccount")
    return {
        **identity,
        **formula,
        "bearer_subaccount": None if bearer is None else _find_subaccount(context, bearer).id,
    }


def _read_part(context: RequestContext, part: Mapping[str, Any]) -> dict[str, Any]:
    subaccount, share = _find_subaccount(context, part.get("subaccount")), part.get("share")
    if isinstance(share, bool) or not isinstance(share, int | float) or share < 0:
        raise ApiError(400, "You have invalid or missing share(s)", "invalid_params")  # an assumption
    name = subaccount.body.get("business_name")
    return {"share": share, "subaccount_code": subaccount.code, "id": subaccount.id, "name": name}


def _find_subaccount(context: RequestContext, id_or_code: object) -> Document:
    # A stored split has the number of a subaccount, a request has its code.
    if isinstance(id_or_code, int) and id_or_code < 2**63:
        subaccount = context.find("subaccount", number=id_or_code)
    else:
        subaccount = context.find("subaccount", code=str(id_or_code))
    if subaccount is None or subaccount.body.get("active") is False:
        raise ApiError(404, "Invalid Subaccount.")
    return subaccount


def _percentage_of(amount: int, percentage: int | float | Decimal) -> int:
    return int(amount * Decimal(str(percentage)) / 100)

"""The dashboard's form of a business's settings. ``POST /_emulator/settings`` validates them with the same code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from paystackease.emulator.context import RequestContext
from paystackease.emulator.control_api.settings import change_settings
from paystackease.emulator.dashboard.routing import PageRegistry
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.settings import Settings, with_changes

registry = PageRegistry()

GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Business": {
        "business_name": ("Name", "Customers see it at the checkout."),
        "country": ("Country", "Two letters, such as NG."),
        "currencies": ("Currencies", "Separated by commas. The first is the business's own."),
        "balance": ("Opening balance", "JSON: subunits by currency. It is used until money has moved."),
        "unavailable": ("Features that are not enabled", "Separated by commas, such as dedicated_nuban."),
    },
    "Webhooks": {
        "webhook_url": ("Webhook URL", "Empty: events are recorded but not sent."),
        "webhook_mode": (
            "When webhooks are sent",
            "auto: soon after the response. inline: before it. manual: on request.",
        ),
        "webhook_schedule": ("Retry schedule", "Paystack's schedule for live or for test keys, or off."),
    },
    "Transfers": {
        "transfers": ("Status of a new transfer", "pending: until you simulate the bank."),
        "otp_for_transfers": ("Transfers need an OTP", ""),
        "approval_url": ("Approval URL", "The server that approves transfers. Empty: none."),
    },
    "Payments": {
        "offline_seconds": ("Duration of payments by phone or at a bank", "Seconds; 0 is immediately."),
        "asks_address": ("Card payments need the customer's address", ""),
        "fees": ("Fee rules", "JSON, instead of Paystack's fees. Empty: Paystack's."),
    },
    "Accuracy": {
        "quirks": ("Reproduce Paystack's inconsistencies", ""),
        "strict": ("Enforce rules that Paystack only documents", ""),
    },
}
"""The settings by group: each with its label and a hint."""

_TYPES = get_type_hints(Settings)


@registry.page("/settings", "settings.html")
def settings_page(context: RequestContext) -> Mapping[str, Any]:
    # A rejected form is shown again as it was entered, with the errors of all its fields.
    entered = {name: str(value) for name, value in context.body.items() if name in _TYPES}
    current: dict[str, Any] = msgspec.to_builtins(context.settings)
    errors: dict[str, str] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for group, names in GROUPS.items():
        for name, (label, hint) in names.items():
            text = entered.get(name, _format(current[name])) if entered else _format(current[name])
            if name in entered and (error := _find_error(context.settings, name, text)) is not None:
                errors[name] = error
            field = {"name": name, "label": label, "hint": hint, "value": text, "error": errors.get(name)}
            groups.setdefault(group, []).append({**field, **_widget(name)})
    return {
        "groups": groups,
        "errors": errors,
        "business": context.settings.business_name,
        "saved": "saved" in context.query and not entered,
    }


@registry.action("/settings")
def save_settings(context: RequestContext) -> str:
    changes: dict[str, Any] = {}
    for name, text in context.body.items():
        if name not in _TYPES:
            raise ApiError(400, f"There is no setting {name}")
        error = _find_error(context.settings, name, text)
        if error is not None:
            raise ApiError(400, "Nothing was saved: correct the fields with an error")
        changes[name] = _parse(name, text)
    change_settings(context, changes)
    return "/settings?saved=1"


def _widget(name: str) -> dict[str, Any]:
    kind = _TYPES[name]
    if kind is bool:
        return {"widget": "select", "options": {"true": "yes", "false": "no"}}
    if get_origin(kind) is Literal:
        return {"widget": "select", "options": {value: value for value in get_args(kind)}}
    return {"widget": "json" if name in {"balance", "fees"} else "text", "options": {}}


def _format(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        items: list[object] = [*value]
        return ", ".join(map(str, items))
    return msgspec.json.encode(value).decode()


def _parse(name: str, text: str) -> Any:
    """Return the value that a field's text stands for. If there is none, the text, which the settings reject.

    An empty field is None if the setting can be None.
    """
    text, kind = text.strip(), _TYPES[name]
    if not text and type(None) in get_args(kind):
        return None
    if get_origin(kind) is tuple:
        return [item.strip() for item in text.split(",") if item.strip()]
    if kind in {bool, float} or name in {"balance", "fees"}:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text


def _find_error(settings: Settings, name: str, text: str) -> str | None:
    """Return what is wrong with the text of a field, or None."""
    try:
        with_changes(settings, {name: _parse(name, text)})
    except ValueError as error:
        return str(error)
    return None

"""The methods of version 1, and arguments for each."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from paystack_facts import operations, read_facts
from v1_differences import (
    NOW_NEEDED,
    TAKEN_NOW,
)

from paystackease.helpers import tool_kit

SURFACE = read_facts("v1_surface")
OPERATIONS = operations()
VALUES_BY_TYPE = {
    "Dict[str, Any]": {"cart": 398},
    "Dict[str, List[Dict[str, Any]]]": {"custom_fields": [{"display_name": "Size", "value": "é"}]},
    "List[Channels]": [tool_kit.Channels.CARD, tool_kit.Channels.MOBILE_MONEY],
    "List[int]": [489, 490],
    "bool": False,
    "date": dt.date(2026, 10, 1),
    "float": 18.5,
    "int": 5000,
    "str": "A text/1",
}
"""What version 1 took for a parameter of a type. Of an enum it took the first member."""
VALUES_BY_NAME = {
    "account_type": "personal",
    "bank": {"code": "057", "account_number": "0000000000"},
    "bank_transfer": {"account_expires_at": "2026-10-01T12:00:00Z"},
    "batch": [{"type": "nuban", "name": "Ada", "account_number": "0123456789", "bank_code": "058"}],
    "bearer_type": "subaccount",
    "bin_code": "539983",
    "custom_fields": [{"display_name": "Size", "variable_name": "size"}],
    "customer_email": "ada@example.com",
    "data_object": {"id": "7895939", "reference": "4634337895939"},
    "document_type": "identityNumber",
    "email": "ada@example.com",
    "email_or_code": "ada+1@example.com",
    "line_items": [{"name": "Cake", "amount": 20000, "quantity": 2}],
    "mobile_money": {"phone": "0551234987", "provider": "mtn"},
    "objects": [{"authorization_code": "AUTH_1", "amount": 2500, "reference": "bulk-charge-1"}],
    "primary_contact_email": "ada@example.com",
    "product_id": "489",
    "qr": {"provider": "scan-to-pay"},
    "reason": "transfer",
    "recipient_email": "ada@example.com",
    "subaccounts": [{"subaccount": "ACCT_1", "share": 20}],
    "tax": [{"name": "VAT", "amount": 2000}],
    "transaction_split_type": "percentage",
    "transfers": [{"amount": 20000, "recipient": "RCP_1", "reference": "bulk-transfer-0001"}],
    "ussd": {"type": "737"},
}
"""The same, where the type says too little."""
TEXT_BY_NAME = {
    "currency": "GHS",
    "preferred_bank": "wema-bank",
    "provider_slug": "titan-paystack",
    "recipient_type": "nuban",
}
"""The same, for text that has a set of values."""
NEW_REFERENCES = {
    "charges.create_charge",
    "transactions.charge_authorization",
    "transactions.initialize",
    "transactions.partial_debit",
    "transfers.initiate_transfer",
}
"""The methods whose reference is a new one."""


@dataclass(frozen=True)
class Method:
    """A method of version 1, and the operation that it was for."""

    name: str
    """The client's attribute and the method: ``customers.fetch_customer``."""
    parameters: list[dict[str, Any]]
    operation: dict[str, Any]

    @property
    def required(self):
        return {found["name"] for found in self.parameters if found["required"]}

    @property
    def enough(self):
        """What must be given now."""
        return self.required | set(NOW_NEEDED.get(self.name, ()))

    @property
    def unasked(self):
        """What version 1 sent though nobody had given it, by the names of the parameters."""
        found = {found["name"]: found.get("default_value") for found in self.parameters}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def arguments(self):
        """An argument of the type that version 1 took for each parameter, by name, in order."""
        return {found["name"]: self._argument(**found) for found in self.parameters}

    def _argument(self, *, name, annotation, **_):
        kind = re.sub(r"^Optional\[(?:Union\[)?(.*?)(?:, (?:None|Any)\])?\]$", r"\1", annotation)
        if name == "reference" and self.name in NEW_REFERENCES:
            return "my_reference-3.a="
        if kind == "str" and name in TEXT_BY_NAME:
            return TEXT_BY_NAME[name]
        if name in VALUES_BY_NAME or kind in VALUES_BY_TYPE:
            return VALUES_BY_NAME.get(name, VALUES_BY_TYPE.get(kind))
        return getattr(tool_kit, kind)[next(iter(SURFACE["enums"][kind]["members"]))]

    @property
    def taken_now(self):
        """The same, with arguments of other types where those of version 1 are refused."""
        return {name: TAKEN_NOW.get((self.name, name), value) for name, value in self.arguments.items()}

    def some(self, names):
        return {name: value for name, value in self.taken_now.items() if name in names}

    def of(self, client):
        section, _, method = self.name.partition(".")
        return getattr(getattr(client, section), method)


def list_methods():
    attributes = {
        found["class"].partition(".")[0]: found["attribute"]
        for found in SURFACE["clients"]["PayStackBase"]["attributes"]
    }
    by_id = {found["id"]: found for found in OPERATIONS}
    return [
        Method(f"{attributes[module['module']]}.{method['name']}", method["params"], by_id[method["operation_id"]])
        for module in SURFACE["modules"]
        if module["package"] == "paystackease.apis"
        for cls in module["classes"]
        for method in cls["methods"]
    ]


def list_classes():
    return [
        pytest.param(module["import_path"], cls, id=cls["name"])
        for module in SURFACE["modules"]
        for cls in module["classes"]
    ]


METHODS = list_methods()
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)

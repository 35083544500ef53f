"""The methods of version 1, and arguments for each."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from paystack_facts import operations, read_facts
from v1_differences import ACCEPTED_VALUES, NEWLY_REQUIRED

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
"""A value that version 1 accepted for each type of a parameter. For an enum, it is the first member."""
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
"""The same by name, if the type does not determine a valid value."""
TEXT_BY_NAME = {
    "currency": "GHS",
    "preferred_bank": "wema-bank",
    "provider_slug": "titan-paystack",
    "recipient_type": "nuban",
}
"""The same by name, for text with a fixed set of values."""
NEW_REFERENCES = {
    "charges.create_charge",
    "transactions.charge_authorization",
    "transactions.initialize",
    "transactions.partial_debit",
    "transfers.initiate_transfer",
}
"""The methods whose reference must be new."""


@dataclass(frozen=True)
class Method:
    """A method of version 1, and its operation."""

    name: str
    """The client's attribute and the method: ``customers.fetch_customer``."""
    parameters: list[dict[str, Any]]
    operation: dict[str, Any]

    @property
    def required(self):
        return {parameter["name"] for parameter in self.parameters if parameter["required"]}

    @property
    def required_now(self):
        """The names of the arguments that are required now."""
        return self.required | set(NEWLY_REQUIRED.get(self.name, ()))

    @property
    def implicit_arguments(self):
        """The default values that version 1 sent, by the names of the parameters."""
        defaults = {defaults["name"]: defaults.get("default_value") for defaults in self.parameters}
        return {name: value for name, value in defaults.items() if value is not None}

    @property
    def arguments(self):
        """An argument of version 1's type for each parameter, by name, in order."""
        return {parameter["name"]: self._make_argument(**parameter) for parameter in self.parameters}

    def _make_argument(self, *, name, annotation, **_):
        type_name = re.sub(r"^Optional\[(?:Union\[)?(.*?)(?:, (?:None|Any)\])?\]$", r"\1", annotation)
        if name == "reference" and self.name in NEW_REFERENCES:
            return "my_reference-3.a="
        if type_name == "str" and name in TEXT_BY_NAME:
            return TEXT_BY_NAME[name]
        if name in VALUES_BY_NAME or type_name in VALUES_BY_TYPE:
            return VALUES_BY_NAME.get(name, VALUES_BY_TYPE.get(type_name))
        return getattr(tool_kit, type_name)[next(iter(SURFACE["enums"][type_name]["members"]))]

    @property
    def accepted_arguments(self):
        """The same, with other values for the parameters whose type has changed."""
        return {name: ACCEPTED_VALUES.get((self.name, name), value) for name, value in self.arguments.items()}

    def select_arguments(self, names):
        return {name: value for name, value in self.accepted_arguments.items() if name in names}

    def bind(self, client):
        section, _, method = self.name.partition(".")
        return getattr(getattr(client, section), method)


def list_methods():
    attributes = {
        entry["class"].partition(".")[0]: entry["attribute"]
        for entry in SURFACE["clients"]["PayStackBase"]["attributes"]
    }
    by_id = {entry["id"]: entry for entry in OPERATIONS}
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

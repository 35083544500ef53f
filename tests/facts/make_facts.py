"""Make the fact files beside this script from a folder of sources.

    python tests/facts/make_facts.py FOLDER

The files hold facts about Paystack's API in a form of our own: names, key paths, JSON types, HTTP statuses, and the
messages and codes of the protocol. They hold no sample body, no value from a sample, and no description. The tests read
these files alone, through ``paystack_facts``. Run the script only when the sources have changed. The same sources give
the same files, byte for byte.

======================== ============================================================= =============================
File                     Contents                                                      Made from, in FOLDER
======================== ============================================================= =============================
operations.json          Each operation: method, path, parameters, success status,     operations.json: Paystack's
                         pagination, whether money moves, and the method of            reference, its OpenAPI file,
                         paystackease 1 with the requests that it made                 and public clients
v1_surface.json          What paystackease 1.0.0 made public: modules, classes,        v1_surface.json: its wheel
                         methods with their parameters, enums, errors
events.json              Each webhook event: its status, its operations, its keys      events.json: the reference
answer_shapes.json       Each operation: its published responses by HTTP status        samples/responses/*.json: the
                                                                                       reference and the guides
event_shapes.json        Each event: its published bodies                              samples/events/*.json: the
                                                                                       reference and the guides
observed_answers.json    Recorded responses of the real API, by operation:             observed/bodies/*.json: public
                         status, message, codes and shape; ``item`` says that the      recordings of the test API
                         shape is of one item of a list
observed_webhooks.json   Recorded webhooks of the real API                             observed/bodies/WEBHOOK_*
error_messages.json      Paystack's catalogue of errors: message and next step         observed/api-errors-*.json: its
                                                                                       OpenAPI repository
observations.json        Other observations of the real API. **Written by hand**,      (observed/findings.md)
                         because its source is prose; this script leaves it alone
======================== ============================================================= =============================

A shape is a body with each value replaced by the name of its JSON type (``"str"``, ``"int"``, ``"float"``, ``"bool"``,
``"null"``). A list holds each distinct shape of its items once. Metadata is the merchant's own, so its object is empty
here.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WIDTH = 120
TYPES = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}

OPERATION = (
    *("group", "method", "path", "availability", "auth", "success_status", "response_data", "pagination"),
    *("idempotency", "moves_money", "body_root", "required_any_of"),
)
PARAMETER = (
    *("name", "type", "required", "enum", "default", "aliases", "minimum", "maximum", "min_length", "max_length"),
    *("pattern", "item", "fields"),
)
EVENT = ("group", "status", "operations", "data_type", "data_keys", "always_present_keys")

OBSERVED = {
    # the prefix of a recording's name: its operation
    "ANY": None,
    "GET_balance_ledger": "transfer_control.balance_ledger",
    "GET_bank": "miscellaneous.list_banks",
    "GET_bank_resolve": "verification.resolve_account",
    "GET_bulkcharge_id": "bulk_charge.fetch",
    "GET_country": "miscellaneous.list_countries",
    "GET_customer": "customer.list",
    "GET_customer_fakeemail_unknown_com": "customer.fetch",
    "GET_dedicated_account_requery": "dedicated_account.requery",
    "GET_directdebit_mandate-authorizations": "direct_debit.mandate_authorizations",
    "GET_dispute": "dispute.list",
    "GET_dispute__404": "dispute.fetch",
    "GET_dispute_export": "dispute.export",
    "GET_order": "order.list",
    "GET_order__404": "order.fetch",
    "GET_paymentrequest": "payment_request.list",
    "GET_paymentrequest_totals": "payment_request.totals",
    "GET_paymentrequest_verify": "payment_request.verify",
    "GET_plan": "plan.list",
    "GET_plan__404": "plan.fetch",
    "GET_plan_PLN_ze8gkd19w1i1gsf": "plan.fetch",
    "GET_plan_fake_plan_code": "plan.fetch",
    "GET_product__404": "product.fetch",
    "GET_refund": "refund.list",
    "GET_subscription": "subscription.list",
    "GET_transaction": "transaction.list",
    "GET_virtual_terminal": "virtual_terminal.list",
    "POST_bulkcharge": "bulk_charge.initiate",
    "POST_customer": "customer.create",
    "POST_order": "order.create",
    "POST_paymentrequest": "payment_request.create",
    "POST_plan": "plan.create",
    "POST_product": "product.create",
    "POST_refund": "refund.create",
    "POST_split": "split.create",
    "POST_storefront": "storefront.create",
    "POST_storefront_product": "storefront.add_products",
    "POST_subaccount": "subaccount.create",
    "POST_subscription": "subscription.create",
    "POST_subscription_disable": "subscription.disable",
    "POST_subscription_enable": "subscription.enable",
    "POST_transaction_initialize": "transaction.initialize",
    "POST_transfer": "transfer.initiate",
    "PUT_plan_PLN_ze8gkd19w1i1gsf": "plan.update",
    "PUT_storefront": "storefront.update",
    "PUT_subaccount_ACCT_ynilx6bhxhgtk0p": "subaccount.update",
    "PUT_virtual_terminal_split_code": "virtual_terminal.add_split_code",
}
"""The operation of each recording, by the prefix of its name."""
NOT_OF_THE_API = ("PUSHER_", "POST_checkout_", "POST_transaction_charge_", "POST_bank_digitalbankmandate_")
"""Prefixes of recordings that are not of the API, such as those of Paystack's checkout; they are left out."""


def build_facts(folder: Path) -> dict[str, Any]:
    """Return the contents of each file, by its name."""
    operations = _read(folder / "operations.json")
    observed = folder / "observed"
    return {
        "operations.json": {entry["id"]: _select_operation(entry) for entry in _sort_by(operations, "id")},
        "v1_surface.json": _select_surface(_read(folder / "v1_surface.json")),
        "events.json": {
            entry["event"]: {key: entry[key] for key in EVENT}
            for entry in _sort_by(_read(folder / "events.json"), "event")
        },
        "answer_shapes.json": _answer_shapes(folder / "samples" / "responses"),
        "event_shapes.json": _event_shapes(folder / "samples" / "events"),
        "observed_answers.json": list(_observed_answers(observed / "bodies")),
        "observed_webhooks.json": list(_observed_webhooks(observed / "bodies")),
        "error_messages.json": list(_error_messages(observed)),
    }


def shape_of(value: Any, key: str = "") -> Any:
    """Return the shape of a body."""
    if isinstance(value, dict):
        return {} if key == "metadata" else {key: shape_of(item, key) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return _distinct(shape_of(item) for item in value)
    return TYPES[type(value)]


def _select_operation(operation: dict[str, Any]) -> dict[str, Any]:
    selected = {key: operation[key] for key in OPERATION if key in operation}
    for location in ("path_params", "query_params", "body_params"):
        selected[location] = [
            {key: _without_notes(parameter[key]) for key in PARAMETER if key in parameter}
            for parameter in operation[location]
        ]
    v1 = operation["v1"]
    selected["v1"] = v1 and {key: v1[key] for key in ("http", "params", "param_locations")}
    return selected


def _without_notes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_notes(item) for key, item in value.items() if key not in {"note", "sources"}}
    return [_without_notes(item) for item in value] if isinstance(value, list) else value


def _select_surface(surface: dict[str, Any]) -> dict[str, Any]:
    # In the order of the source: parameters are positional, and tests use the first member of an enum.
    return {
        "top_level_exports": surface["top_level_exports"],
        "subpackage_exports": surface["subpackage_exports"],
        "import_paths": surface["import_paths"],
        "clients": {
            name: {key: entry[key] for key in ("module", "base", "attributes")}
            for name, entry in surface["clients"].items()
        },
        "errors": [{"name": entry["name"], "bases": entry["bases"]} for entry in surface["errors"]],
        "base_classes": {
            client_kind: [{"name": entry["name"], "bases": entry["bases"]} for entry in classes]
            for client_kind, classes in surface["base_classes"].items()
        },
        "functions": [
            {
                "name": entry["name"],
                "module": entry["module"],
                "exported_from": entry["exported_from"],
                "params": [
                    {key: parameter[key] for key in ("name", "annotation", "required", "default") if key in parameter}
                    for parameter in entry["params"]
                ],
            }
            for entry in surface["functions"]
        ],
        "enums": {name: {"members": entry["members"]} for name, entry in surface["enums"].items()},
        "modules": [
            {
                "package": module["package"],
                "module": module["module"],
                "import_path": module["import_path"],
                "classes": [
                    {
                        "name": cls["name"],
                        "bases": cls["bases"],
                        "methods": [_select_method(entry) for entry in cls["methods"]],
                    }
                    for cls in module["classes"]
                ],
            }
            for module in surface["modules"]
        ],
        "counts": surface["counts"],
    }


def _select_method(method: dict[str, Any]) -> dict[str, Any]:
    assert all(parameter["kind"] == "positional_or_keyword" for parameter in method["params"]), method["name"]
    return {
        "name": method["name"],
        "async": method["async"],
        "operation_id": method["operation_id"],
        "params": [
            {key: parameter[key] for key in ("name", "annotation", "required", "default_value") if key in parameter}
            for parameter in method["params"]
        ],
    }


def _answer_shapes(folder: Path) -> dict[str, dict[str, list[Any]]]:
    shapes_by_operation: dict[str, dict[str, list[Any]]] = {}
    for file in sorted(folder.glob("*.json")):
        sample = _read(file)
        for operation in sample["operations"]:
            for status, body in sample["bodies"].items():
                shapes_by_operation.setdefault(operation, {}).setdefault(status, []).append(shape_of(body))
    return {
        operation: {status: _distinct(shapes) for status, shapes in sorted(shapes_by_operation[operation].items())}
        for operation in sorted(shapes_by_operation)
    }


def _event_shapes(folder: Path) -> dict[str, list[Any]]:
    shapes_by_event: dict[str, list[Any]] = {}
    for file in sorted(folder.glob("*.json"), key=lambda file: (len(file.name), file.name)):
        body = _read(file)
        shapes_by_event.setdefault(body["event"], []).append(shape_of(body))
    return {event: _distinct(shapes) for event, shapes in sorted(shapes_by_event.items())}


def _observed_answers(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.json")):
        if file.name.startswith(("WEBHOOK_", *NOT_OF_THE_API)):
            continue
        prefix, status, source = file.stem.split("__", 2)
        body = _read(file)
        operation = OBSERVED[next(name for name in (f"{prefix}__{status}", prefix) if name in OBSERVED)]
        # A status of 4xx means that the exact status is not known.
        recording = {"operation": operation, "status": int(status) if status.isdigit() else None}
        recording |= {"recorded": _date(source), **_protocol_fields(body)}
        if "-item" in source:
            recording["item"] = True
        yield recording | {"shape": shape_of(body)}


def _protocol_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Return the message and codes of a response."""
    if not isinstance(body.get("status"), bool):
        return {}
    fields = {key: body[key] for key in ("message", "type", "code") if key in body}
    next_step = body.get("meta", {}).get("nextStep")
    return fields | ({"next_step": next_step} if next_step else {})


def _observed_webhooks(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("WEBHOOK_*.json")):
        body = _read(file)
        yield {"event": body["event"], "recorded": _date(file.stem), "shape": shape_of(body)}


def _date(source: str) -> str | None:
    if "vcr" in source:
        return "2024-11"  # from their headers
    match = re.search(r"20\d\d(-\d\d)*", source)
    return match and match[0]


def _error_messages(folder: Path) -> Iterator[dict[str, str]]:
    (file,) = folder.glob("api-errors-*.json")
    messages = [
        {"area": entry["tag"], "message": entry["error"], "next_step": entry["solution"]} for entry in _read(file)
    ]
    yield from sorted(_distinct(messages), key=lambda entry: tuple(entry.values()))


def _sort_by(entries: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str(entry[key]))


def _distinct(values: Any) -> list[Any]:
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return distinct


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def format_json(value: Any, indent: int = 0, column: int = 0) -> str:
    """Return JSON in which each entry that fits into a line has a line of its own.

    :param column: The length of the text before the value, in its line.
    """
    one_line = json.dumps(value)
    if column + len(one_line) < WIDTH or not value or not isinstance(value, dict | list):
        return one_line
    indentation = " " * (indent + 1)
    if isinstance(value, list):
        lines = [f"{indentation}{format_json(item, indent + 1, indent + 1)}" for item in value]
        return "\n".join(["[", ",\n".join(lines), f"{' ' * indent}]"])
    lines = []
    for key, item in value.items():
        prefix = f"{indentation}{json.dumps(key)}: "
        lines.append(f"{prefix}{format_json(item, indent + 1, len(prefix))}")
    return "\n".join(["{", ",\n".join(lines), f"{' ' * indent}}}"])


def main(arguments: list[str]) -> None:
    """Write the files."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        raise SystemExit("usage: python make_facts.py FOLDER, with the FOLDER of the sources")
    for name, contents in build_facts(Path(arguments[0])).items():
        (HERE / name).write_text(f"{format_json(contents)}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

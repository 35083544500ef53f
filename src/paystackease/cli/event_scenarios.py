"""How ``trigger`` makes each event happen at the emulator: API calls, and the actions of customers, banks and time.

Each event has a function of a :class:`Scenario`. It creates the objects that the event needs, and then does what causes
the event. What a customer, a bank or time does is an operation of the emulator, under ``/_emulator/``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from paystackease._core.request import Request
from paystackease.errors import APIStatusError, InvalidArgumentError
from paystackease.paystack import Paystack

EMAIL: Final = "ada@example.com"
AMOUNT: Final = 250_000
DAY: Final = 86_400.0
DEMO_BANK: Final = "test-bank"
TEST_IDENTITY: Final = ("0111111111", "222222222221", "007")
"""The account number, BVN and bank code of Paystack's documented test identity."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The client, and the arguments of ``trigger``."""

    client: Paystack
    on: str | None
    """The reference or code of the object that the event is about; None for a new one."""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Values for a new object: ``amount``, ``email``, ``currency``, ``metadata``."""

    def call_emulator(self, path: str, method: str = "POST", /, **body: Any) -> Any:
        """Call one of the emulator's own operations, and return its data."""
        return self.client.send(Request[Any](method, f"/_emulator/{path}", body=body or None)).data

    def advance(self, seconds: float) -> None:
        """Advance the emulator's clock."""
        self.call_emulator("clock", advance=seconds)

    def initialize_payment(self, **more: Any) -> str:
        """Initialize a payment, and return its reference."""
        fields: dict[str, Any] = {"email": EMAIL, "amount": AMOUNT, **self.values, **more}
        return self.client.transactions.initialize(**fields).data["reference"]

    def pay(
        self,
        reference: str | None = None,
        card: tuple[str, str] = ("4084084084084081", "408"),
        expires: tuple[str, str] = ("12", "2049"),
    ) -> str:
        """Pay with a test card, and return the reference. Without a reference, a payment is initialized first."""
        reference = reference or self.initialize_payment()
        (number, cvv), (month, year) = card, expires
        card_fields = {"number": number, "cvv": cvv, "expiry_month": month, "expiry_year": year}
        self.call_emulator(f"checkout/{reference}/pay", channel="card", card=card_fields)
        return reference

    def customer_code(self) -> str:
        """Return the code of the customer, who is created if the event needs a new one."""
        return self.on or self.client.customers.create_customer(EMAIL, "Ada", "Obi", "").data["customer_code"]

    def save_card(self, customer: str) -> str:
        """Save a card for a customer, and return its authorization code."""
        return str(
            self.call_emulator(f"customers/{customer}/authorizations", card="4084084084084081")["authorization_code"]
        )

    def subscribe(self) -> tuple[str, str]:
        """Return the code of a subscription and of the authorization that pays for it."""
        if self.on is not None:
            subscription = self.client.subscriptions.fetch_subscription(self.on).data
            return self.on, str(subscription["authorization"]["authorization_code"])
        customer = self.client.customers.create_customer(EMAIL, "Ada", "Obi", "").data["customer_code"]
        plan = self.client.plans.create_plan("Example", AMOUNT, "monthly").data["plan_code"]
        card = self.save_card(customer)
        return self.client.subscriptions.create_subscription(customer, plan, card).data["subscription_code"], card


ScenarioFunction: TypeAlias = Callable[[Scenario], object]


def _transfer(scenario: Scenario, action: str) -> None:
    code = scenario.on
    if code is None:
        before = scenario.call_emulator("settings", "GET")["transfers"]
        scenario.call_emulator("settings", transfers="pending")
        try:
            recipients = scenario.client.transfer_recipients
            recipient = recipients.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data[
                "recipient_code"
            ]
            amount = int(scenario.values.get("amount", AMOUNT))
            code = scenario.client.transfers.initiate_transfer("balance", amount, recipient).data["transfer_code"]
        finally:
            scenario.call_emulator("settings", transfers=before)
    scenario.call_emulator(f"transfers/{code}/{action}")


def _refund(scenario: Scenario, card: tuple[str, str], seconds: float) -> None:
    reference = scenario.on or scenario.pay(card=card)
    scenario.client.refund.create_refund(reference, scenario.values.get("amount") if scenario.on else None)
    if seconds:
        scenario.advance(seconds)


def _dispute(scenario: Scenario) -> Any:
    return scenario.call_emulator("disputes", transaction=scenario.on or scenario.pay())


def _remind_of_dispute(scenario: Scenario) -> None:
    _dispute(scenario)
    scenario.advance(2 * DAY)


def _resolve_dispute(scenario: Scenario) -> None:
    scenario.call_emulator(f"disputes/{scenario.on or _dispute(scenario)['id']}/lose")


def _identify_customer(scenario: Scenario, bvn: str) -> None:
    account, _, bank = TEST_IDENTITY
    person = (scenario.customer_code(), "Uchenna", "Okoro", "bank_account", "NG", bank, account, bvn)
    scenario.client.customers.validate_customer(*person)
    scenario.advance(60)


def _assign_account(scenario: Scenario, account: str) -> None:
    person = (EMAIL, "Uchenna", "Okoro", "+2348012345678", DEMO_BANK, "NG", account, *TEST_IDENTITY[1:])
    scenario.client.dedicated_virtual_accounts.assign_dedicated_virtual_account(*person)
    scenario.advance(60)


def _request_payment(scenario: Scenario) -> str:
    request = scenario.client.payment_requests.create_payment_request(
        scenario.customer_code(), amount=int(scenario.values.get("amount", AMOUNT))
    )
    return request.data["request_code"]


def _pay_request(scenario: Scenario) -> None:
    code = scenario.on or _request_payment(Scenario(scenario.client, None, scenario.values))
    scenario.pay(scenario.call_emulator(f"payment_requests/{code}/open")["reference"])


def _bill_subscription(scenario: Scenario, *, declines: bool, days: float) -> None:
    _, card = scenario.subscribe()
    if declines:
        scenario.call_emulator(f"authorizations/{card}", declines="Insufficient Funds")
    scenario.advance(days * DAY)


def _disable_subscription(scenario: Scenario, days: float) -> None:
    code, _ = scenario.subscribe()
    token = scenario.client.subscriptions.fetch_subscription(code).data["email_token"]
    scenario.client.subscriptions.disable_subscription(code, token)
    if days:
        scenario.advance(days * DAY)


def _expire_card(scenario: Scenario) -> None:
    now = dt.datetime.fromisoformat(scenario.call_emulator("clock", "GET")["now"])
    month = (now.replace(day=1) + dt.timedelta(days=32)).replace(day=1, hour=1)
    reference = scenario.pay(expires=(f"{month:%m}", f"{month:%Y}"))
    paid: Any = scenario.client.transactions.verify_transaction(reference).data
    plan = scenario.client.plans.create_plan("Example", AMOUNT, "annually").data["plan_code"]
    card = str(paid["authorization"]["authorization_code"])
    scenario.client.subscriptions.create_subscription(str(paid["customer"]["customer_code"]), plan, card)
    scenario.advance((month - now).total_seconds())


def _transfer_wrong_amount(scenario: Scenario) -> None:
    reference = scenario.on or scenario.initialize_payment()
    before = scenario.call_emulator("settings", "GET")["offline_seconds"]
    scenario.call_emulator("settings", offline_seconds=DAY)
    try:
        scenario.call_emulator(f"checkout/{reference}/pay", channel="bank_transfer", bank_transfer={})
    finally:
        scenario.call_emulator("settings", offline_seconds=before)
    scenario.call_emulator(f"charges/{reference}/complete", amount=1_000)


def _approve_mandate(scenario: Scenario, *, active: bool) -> None:
    reference = scenario.on
    if reference is None:
        mandate = scenario.client.customers.initialize_authorization(EMAIL, "direct_debit")
        reference = mandate.data["reference"]
    scenario.call_emulator(f"mandates/{reference}/approve")
    if active:
        scenario.advance(DAY)


def _hold(scenario: Scenario) -> tuple[str, str]:
    """Hold an amount, and return its reference and the authorization code of the card."""
    reference = scenario.pay(scenario.initialize_payment(currency="ZAR"))
    authorization: Any = scenario.client.transactions.verify_transaction(reference).data["authorization"]
    card = str(authorization["authorization_code"])
    return scenario.client.preauthorization.reserve_preauthorization(EMAIL, AMOUNT, card, "ZAR").data["reference"], card


def _settle_hold(scenario: Scenario, action: str, *, declines: bool = False) -> None:
    reference, card = (scenario.on, "") if scenario.on else _hold(scenario)
    if declines:
        if not card:
            raise InvalidArgumentError("leave --on out: only a hold of trigger's own can be made to fail")
        scenario.call_emulator(f"authorizations/{card}", declines="Declined")
    holds = scenario.client.preauthorization
    try:
        if action == "capture":
            holds.capture_preauthorization(reference, AMOUNT, "ZAR")
        else:
            holds.release_preauthorization(reference)
    except APIStatusError:
        if not declines:
            raise


CARD_REFUND_FAILS: Final = ("4084080000671803", "180")
CARD_REFUND_NEEDS_ATTENTION: Final = ("4084080000671902", "190")
CARD_SUCCESS: Final = ("4084084084084081", "408")

SCENARIOS: Final[Mapping[str, ScenarioFunction]] = {
    "bank.transfer.rejected": _transfer_wrong_amount,
    "charge.dispute.create": _dispute,
    "charge.dispute.remind": _remind_of_dispute,
    "charge.dispute.resolve": _resolve_dispute,
    "charge.success": lambda scenario: scenario.pay(scenario.on),
    "customeridentification.failed": lambda scenario: _identify_customer(scenario, "12345678901"),
    "customeridentification.success": lambda scenario: _identify_customer(scenario, TEST_IDENTITY[1]),
    "dedicatedaccount.assign.failed": lambda scenario: _assign_account(scenario, "1"),
    "dedicatedaccount.assign.success": lambda scenario: _assign_account(scenario, TEST_IDENTITY[0]),
    "direct_debit.authorization.active": lambda scenario: _approve_mandate(scenario, active=True),
    "direct_debit.authorization.created": lambda scenario: _approve_mandate(scenario, active=False),
    "invoice.create": lambda scenario: _bill_subscription(scenario, declines=False, days=30),
    "invoice.payment_failed": lambda scenario: _bill_subscription(scenario, declines=True, days=32),
    "invoice.update": lambda scenario: _bill_subscription(scenario, declines=False, days=32),
    "paymentrequest.pending": _request_payment,
    "paymentrequest.success": _pay_request,
    "preauthorization.capture.failed": lambda scenario: _settle_hold(scenario, "capture", declines=True),
    "preauthorization.capture.success": lambda scenario: _settle_hold(scenario, "capture"),
    "preauthorization.release.failed": lambda scenario: _settle_hold(scenario, "release", declines=True),
    "preauthorization.release.success": lambda scenario: _settle_hold(scenario, "release"),
    "preauthorization.reserve.success": _hold,
    "refund.failed": lambda scenario: _refund(scenario, CARD_REFUND_FAILS, 65),
    "refund.needs-attention": lambda scenario: _refund(scenario, CARD_REFUND_NEEDS_ATTENTION, 65),
    "refund.pending": lambda scenario: _refund(scenario, CARD_SUCCESS, 0),
    "refund.processed": lambda scenario: _refund(scenario, CARD_SUCCESS, 65),
    "refund.processing": lambda scenario: _refund(scenario, CARD_SUCCESS, 65),
    "subscription.create": lambda scenario: Scenario(scenario.client, None).subscribe(),
    "subscription.disable": lambda scenario: _disable_subscription(scenario, 32),
    "subscription.expiring_cards": _expire_card,
    "subscription.not_renew": lambda scenario: _disable_subscription(scenario, 0),
    "transfer.failed": lambda scenario: _transfer(scenario, "fail"),
    "transfer.reversed": lambda scenario: _transfer(scenario, "reverse"),
    "transfer.success": lambda scenario: _transfer(scenario, "succeed"),
}
"""The function that makes each event happen. It may cause other events too, as at Paystack."""

SETTABLE_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "charge.": frozenset({"amount", "email", "currency", "metadata"}),
    "paymentrequest.": frozenset({"amount"}),
    "refund.": frozenset({"amount", "email", "currency", "metadata"}),
    "transfer.": frozenset({"amount"}),
}
"""The values that ``--set`` accepts, by the prefix of the event's name."""


def nest_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by path as a nested object: ``{"metadata.cart": 7}`` becomes ``{"metadata": {"cart": 7}}``."""
    nested: dict[str, Any] = {}
    for path, value in values.items():
        *parents, last = path.split(".")
        inner = nested
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    return nested


def validate_scenario(name: str, values: Mapping[str, Any]) -> None:
    """Check that an event can be triggered at the emulator with these values.

    :raises paystackease.errors.InvalidArgumentError: If it cannot.
    """
    if name not in SCENARIOS:
        raise InvalidArgumentError(f"{name} cannot be triggered at the emulator: use one of {', '.join(SCENARIOS)}")
    allowed = next((fields for start, fields in SETTABLE_VALUES.items() if name.startswith(start)), frozenset[str]())
    if unknown := {path.partition(".")[0] for path in values} - allowed:
        names = ", ".join(sorted(allowed)) or "nothing"
        raise InvalidArgumentError(
            f"at the emulator {name} really happens, so {min(unknown)} cannot be set, only {names}; "
            "use --forward to send a sample with any values"
        )

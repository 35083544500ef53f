"""How each event is brought about at an emulator: by the calls that a program would make, and what others do meanwhile.

A transition is given a :class:`Scene`, makes what happens before, and does what the event tells of. What others do (a
customer at the checkout, a bank, time) are the emulator's own operations, under ``/_emulator/``.
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
KNOWN: Final = ("0111111111", "222222222221", "007")
"""An account, a BVN and a bank of Paystack's documented test person."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a transition has to work with."""

    client: Paystack
    on: str | None
    """The reference or code of what it is to happen to; None for something new."""
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What something new is made with: ``amount``, ``email``, ``currency``, ``metadata``."""

    def play(self, path: str, method: str = "POST", /, **body: Any) -> Any:
        """One of the emulator's own operations, and what it tells."""
        return self.client.send(Request[Any](method, f"/_emulator/{path}", body=body or None)).data

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.play("clock", advance=seconds)

    def initialized(self, **more: Any) -> str:
        """The reference of a payment that is begun."""
        fields: dict[str, Any] = {"email": EMAIL, "amount": AMOUNT, **self.given, **more}
        return self.client.transactions.initialize(**fields).data["reference"]

    def paid(
        self,
        reference: str | None = None,
        card: tuple[str, str] = ("4084084084084081", "408"),
        expires: tuple[str, str] = ("12", "2049"),
    ) -> str:
        """The reference of a payment that is paid, by a test card."""
        reference = reference or self.initialized()
        (number, cvv), (month, year) = card, expires
        known = {"number": number, "cvv": cvv, "expiry_month": month, "expiry_year": year}
        self.play(f"checkout/{reference}/pay", channel="card", card=known)
        return reference

    def customer(self) -> str:
        """The code of a customer."""
        return self.on or self.client.customers.create_customer(EMAIL, "Ada", "Obi", "").data["customer_code"]

    def card(self, customer: str) -> str:
        """The code of a card that is saved for a customer."""
        return str(self.play(f"customers/{customer}/authorizations", card="4084084084084081")["authorization_code"])

    def subscribed(self) -> tuple[str, str]:
        """The code of a subscription and of the card that pays for it."""
        if self.on is not None:
            found = self.client.subscriptions.fetch_subscription(self.on).data
            return self.on, str(found["authorization"]["authorization_code"])
        customer = self.client.customers.create_customer(EMAIL, "Ada", "Obi", "").data["customer_code"]
        plan = self.client.plans.create_plan("Made up", AMOUNT, "monthly").data["plan_code"]
        card = self.card(customer)
        return self.client.subscriptions.create_subscription(customer, plan, card).data["subscription_code"], card


Transition: TypeAlias = Callable[[Scene], object]


def _transferred(scene: Scene, act: str) -> None:
    code = scene.on
    if code is None:
        before = scene.play("settings", "GET")["transfers"]
        scene.play("settings", transfers="pending")
        try:
            people = scene.client.transfer_recipients
            ada = people.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data["recipient_code"]
            amount = int(scene.given.get("amount", AMOUNT))
            code = scene.client.transfers.initiate_transfer("balance", amount, ada).data["transfer_code"]
        finally:
            scene.play("settings", transfers=before)
    scene.play(f"transfers/{code}/{act}")


def _refunded(scene: Scene, card: tuple[str, str], seconds: float) -> None:
    reference = scene.on or scene.paid(card=card)
    scene.client.refund.create_refund(reference, scene.given.get("amount") if scene.on else None)
    if seconds:
        scene.advance(seconds)


def _disputed(scene: Scene) -> Any:
    return scene.play("disputes", transaction=scene.on or scene.paid())


def _reminded(scene: Scene) -> None:
    _disputed(scene)
    scene.advance(2 * DAY)


def _resolved(scene: Scene) -> None:
    scene.play(f"disputes/{scene.on or _disputed(scene)['id']}/lose")


def _identified(scene: Scene, bvn: str) -> None:
    account, _, bank = KNOWN
    person = (scene.customer(), "Uchenna", "Okoro", "bank_account", "NG", bank, account, bvn)
    scene.client.customers.validate_customer(*person)
    scene.advance(60)


def _assigned(scene: Scene, account: str) -> None:
    person = (EMAIL, "Uchenna", "Okoro", "+2348012345678", DEMO_BANK, "NG", account, *KNOWN[1:])
    scene.client.dedicated_virtual_accounts.assign_dedicated_virtual_account(*person)
    scene.advance(60)


def _requested(scene: Scene) -> str:
    made = scene.client.payment_requests.create_payment_request(
        scene.customer(), amount=int(scene.given.get("amount", AMOUNT))
    )
    return made.data["request_code"]


def _request_paid(scene: Scene) -> None:
    code = scene.on or _requested(Scene(scene.client, None, scene.given))
    scene.paid(scene.play(f"payment_requests/{code}/open")["reference"])


def _billed(scene: Scene, *, declines: bool, days: float) -> None:
    _, card = scene.subscribed()
    if declines:
        scene.play(f"authorizations/{card}", declines="Insufficient Funds")
    scene.advance(days * DAY)


def _disabled(scene: Scene, days: float) -> None:
    code, _ = scene.subscribed()
    token = scene.client.subscriptions.fetch_subscription(code).data["email_token"]
    scene.client.subscriptions.disable_subscription(code, token)
    if days:
        scene.advance(days * DAY)


def _expiring(scene: Scene) -> None:
    now = dt.datetime.fromisoformat(scene.play("clock", "GET")["now"])
    month = (now.replace(day=1) + dt.timedelta(days=32)).replace(day=1, hour=1)
    reference = scene.paid(expires=(f"{month:%m}", f"{month:%Y}"))
    paid: Any = scene.client.transactions.verify_transaction(reference).data
    plan = scene.client.plans.create_plan("Made up", AMOUNT, "annually").data["plan_code"]
    card = str(paid["authorization"]["authorization_code"])
    scene.client.subscriptions.create_subscription(str(paid["customer"]["customer_code"]), plan, card)
    scene.advance((month - now).total_seconds())


def _wrong_amount(scene: Scene) -> None:
    reference = scene.on or scene.initialized()
    before = scene.play("settings", "GET")["offline_seconds"]
    scene.play("settings", offline_seconds=DAY)
    try:
        scene.play(f"checkout/{reference}/pay", channel="bank_transfer", bank_transfer={})
    finally:
        scene.play("settings", offline_seconds=before)
    scene.play(f"charges/{reference}/complete", amount=1_000)


def _permitted(scene: Scene, *, active: bool) -> None:
    reference = scene.on
    if reference is None:
        asked = scene.client.customers.initialize_authorization(EMAIL, "direct_debit")
        reference = asked.data["reference"]
    scene.play(f"mandates/{reference}/approve")
    if active:
        scene.advance(DAY)


def _held(scene: Scene) -> tuple[str, str]:
    """The reference of an amount that is held, and the code of the card on which it is."""
    paid = scene.paid(scene.initialized(currency="ZAR"))
    found: Any = scene.client.transactions.verify_transaction(paid).data["authorization"]
    card = str(found["authorization_code"])
    return scene.client.preauthorization.reserve_preauthorization(EMAIL, AMOUNT, card, "ZAR").data["reference"], card


def _held_and(scene: Scene, act: str, *, declines: bool = False) -> None:
    reference, card = (scene.on, "") if scene.on else _held(scene)
    if declines:
        if not card:
            raise InvalidArgumentError("leave --on out: only of a card of its own can the bank be made to refuse")
        scene.play(f"authorizations/{card}", declines="Declined")
    holds = scene.client.preauthorization
    try:
        if act == "capture":
            holds.capture_preauthorization(reference, AMOUNT, "ZAR")
        else:
            holds.release_preauthorization(reference)
    except APIStatusError:
        if not declines:
            raise


REFUND_FAILS: Final = ("4084080000671803", "180")
REFUND_NEEDS_ATTENTION: Final = ("4084080000671902", "190")
USUAL: Final = ("4084084084084081", "408")

TRANSITIONS: Final[Mapping[str, Transition]] = {
    "bank.transfer.rejected": _wrong_amount,
    "charge.dispute.create": _disputed,
    "charge.dispute.remind": _reminded,
    "charge.dispute.resolve": _resolved,
    "charge.success": lambda scene: scene.paid(scene.on),
    "customeridentification.failed": lambda scene: _identified(scene, "12345678901"),
    "customeridentification.success": lambda scene: _identified(scene, KNOWN[1]),
    "dedicatedaccount.assign.failed": lambda scene: _assigned(scene, "1"),
    "dedicatedaccount.assign.success": lambda scene: _assigned(scene, KNOWN[0]),
    "direct_debit.authorization.active": lambda scene: _permitted(scene, active=True),
    "direct_debit.authorization.created": lambda scene: _permitted(scene, active=False),
    "invoice.create": lambda scene: _billed(scene, declines=False, days=30),
    "invoice.payment_failed": lambda scene: _billed(scene, declines=True, days=32),
    "invoice.update": lambda scene: _billed(scene, declines=False, days=32),
    "paymentrequest.pending": _requested,
    "paymentrequest.success": _request_paid,
    "preauthorization.capture.failed": lambda scene: _held_and(scene, "capture", declines=True),
    "preauthorization.capture.success": lambda scene: _held_and(scene, "capture"),
    "preauthorization.release.failed": lambda scene: _held_and(scene, "release", declines=True),
    "preauthorization.release.success": lambda scene: _held_and(scene, "release"),
    "preauthorization.reserve.success": _held,
    "refund.failed": lambda scene: _refunded(scene, REFUND_FAILS, 65),
    "refund.needs-attention": lambda scene: _refunded(scene, REFUND_NEEDS_ATTENTION, 65),
    "refund.pending": lambda scene: _refunded(scene, USUAL, 0),
    "refund.processed": lambda scene: _refunded(scene, USUAL, 65),
    "refund.processing": lambda scene: _refunded(scene, USUAL, 65),
    "subscription.create": lambda scene: Scene(scene.client, None).subscribed(),
    "subscription.disable": lambda scene: _disabled(scene, 32),
    "subscription.expiring_cards": _expiring,
    "subscription.not_renew": lambda scene: _disabled(scene, 0),
    "transfer.failed": lambda scene: _transferred(scene, "fail"),
    "transfer.reversed": lambda scene: _transferred(scene, "reverse"),
    "transfer.success": lambda scene: _transferred(scene, "succeed"),
}
"""What is done to bring an event about. Others may come with it, as they do at Paystack."""

MADE_WITH: Final[Mapping[str, frozenset[str]]] = {
    "charge.": frozenset({"amount", "email", "currency", "metadata"}),
    "paymentrequest.": frozenset({"amount"}),
    "refund.": frozenset({"amount", "email", "currency", "metadata"}),
    "transfer.": frozenset({"amount"}),
}
"""What may be given, for events whose names begin so."""


def nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their paths, as they stand in a body: ``{"metadata.cart": 7}`` is ``{"metadata": {"cart": 7}}``."""
    found: dict[str, Any] = {}
    for path, value in given.items():
        *way, last = path.split(".")
        inner = found
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return found


def checked(name: str, given: Mapping[str, Any]) -> None:
    """That an event can be brought about, with what is given.

    :raises paystackease.errors.InvalidArgumentError: Where it cannot.
    """
    if name not in TRANSITIONS:
        raise InvalidArgumentError(
            f"{name} cannot be brought about at the emulator from here; these can: {', '.join(TRANSITIONS)}"
        )
    allowed = next((fields for start, fields in MADE_WITH.items() if name.startswith(start)), frozenset[str]())
    if more := {path.partition(".")[0] for path in given} - allowed:
        names = ", ".join(sorted(allowed)) or "nothing"
        raise InvalidArgumentError(
            f"at the emulator {name} really happens: {min(more)} cannot be set, only {names}; "
            "--forward sends one that is made up"
        )

"""Paystack in your tests: a pytest plugin, there as soon as the package is installed.

    def test_an_order_is_paid(paystack, paystack_emulator):
        begun = paystack.transactions.initialize("ada@example.com", 500000)
        paystack_emulator.pay(begun.data["reference"])
        assert paystack.transactions.verify_transaction(begun.data["reference"]).data["status"] == "success"

``paystack_emulator``
    An offline Paystack in this process, of this test alone: nobody else's data, a clock of its own. It is the
    :class:`Sandbox` that plays customers, banks and time.
``paystack``, ``async_paystack``
    A client of it, blocking or asyncio.
``paystack_server``
    The same behind a port, for what is not Python, or reads ``PAYSTACK_BASE_URL``. The port is opened once a session;
    each test is a business of its own there. The clock is everyone's: one test's ``advance`` moves the next one's too.

``paystack_seed`` in pytest's configuration names a seed file that every test begins with (see
:mod:`paystackease.emulator.seed_file`). ``@pytest.mark.paystack(now="2026-10-01", quirks=False)`` sets when a test
begins, from where its clock stands still until it is moved, and its business's settings.

Nothing of the emulator is imported before a test asks for one of these. They run side by side under pytest-xdist: every
worker has its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pytest

if TYPE_CHECKING:
    from paystackease.apaystack import AsyncPaystack
    from paystackease.emulator import Emulator
    from paystackease.emulator.scheduler import TimelineEntry
    from paystackease.emulator.webhooks.delivery import Target
    from paystackease.emulator.webhooks.outbox import OutboxEvent
    from paystackease.paystack import Paystack

__all__ = ["TEST_CARDS", "CardName", "Sandbox"]

CardName: TypeAlias = Literal[
    "success",
    "pin",
    "otp",
    "phone",
    "3ds",
    "declined",
    "insufficient funds",
    "no token",
    "refund fails",
    "refund needs attention",
]

TEST_CARDS: Mapping[CardName, str] = {
    "success": "4084084084084081",
    "pin": "507850785078507812",
    "otp": "5060666666666666666",
    "phone": "507850785078507804",
    "3ds": "5192602720584796",
    "declined": "4084080000005408",
    "insufficient funds": "4084080000670037",
    "no token": "507850785078507853",
    "refund fails": "4084080000671803",
    "refund needs attention": "4084080000671902",
}
"""Paystack's documented test cards, by what they are for: https://paystack.com/docs/payments/test-payments/"""


class Sandbox:
    """A business at an offline Paystack, and everyone whom it has to do with.

    :param emulator: Where it is.
    :param secret_key: The business's.
    :param url: The emulator's address, where it has one.
    """

    def __init__(self, emulator: Emulator, secret_key: str, url: str | None = None) -> None:
        self.emulator = emulator
        """The whole emulator, with every business in it."""
        self.secret_key = secret_key
        self._url = url
        self._transport = emulator.for_key(secret_key)

    @property
    def url(self) -> str:
        """Where it answers, for ``PAYSTACK_BASE_URL``.

        :raises RuntimeError: Where it is in this process only: that of ``paystack_server`` has one.
        """
        if self._url is None:
            raise RuntimeError("paystack_emulator is in this process and has no address: use paystack_server")
        return self._url

    @property
    def public_key(self) -> str:
        """The public key that belongs to the secret one."""
        return self.secret_key.replace("sk_", "pk_", 1)

    def client(self, **options: Any) -> Paystack:
        """A blocking client of this business. ``options`` are those of the client: ``retry``, ``observers`` …"""
        from paystackease.paystack import Paystack

        if self._url is not None:
            return Paystack(self.secret_key, base_url=self._url, **options)
        return Paystack(transport=self._transport, **options)

    def async_client(self, **options: Any) -> AsyncPaystack:
        """An asyncio client of this business."""
        from paystackease.apaystack import AsyncPaystack

        if self._url is not None:
            return AsyncPaystack(self.secret_key, base_url=self._url, **options)
        return AsyncPaystack(transport=self._transport, **options)

    # Everyone else

    def pay(self, reference: str, card: CardName | str = "success", **entered: str) -> Mapping[str, Any]:
        """Pay a transaction by card, as the customer does at its page.

        What the test card asks for (PIN, phone, one-time password, the bank's page) is entered as documented.

        :param reference: The transaction's reference, access code, or ``authorization_url``.
        :param card: Which test card: a name in :data:`CARDS`, or its number.
        :param entered: What is entered instead: ``otp="000000"``.
        :return: Where it then stands: ``status``, and what Paystack shows with it.
        """
        from paystackease.emulator.catalog.test_instruments import CARDS as KNOWN
        from paystackease.emulator.catalog.test_instruments import OTP

        number = next((known for name, known in TEST_CARDS.items() if name == card), card)
        found = KNOWN.get(number)
        if found is None:
            raise ValueError(f"there is no such test card: name one of {', '.join(TEST_CARDS)}, or a documented number")
        name = reference.rstrip("/").rpartition("/")[2]
        given = {"pin": found.pin or "", "otp": OTP, "phone": "08030000001", **entered}
        details = {"number": number, "cvv": found.cvv, "expiry_month": "12", "expiry_year": "2099"}
        stands = self.control("POST", f"/checkout/{name}/pay", channel="card", card=details, **given)
        if stands["status"] == "open_url":
            return self.control("POST", f"/charges/{stands['reference']}/complete")
        return stands

    def cancel(self, reference: str) -> Mapping[str, Any]:
        """Leave a transaction's page without paying.

        :param reference: The transaction's reference, access code, or ``authorization_url``.
        """
        return self.control("POST", f"/checkout/{reference.rstrip('/').rpartition('/')[2]}/cancel")

    def set_card_behavior(
        self, code: str, *, declines: str | None = None, confirms: bool = False, available: int | None = None
    ) -> None:
        """Say what the bank will do when a saved card or account is charged: ``bank(code, declines="Insufficient
        Funds")``. Without more, it pays again.

        :param code: The authorization's, ``AUTH_…``.
        :param declines: Why it does not pay.
        :param confirms: Whether the customer has to confirm it first.
        :param available: How much there is, in subunits.
        """
        says = {"declines": declines, "confirms": confirms, "available": available}
        self.control("POST", f"/authorizations/{code}", **says)

    def receive_transfer(self, account_number: str, amount: int, **sender: Any) -> Mapping[str, Any]:
        """Have a customer send money to a dedicated virtual account.

        :param account_number: The account's number.
        :param amount: In subunits.
        :param sender: Who sends it: ``sender_name``, ``narration`` …
        """
        return self.control("POST", f"/dedicated_accounts/{account_number}/credit", amount=amount, **sender)

    def control(self, method: str, path: str, **body: Any) -> Mapping[str, Any]:
        """Ask the emulator for something of its own: any path under ``/_emulator``.

        :return: The ``data`` of what it answers.
        :raises paystackease.errors.PaystackError: Where it says no.
        """
        from paystackease._core.request import Request

        with self.client() as client:
            request: Request[Mapping[str, Any]] = Request(method, f"/_emulator{path}", body=body or None)
            return client.send(request).data or {}

    # Time and events

    def advance(self, **by: float) -> list[TimelineEntry]:
        """Move the clock ahead, and do what falls due on the way: ``advance(days=32)``.

        :param by: As :class:`datetime.timedelta` takes it.
        :return: What happened, in order.
        """
        return self.emulator.advance(dt.timedelta(**by).total_seconds())

    def events(self, name: str | None = None) -> list[OutboxEvent]:
        """What webhooks told, or would have told, in order.

        :param name: Only those of this name.
        """
        return [event for event in self.emulator.events(self.secret_key) if name is None or event.name == name]

    def wait_for(self, name: str, *, timeout: float = 5.0, **having: object) -> OutboxEvent:
        """The newest event of a name, once there is one and it was delivered.

        :param name: Such as ``"charge.success"``.
        :param timeout: How many real seconds to wait.
        :param having: What its data must have: ``reference="T1"``, ``customer__email="ada@example.com"``.
        :raises TimeoutError: Where there is none by then; it says what there was.
        """
        return self.emulator.wait_for(name, timeout=timeout, secret_key=self.secret_key, **having)

    def set_webhook_target(self, target: Target | None, *, path: str = "/", mode: str = "auto") -> None:
        """Have webhooks delivered: to a URL on this machine, or straight into an ASGI or WSGI application.

        :param path: At which path the application takes them.
        :param mode: ``auto``; ``inline``, before the call that causes one is answered; ``manual``, by :meth:`deliver`.
        """
        self.emulator.set_webhook_target(target, path=path, mode=mode, secret_key=self.secret_key)

    def deliver(self) -> None:
        """Deliver what is due, and what was held back."""
        self.emulator.deliver(self.secret_key)

    # What goes wrong, and back

    def add_fault(self, action: str, operation: str | None = None, **rule: Any) -> int:
        """Have something go wrong: ``inject("commit-then-drop", "transfers.initiate_transfer", times=1)``.

        :mod:`paystackease.emulator.faults.rules` lists what can.
        """
        return self.emulator.add_fault(action, operation, secret_key=self.secret_key, **rule)

    def clear_faults(self) -> None:
        """Have nothing go wrong any more."""
        self.emulator.clear_faults(secret_key=self.secret_key)

    def save_snapshot(self, name: str) -> None:
        """Keep what there is now by a name."""
        self.emulator.save_snapshot(name, self.secret_key)

    def restore_snapshot(self, name: str) -> None:
        """Go back to what was kept by that name."""
        self.emulator.restore_snapshot(name, self.secret_key)

    def reset(self) -> None:
        """Go back to what every test begins with."""
        self.emulator.reset(self.secret_key)


# pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what can be configured."""
    parser.addini("paystack_seed", "A seed file that paystack_emulator and paystack_server begin with.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "paystack(now=None, **settings): when the emulated Paystack of a test begins, and its business's settings.",
    )


def _seed_file(config: pytest.Config) -> Path | None:
    named = str(config.getini("paystack_seed"))
    return config.rootpath / named if named else None


def _key(node: pytest.Item) -> str:
    # The same in every run, so that what is made of it is; and another for each test.
    return f"sk_test_{hashlib.sha256(node.nodeid.encode()).hexdigest()[:32]}"


def _marker_settings(node: pytest.Item) -> tuple[str | None, dict[str, Any]]:
    marker = node.get_closest_marker("paystack")
    settings = dict(marker.kwargs) if marker else {}
    return settings.pop("now", None), settings


@pytest.fixture
def paystack_emulator(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """An offline Paystack of this test's own, in process."""
    from paystackease.emulator import Clock, Emulator
    from paystackease.emulator.clock import parse_time
    from paystackease.emulator.settings import DEFAULT_SETTINGS, with_changes

    now, settings = _marker_settings(request.node)
    clock = Clock() if now is None else Clock(frozen_at=parse_time(now))
    key = _key(request.node)
    seed_file = _seed_file(request.config)
    with Emulator(key, clock=clock, settings=with_changes(DEFAULT_SETTINGS, settings), seed_file=seed_file) as emulator:
        yield Sandbox(emulator, key)


@pytest.fixture
def paystack(paystack_emulator: Sandbox) -> Iterator[Paystack]:
    """A blocking client of ``paystack_emulator``."""
    with paystack_emulator.client() as client:
        yield client


@pytest.fixture
def async_paystack(paystack_emulator: Sandbox) -> AsyncPaystack:
    """An asyncio client of ``paystack_emulator``, which has no connection that would need to be closed."""
    return paystack_emulator.async_client()


@pytest.fixture(scope="session")
def _paystack_served(request: pytest.FixtureRequest) -> Iterator[tuple[Emulator, str]]:
    from paystackease.emulator import Emulator
    from paystackease.emulator.server.server import run_in_background

    with Emulator(seed_file=_seed_file(request.config)) as emulator, run_in_background(emulator) as url:
        yield emulator, url


@pytest.fixture
def paystack_server(_paystack_served: tuple[Emulator, str], request: pytest.FixtureRequest) -> Sandbox:
    """An offline Paystack behind a port, in which this test is a business of its own."""
    emulator, url = _paystack_served
    sandbox = Sandbox(emulator, _key(request.node), url)
    now, settings = _marker_settings(request.node)
    if now is not None:
        raise pytest.UsageError("paystack_server has one clock for all tests: now= is for paystack_emulator")
    sandbox.reset()
    if settings:
        sandbox.control("POST", "/settings", **settings)
    return sandbox

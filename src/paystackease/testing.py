"""A pytest plugin with an offline Paystack. It is active when the package is installed.

    def test_an_order_is_paid(paystack, paystack_emulator):
        checkout = paystack.transactions.initialize("ada@example.com", 500000)
        paystack_emulator.pay(checkout.data["reference"])
        assert paystack.transactions.verify_transaction(checkout.data["reference"]).data["status"] == "success"

``paystack_emulator``
    An emulator for one test, in this process, with its own data and clock. It is a :class:`Sandbox`, which acts for
    customers, banks and time.
``paystack``, ``async_paystack``
    A blocking or asyncio client of it.
``paystack_server``
    An emulator with a URL, for programs in other languages, or programs that read ``PAYSTACK_BASE_URL``. It starts once
    per session. Each test has a business of its own, with its own data and clock.
``paystack_inbox``
    A function that gives an :class:`~paystackease.webhooks.inbox.Inbox` an empty database for this test:
    ``paystack_inbox(shop.inbox)``. Then ``shop.inbox.run_until_idle()`` runs its handlers.

``paystack_seed`` in pytest's configuration names a seed file for every test (see
:mod:`paystackease.emulator.seed_file`). ``@pytest.mark.paystack(now="2026-10-01", quirks=False)`` sets the start time
of a test and the settings of its business. The clock then stands still until it is advanced.
``@pytest.mark.paystack(secret_key="sk_test_…")`` sets its secret key, with which webhooks are signed. It must be
the key of the application that receives them.

The emulator is imported when a test first uses one of these fixtures. With pytest-xdist, each worker has its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pytest

from paystackease.webhooks.inbox_fixture import paystack_inbox as paystack_inbox
from paystackease.webhooks.inbox_fixture import paystack_inbox_file as paystack_inbox_file

if TYPE_CHECKING:
    from paystackease.apaystack import AsyncPaystack
    from paystackease.emulator import Clock, Emulator
    from paystackease.emulator.scheduler import TimelineEntry
    from paystackease.emulator.webhooks.delivery import Target
    from paystackease.emulator.webhooks.outbox import DeliveryAttempt, OutboxEvent
    from paystackease.emulator.webhooks.waiting import WebhookNotDeliveredError as WebhookNotDeliveredError
    from paystackease.paystack import Paystack

__all__ = ["TEST_CARDS", "CardName", "Sandbox", "WebhookNotDeliveredError"]


def __getattr__(name: str) -> Any:
    # The emulator is imported when it is used.
    if name == "WebhookNotDeliveredError":
        from paystackease.emulator.webhooks.waiting import WebhookNotDeliveredError

        return WebhookNotDeliveredError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
"""Paystack's documented test cards, by their behavior: https://paystack.com/docs/payments/test-payments/"""


class Sandbox:
    """A business in an emulator, with the customers, banks and clock around it.

    :param emulator: The emulator.
    :param secret_key: The secret key of the business.
    :param url: The URL of the emulator, or None if it only runs in this process.
    """

    def __init__(self, emulator: Emulator, secret_key: str, url: str | None = None) -> None:
        self.emulator = emulator
        """The emulator, with all of its businesses."""
        self.secret_key = secret_key
        self._url = url
        self._transport = emulator.for_key(secret_key)

    @property
    def url(self) -> str:
        """The URL of the emulator, for ``PAYSTACK_BASE_URL``.

        :raises RuntimeError: If the emulator only runs in this process. That of ``paystack_server`` has a URL.
        """
        if self._url is None:
            raise RuntimeError("paystack_emulator runs in this process and has no URL: use the fixture paystack_server")
        return self._url

    @property
    def public_key(self) -> str:
        """The public key of the business."""
        return self.secret_key.replace("sk_", "pk_", 1)

    def client(self, **options: Any) -> Paystack:
        """Return a blocking client of this business.

        :param options: Options of the client, such as ``retry`` and ``observers``.
        """
        from paystackease.paystack import Paystack

        if self._url is not None:
            return Paystack(self.secret_key, base_url=self._url, **options)
        return Paystack(transport=self._transport, **options)

    def async_client(self, **options: Any) -> AsyncPaystack:
        """Return an asyncio client of this business.

        :param options: Options of the client, such as ``retry`` and ``observers``.
        """
        from paystackease.apaystack import AsyncPaystack

        if self._url is not None:
            return AsyncPaystack(self.secret_key, base_url=self._url, **options)
        return AsyncPaystack(transport=self._transport, **options)

    # Customers and banks

    def pay(self, reference: str, card: CardName | str = "success", **entered: str) -> Mapping[str, Any]:
        """Pay a transaction by card, as a customer does on the checkout page.

        The input that the test card requires (PIN, phone, OTP, the bank's page) is entered as documented.

        :param reference: The transaction's reference, access code, or ``authorization_url``.
        :param card: The test card: a name in :data:`TEST_CARDS`, or its number.
        :param entered: Other input: ``otp="000000"``.
        :returns: The ``status`` afterwards, and what the page shows with it.
        :raises ValueError: If there is no such test card.
        """
        from paystackease.emulator.catalog.test_instruments import CARDS as KNOWN
        from paystackease.emulator.catalog.test_instruments import OTP

        number = next((known for name, known in TEST_CARDS.items() if name == card), card)
        test_card = KNOWN.get(number)
        if test_card is None:
            raise ValueError(f"there is no such test card: pass one of {', '.join(TEST_CARDS)}, or a documented number")
        name = reference.rstrip("/").rpartition("/")[2]
        answers = {"pin": test_card.pin or "", "otp": OTP, "phone": "08030000001", **entered}
        details = {"number": number, "cvv": test_card.cvv, "expiry_month": "12", "expiry_year": "2099"}
        result = self.control("POST", f"/checkout/{name}/pay", channel="card", card=details, **answers)
        if result["status"] == "open_url":
            return self.control("POST", f"/charges/{result['reference']}/complete")
        return result

    def cancel(self, reference: str) -> Mapping[str, Any]:
        """Cancel a payment, as a customer does on the checkout page.

        :param reference: The transaction's reference, access code, or ``authorization_url``.
        """
        return self.control("POST", f"/checkout/{reference.rstrip('/').rpartition('/')[2]}/cancel")

    def set_card_behavior(
        self, code: str, *, declines: str | None = None, confirms: bool = False, available: int | None = None
    ) -> None:
        """Set the bank's response to charges of a saved card or account. The default is to approve them.

        ``set_card_behavior(code, declines="Insufficient Funds")``

        :param code: The code of the authorization, ``AUTH_…``.
        :param declines: The reason for which the bank declines charges.
        :param confirms: Whether the customer must confirm charges first.
        :param available: The available amount, in subunits.
        """
        behavior = {"declines": declines, "confirms": confirms, "available": available}
        self.control("POST", f"/authorizations/{code}", **behavior)

    def receive_transfer(self, account_number: str, amount: int, **sender: Any) -> Mapping[str, Any]:
        """Receive a customer's transfer to a dedicated virtual account.

        :param account_number: The number of the account.
        :param amount: In subunits.
        :param sender: Details of the sender, such as ``sender_name`` and ``narration``.
        """
        return self.control("POST", f"/dedicated_accounts/{account_number}/credit", amount=amount, **sender)

    def control(self, method: str, path: str, **body: Any) -> Mapping[str, Any]:
        """Call the control API of the emulator.

        :param path: The path under ``/_emulator``, such as ``/settings``.
        :returns: The ``data`` of the response.
        :raises paystackease.errors.PaystackError: If the emulator rejects the call.
        """
        from paystackease._core.request import Request

        with self.client() as client:
            request: Request[Mapping[str, Any]] = Request(method, f"/_emulator{path}", body=body or None)
            return client.send(request).data or {}

    # Time and events

    @property
    def clock(self) -> Clock:
        """The clock of the business."""
        return self.emulator.clock_for(self.secret_key)

    def advance(self, **by: float) -> list[TimelineEntry]:
        """Advance the clock of the business, and run the events that become due: ``advance(days=32)``.

        :param by: The arguments of :class:`datetime.timedelta`.
        :returns: The events that ran, in order.
        """
        return self.emulator.advance(dt.timedelta(**by).total_seconds(), self.secret_key)

    def events(self, name: str | None = None) -> list[OutboxEvent]:
        """Return the webhook events, in order, also those that were not delivered.

        :param name: Only events with this name.
        """
        return [event for event in self.emulator.events(self.secret_key) if name is None or event.name == name]

    def wait_for(self, name: str, *, timeout: float = 5.0, **having: object) -> OutboxEvent:
        """Wait until an event was delivered, and return the newest one.

        If no webhook target is set, an event that happened is returned, although nothing is delivered.

        :param name: The name of the event, such as ``"charge.success"``.
        :param timeout: The maximum time to wait, in real seconds.
        :param having: Fields of its data: ``reference="T1"``, ``customer__email="ada@example.com"``.
        :raises TimeoutError: If there is no such event by then. The message lists the events that there are.
        :raises WebhookNotDeliveredError: If the newest one happened, but the application did not respond with 200. The
            message has the status and the first line of the response.
        """
        return self.emulator.wait_for(name, timeout=timeout, secret_key=self.secret_key, **having)

    async def await_for(
        self,
        name: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 # as the blocking method
        **having: object,
    ) -> OutboxEvent:
        """Wait as :meth:`wait_for` does, in the running event loop, in which an ASGI application is then called."""
        return await self.emulator.await_for(name, timeout=timeout, secret_key=self.secret_key, **having)

    def set_webhook_target(self, target: Target | None, *, path: str = "/", mode: str = "auto") -> None:
        """Deliver webhooks to a URL on this machine, or directly to an ASGI or WSGI application.

        :param target: The URL or the application; None to stop.
        :param path: The path of the webhook endpoint in the application.
        :param mode: ``auto``; ``inline``, before the response to the call that causes one; ``manual``, by
            :meth:`deliver`.
        """
        self.emulator.set_webhook_target(target, path=path, mode=mode, secret_key=self.secret_key)

    def deliver(self) -> list[DeliveryAttempt]:
        """Deliver the webhooks that are due, and those that were held.

        :returns: The attempts, in order, with ``status`` and ``response``. One with another status than 200 has
            failed, and is not raised.
        """
        return self.emulator.deliver(self.secret_key)

    async def adeliver(self) -> list[DeliveryAttempt]:
        """Deliver as :meth:`deliver` does, in the running event loop, in which an ASGI application is then called."""
        return await self.emulator.adeliver(self.secret_key)

    # Faults and snapshots

    def add_fault(self, action: str, operation: str | None = None, **rule: Any) -> int:
        """Add a fault: ``add_fault("commit-then-drop", "transfers.initiate_transfer", times=1)``.

        :param action: An action of :mod:`paystackease.emulator.faults.rules`, which lists all of them.
        :param operation: The endpoint. If omitted, all endpoints.
        :param rule: Other fields of the rule, such as ``times``.
        :returns: The number of the fault.
        """
        return self.emulator.add_fault(action, operation, secret_key=self.secret_key, **rule)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.emulator.clear_faults(secret_key=self.secret_key)

    def save_snapshot(self, name: str) -> None:
        """Save the state of the business as a snapshot."""
        self.emulator.save_snapshot(name, self.secret_key)

    def restore_snapshot(self, name: str) -> None:
        """Restore a snapshot, and set the clock back to the time at which it was saved."""
        self.emulator.restore_snapshot(name, self.secret_key)

    def reset(self) -> None:
        """Restore the state at the start of each test."""
        self.emulator.reset(self.secret_key)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of pytest's configuration."""
    parser.addini("paystack_seed", "The seed file of paystack_emulator and paystack_server.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "paystack(now=None, secret_key=None, **settings): start time, secret key and settings of a test's business.",
    )


def _seed_file(config: pytest.Config) -> Path | None:
    path = str(config.getini("paystack_seed"))
    return config.rootpath / path if path else None


def _marker_options(node: pytest.Item) -> tuple[str | None, str, dict[str, Any]]:
    """Return the start time, the secret key and the settings of a test."""
    marker = node.get_closest_marker("paystack")
    options = dict(marker.kwargs) if marker else {}
    # The same in each run, so that generated values are reproducible, but different for each test.
    key = options.pop("secret_key", f"sk_test_{hashlib.sha256(node.nodeid.encode()).hexdigest()[:32]}")
    if not isinstance(key, str) or not key.startswith("sk_test_"):
        raise pytest.UsageError("secret_key must begin with sk_test_: never use a live key in a test")
    return options.pop("now", None), key, options


def _parse_now(now: str) -> float:
    from paystackease.emulator.clock import parse_time

    if (moment := parse_time(now)) is None:
        raise pytest.UsageError(f"now is a time such as 2026-10-01 or 2026-10-01T12:00:00, not {now!r}")
    return moment


@pytest.fixture
def paystack_emulator(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """An emulator for this test only, in this process."""
    from paystackease.emulator import Clock, Emulator
    from paystackease.emulator.settings import DEFAULT_SETTINGS, with_changes

    now, key, settings = _marker_options(request.node)
    clock = Clock() if now is None else Clock(frozen_at=_parse_now(now))
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
    """An asyncio client of ``paystack_emulator``. It has no connection to close."""
    return paystack_emulator.async_client()


@pytest.fixture(scope="session")
def _paystack_served(request: pytest.FixtureRequest) -> Iterator[tuple[Emulator, str]]:
    from paystackease.emulator import Emulator
    from paystackease.emulator.server.server import run_in_background

    with Emulator(seed_file=_seed_file(request.config)) as emulator, run_in_background(emulator) as url:
        yield emulator, url


@pytest.fixture
def paystack_server(_paystack_served: tuple[Emulator, str], request: pytest.FixtureRequest) -> Sandbox:
    """An emulator with a URL, with a separate business and clock for this test."""
    emulator, url = _paystack_served
    now, key, settings = _marker_options(request.node)
    sandbox = Sandbox(emulator, key, url)
    if now is None:
        sandbox.reset()
    else:
        from paystackease.emulator.services import Tenant

        # Before the seed file's requests, whose dates are of that time.
        sandbox.clock.set_time(_parse_now(now), frozen=True)
        emulator.initialize_tenant(Tenant.from_key(sandbox.secret_key))
    if settings:
        sandbox.control("POST", "/settings", **settings)
    return sandbox

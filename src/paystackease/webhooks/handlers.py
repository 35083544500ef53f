"""Registers handlers for events, by name: ``@handlers.on("charge.success")``.

An event goes to every handler that matches its name, in the order of registration. An event without a handler is
handled at once, because Paystack sends all events to one address, and new ones without notice.

Each handler runs even if one before it failed. The failures are then raised together, as one
:class:`~paystackease.errors.HandlerError`. So an error of a handler is never mistaken for a request that is not
Paystack's, not even a ``SignatureError`` from something else that the handler verifies.

:meth:`HandlerRegistry.receive` runs the handlers synchronously. That suits handlers that are quick and idempotent: if
one fails, Paystack sends the event again, and all of them run again. For others use
:class:`~paystackease.webhooks.inbox.Inbox`.
"""

from __future__ import annotations

import asyncio
import difflib
import inspect
import re
import warnings
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from paystackease.errors import HandlerError, InvalidArgumentError
from paystackease.webhooks.deduplication import IDENTITIES
from paystackease.webhooks.events import AnyEvent

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

# "charge.success", "charge.*" and "*"
_PATTERN = re.compile(r"(?:[^\s.*]+(?:\.[^\s.*]+)*(?:\.\*)?|\*)")


@dataclass(frozen=True, slots=True)
class Handler:
    """A function, and the events that it handles."""

    name: str
    """What it is known by in the inbox: its module and name, or what it was named."""
    function: Callable[..., object]
    patterns: tuple[str, ...]
    """Names of events, and of groups of them: ``"charge.*"``."""
    transactional: bool = False
    """Whether it takes a database session beside the event."""
    timeout: float | None = None
    """After how many seconds an inbox ends it. None: the inbox's own limit."""

    def matches(self, event_name: str) -> bool:
        """Return whether the handler is for events of this name."""
        return any(
            wanted in {event_name, "*"} or (wanted.endswith(".*") and event_name.startswith(wanted[:-1]))
            for wanted in self.patterns
        )


class HandlerRegistry:
    """The handlers of a program, by the names of events."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def on(self, *events: str, name: str | None = None) -> Callable[[FunctionT], FunctionT]:
        """Register a function: ``@handlers.on("charge.success", "refund.*")``.

        The function takes the event, and may be ``async``. What it returns is of no account; that it returns means that
        the event is handled.

        A name that Paystack has not published is taken as it is, for the list is Paystack's. If it is nearly one that
        it has, there is a warning.

        :param events: Names such as ``"charge.success"``, groups such as ``"charge.*"`` (which has
            ``"charge.dispute.create"`` too), or ``"*"`` for all.
        :param name: What the inbox is to know it by. Left out, its module and name. It must stay the same from one
            deployment to the next, or events that are half handled are handled by it again.
        :raises paystackease.errors.InvalidArgumentError: If there is no event, one that cannot be an event's name,
            or another function with this name.
        :return: A decorator, which leaves the function as it is.
        """
        return self.register(events, name, transactional=False)

    def register(
        self, events: tuple[str, ...], name: str | None, *, transactional: bool, timeout: float | None = None
    ) -> Callable[[FunctionT], FunctionT]:
        """A decorator that puts a function into the table. :meth:`on` and ``Inbox.on`` use it.

        :raises paystackease.errors.InvalidArgumentError: As :meth:`on`.
        """
        if not events:
            raise InvalidArgumentError("handlers.on() needs the name of an event, such as 'charge.success'")
        for event in events:
            _check_pattern(event)

        def add(function: FunctionT) -> FunctionT:
            known_as = name or _default_name(function)
            new = Handler(known_as, function, events, transactional, timeout)
            old = self._handlers.setdefault(known_as, new)
            if old is not new:
                if old.function is not function or old.transactional is not transactional:
                    raise InvalidArgumentError(
                        f"there is another handler named {known_as}: give this one a name of its own, "
                        "handlers.on(..., name=...)"
                    )
                self._handlers[known_as] = replace(new, patterns=(*old.patterns, *events))
            return function

        return add

    def __iter__(self) -> Iterator[Handler]:
        return iter(list(self._handlers.values()))

    def matching(self, event_name: str) -> list[Handler]:
        """Return the handlers of events of this name, in the order of registration."""
        return [handler for handler in self if handler.matches(event_name)]

    def receive(self, event: AnyEvent) -> None:
        """Run every handler of an event, and wait.

        :param event: What :func:`paystackease.webhooks.verify` gave.
        :raises paystackease.errors.HandlerError: If a handler failed. Answer with 500, and Paystack comes again.
        """
        failures: dict[str, Exception] = {}
        wanting = self.matching(event.name)
        for handler in wanting:
            try:
                call(_alone(handler), event)
            except Exception as error:
                failures[handler.name] = error
        _report(event, len(wanting), failures)

    async def areceive(self, event: AnyEvent) -> None:
        """As :meth:`receive`, for asyncio: handlers that are not ``async`` run in a thread.

        :param event: What :func:`paystackease.webhooks.verify` gave.
        :raises paystackease.errors.HandlerError: If a handler failed. Answer with 500, and Paystack comes again.
        """
        failures: dict[str, Exception] = {}
        wanting = self.matching(event.name)
        for handler in wanting:
            try:
                await acall(_alone(handler), event)
            except Exception as error:
                failures[handler.name] = error
        _report(event, len(wanting), failures)


def call(function: Callable[..., object], *args: object) -> None:
    """Call a function that may be async, and wait."""
    result = function(*args)
    if inspect.isawaitable(result):
        asyncio.run(_done(result))


async def acall(function: Callable[..., object], *args: object) -> None:
    """Call a function that may be async; one that is not, in a thread."""
    if not inspect.iscoroutinefunction(function):
        result = await asyncio.to_thread(function, *args)
        if not inspect.isawaitable(result):
            return
        await result  # of a callable object, or a partial, that is async after all
        return
    await cast("Callable[..., Awaitable[object]]", function)(*args)


async def _done(result: Awaitable[Any]) -> None:
    await result


def _alone(handler: Handler) -> Callable[..., object]:
    if handler.transactional:
        raise InvalidArgumentError(
            f"{handler.name} takes a database session, which only an inbox has: give the webhook the inbox"
        )
    return handler.function


def _report(event: AnyEvent, tried: int, failures: dict[str, Exception]) -> None:
    if not failures:
        return
    # What they said is not repeated: it may be personal. It is in `failures`.
    named = ", ".join(f"{name} ({type(error).__name__})" for name, error in failures.items())
    text = f"{event.name}: {len(failures)} of {tried} handlers failed: {named}"
    raise HandlerError(text, failures) from next(iter(failures.values()))


def _check_pattern(event: str) -> None:
    if not isinstance(cast("object", event), str) or not _PATTERN.fullmatch(event):
        raise InvalidArgumentError(
            f"{event!r} cannot be the name of an event: write 'charge.success', 'charge.*' or '*'"
        )
    known = {*IDENTITIES, "*"}
    known |= {name[: end.start()] + ".*" for name in IDENTITIES for end in re.finditer(r"\.", name)}
    if event not in known and (close := difflib.get_close_matches(event, known, n=1, cutoff=0.9)):
        warnings.warn(
            f"Paystack has published no event {event!r}. Is it {close[0]!r}? The handler waits for the name as written",
            stacklevel=4,
        )


def _default_name(function: Callable[..., object]) -> str:
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if not (module and name):
        raise InvalidArgumentError("a handler that is not a plain function needs a name: handlers.on(..., name=...)")
    return f"{module}.{name}"

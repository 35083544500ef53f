"""Registers handlers for events, by name: ``@handlers.on("charge.success")``.

An event goes to every handler that matches its name, in the order of registration. An event that no handler matches
counts as handled, because Paystack sends all events to one URL, and adds new ones without notice.

Each handler runs even if one before it failed. The failures are then raised together, as one
:class:`~paystackease.errors.HandlerError`. So a handler's error is never mistaken for a wrong signature, not even
a ``SignatureError`` of something else that the handler verifies.

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
    """Its name in the inbox. Default: the function's module and qualified name."""
    function: Callable[..., object]
    patterns: tuple[str, ...]
    """Names of events, and groups: ``"charge.*"``."""
    transactional: bool = False
    """Whether it takes a database session after the event."""
    timeout: float | None = None
    """Its time limit in an inbox, in seconds. None: the inbox's ``handler_timeout``."""

    def matches(self, event_name: str) -> bool:
        """Return whether the handler is for events of this name."""
        return any(
            pattern in {event_name, "*"} or (pattern.endswith(".*") and event_name.startswith(pattern[:-1]))
            for pattern in self.patterns
        )


class HandlerRegistry:
    """Functions that handle events, registered by the events' names."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def on(self, *events: str, name: str | None = None) -> Callable[[FunctionT], FunctionT]:
        """Register a function: ``@handlers.on("charge.success", "refund.*")``.

        The function takes the event, and may be ``async``. When it returns, it has handled the event. Its result is
        ignored.

        Names that Paystack has not published are accepted, because Paystack adds events. A name that resembles a
        published one causes a warning.

        :param events: Names such as ``"charge.success"``, groups such as ``"charge.*"`` (which includes
            ``"charge.dispute.create"``), or ``"*"`` for all.
        :param name: The handler's name in the inbox. Default: the function's module and qualified name. Do not change
            it between deployments: an inbox would run the handler again for events that are not done.
        :raises paystackease.errors.InvalidArgumentError: If no event is named, a name is not valid, or another
            function is registered under the handler's name.
        :return: A decorator that returns the function unchanged.
        """
        return self.register(events, name, transactional=False)

    def register(
        self, events: tuple[str, ...], name: str | None, *, transactional: bool, timeout: float | None = None
    ) -> Callable[[FunctionT], FunctionT]:
        """Return a decorator that registers a function. :meth:`on` and ``Inbox.on`` use it.

        :raises paystackease.errors.InvalidArgumentError: As :meth:`on`.
        """
        if not events:
            raise InvalidArgumentError("handlers.on() needs the name of an event, such as 'charge.success'")
        for event in events:
            _check_pattern(event)

        def add(function: FunctionT) -> FunctionT:
            handler_name = name or _default_name(function)
            new = Handler(handler_name, function, events, transactional, timeout)
            old = self._handlers.setdefault(handler_name, new)
            if old is not new:
                if old.function is not function or old.transactional is not transactional:
                    raise InvalidArgumentError(
                        f"another handler is named {handler_name}: give this one another name, with "
                        "handlers.on(..., name=...)"
                    )
                self._handlers[handler_name] = replace(new, patterns=(*old.patterns, *events))
            return function

        return add

    def __iter__(self) -> Iterator[Handler]:
        return iter(list(self._handlers.values()))

    def matching(self, event_name: str) -> list[Handler]:
        """Return the handlers of events of this name, in the order of registration."""
        return [handler for handler in self if handler.matches(event_name)]

    def receive(self, event: AnyEvent) -> None:
        """Run every handler of an event, and wait for them.

        :param event: The event, as :func:`paystackease.webhooks.verify` returned it.
        :raises paystackease.errors.HandlerError: If a handler failed. Respond with 500, and Paystack sends the event
            again.
        """
        failures: dict[str, Exception] = {}
        handlers = self.matching(event.name)
        for handler in handlers:
            try:
                call(_without_session(handler), event)
            except Exception as error:
                failures[handler.name] = error
        _raise_failures(event, len(handlers), failures)

    async def areceive(self, event: AnyEvent) -> None:
        """Run every handler of an event, as :meth:`receive`, for asyncio. Synchronous handlers run in a thread.

        :param event: The event, as :func:`paystackease.webhooks.verify` returned it.
        :raises paystackease.errors.HandlerError: If a handler failed. Respond with 500, and Paystack sends the event
            again.
        """
        failures: dict[str, Exception] = {}
        handlers = self.matching(event.name)
        for handler in handlers:
            try:
                await acall(_without_session(handler), event)
            except Exception as error:
                failures[handler.name] = error
        _raise_failures(event, len(handlers), failures)


def call(function: Callable[..., object], *args: object) -> None:
    """Call a function that may be async, and wait for it."""
    result = function(*args)
    if inspect.isawaitable(result):
        asyncio.run(_await(result))


async def acall(function: Callable[..., object], *args: object) -> None:
    """Call a function in a thread, or await it if it is async."""
    if not inspect.iscoroutinefunction(function):
        result = await asyncio.to_thread(function, *args)
        if not inspect.isawaitable(result):
            return
        await result  # of an async callable object or partial, which inspect does not recognize
        return
    await cast("Callable[..., Awaitable[object]]", function)(*args)


async def _await(result: Awaitable[Any]) -> None:
    await result


def _without_session(handler: Handler) -> Callable[..., object]:
    if handler.transactional:
        raise InvalidArgumentError(
            f"{handler.name} is transactional, and only an inbox has sessions: pass the inbox to the webhook"
        )
    return handler.function


def _raise_failures(event: AnyEvent, count: int, failures: dict[str, Exception]) -> None:
    if not failures:
        return
    # The messages of the errors may contain personal data, so they are only in `failures`.
    named = ", ".join(f"{name} ({type(error).__name__})" for name, error in failures.items())
    text = f"{event.name}: {len(failures)} of {count} handlers failed: {named}"
    raise HandlerError(text, failures) from next(iter(failures.values()))


def _check_pattern(event: str) -> None:
    if not isinstance(cast("object", event), str) or not _PATTERN.fullmatch(event):
        raise InvalidArgumentError(f"{event!r} is not a valid event name: use 'charge.success', 'charge.*' or '*'")
    known = {*IDENTITIES, "*"}
    known |= {name[: end.start()] + ".*" for name in IDENTITIES for end in re.finditer(r"\.", name)}
    if event not in known and (close := difflib.get_close_matches(event, known, n=1, cutoff=0.9)):
        warnings.warn(
            f"Paystack has published no event {event!r}: did you mean {close[0]!r}? The handler is registered anyway",
            stacklevel=4,
        )


def _default_name(function: Callable[..., object]) -> str:
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if not (module and name):
        raise InvalidArgumentError(
            "a handler that is not a plain function needs a name: pass handlers.on(..., name=...)"
        )
    return f"{module}.{name}"

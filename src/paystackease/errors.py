"""What can go wrong.

::

    * PaystackError
      - SecretKeyError              no key to sign in with, or one that cannot be a key
      - InvalidArgumentError        (a ValueError) something that Paystack could not accept; nothing was sent
        + InvalidRequestMethodError   ... an HTTP method that Paystack does not know
      - ClientClosedError           (a RuntimeError) the client was closed before the call
      - APIConnectionError          no whole answer came; `reached` says whether the request may have arrived
        + APITimeoutError             ... within the timeout
      - MalformedResponseError      HTTP 2xx with something that is not Paystack's answer to this call
      - OutcomeUnknownError         nobody knows whether it was done; `check` asks
      - ResponseLostError             it was done, and what Paystack answered is lost
      - ChargePendingError           a charge has not ended by the deadline
      - PaginationError                   a page of a list could not be had; `request` asks for it again
      - SignatureError              a webhook that Paystack did not sign
      - MalformedEventError         a webhook that Paystack signed, and that is no event
      - HandlerError                a webhook's event was taken, and a handler of yours failed
      - InboxError                  the inbox of webhooks cannot do what it was asked
      - APIStatusError              an answer that says no
        + InvalidRequestError         400, 422
          . DuplicateReferenceError     ... for the reference was used before
        + AuthenticationError         401
        + PermissionDeniedError       403
        + NotFoundError               404
        + RateLimitError              429
        + ServerError                 5xx

No text here names a value that was sent: values are keys, e-mails and account numbers. Paystack's own sentences
are shown with what looks like one of those blotted out; ``error.response`` holds them as they came.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paystackease._core.request import Request
    from paystackease.response import Response, ResponseInfo


class PaystackError(Exception):
    """Anything that this library raises.

    What to do: read its text, which says so; catch the classes below where you can do something about it.
    """

    def __init__(self, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        """What happened, in a sentence."""
        self.status_code = status_code
        """The HTTP status, where Paystack answered."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross processes (multiprocessing, task queues), and Exception would call __init__ with `args` alone.
        return _restore, (type(self), self.args, self.__dict__)


PayStackError = PaystackError
"""The name of :class:`PaystackError` in paystackease 1."""


def _restore(cls: type[PaystackError], args: tuple[object, ...], state: dict[str, object]) -> PaystackError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class SecretKeyError(PaystackError):
    """There is no secret key, or what was given cannot be one.

    What to do: pass ``secret_key``, or set ``PAYSTACK_SECRET_KEY``; the key is in Paystack's dashboard, under Settings.
    """


class InvalidArgumentError(PaystackError, ValueError):
    """What was given cannot be right. Nothing was sent.

    What to do: change the argument that the text names.
    """


TypeValueError = InvalidArgumentError
"""The name of :class:`InvalidArgumentError` in paystackease 1."""


class InvalidRequestMethodError(InvalidArgumentError):
    """Paystack does not know this HTTP method.

    What to do: use ``GET``, ``POST``, ``PUT`` or ``DELETE``.
    """


class ClientClosedError(PaystackError, RuntimeError):
    """The client was closed before the call.

    What to do: make a new client, or close it after its last call.
    """

    def __init__(self) -> None:
        super().__init__("this client is closed: make a new one, or close it after its last call")


class APIConnectionError(PaystackError):
    """No whole answer came.

    What to do: where ``reached`` is false, nothing was done: see to the network and ask again. Otherwise ask again if
    the call only reads; a call that must not be made twice raises :class:`OutcomeUnknownError` instead.
    """

    def __init__(self, message: str, *, request: Request[object], may_have_arrived: bool) -> None:
        super().__init__(message)
        self.request = request
        """What was asked."""
        self.may_have_arrived = may_have_arrived
        """``False`` where the request surely did not arrive, so that asking again is safe."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or the one that was made for it, where Paystack knows it by one."""
        return self.request.reference


class APITimeoutError(APIConnectionError):
    """No whole answer came within the timeout.

    What to do: as for :class:`APIConnectionError`; ``client.options(timeout=60)`` waits longer.
    """


class MalformedResponseError(PaystackError):
    """HTTP 2xx came with something that is not Paystack's answer to this call.

    It is no JSON object, it lacks Paystack's envelope (a boolean ``status``), or it is about something else than the
    call named. What was asked for may have been done.

    What to do: look at ``content``, which is often a page of something between; before a call that moves money is made
    again, look whether it was done.
    """

    def __init__(self, message: str, http: ResponseInfo, content: bytes) -> None:
        super().__init__(f"{http.request}: {message}", http.status)
        self.http = http
        """How the answer came."""
        self.content = content
        """The body, as it came."""


class OutcomeUnknownError(PaystackError):
    """Nobody knows whether it was done: no answer came, or one that does not say, and asking did not help.

    What went wrong is ``__cause__``.

    What to do: send ``error.verify_request``, or look at Paystack's dashboard if it is None. Do not make the call again
    before you know.
    """

    def __init__(
        self,
        request: Request[object],
        *,
        cause: Exception,
        was_not_found: bool = False,
        items: Mapping[str, str] | None = None,
    ) -> None:
        self.request = request
        """What was asked."""
        self.reference = request.reference
        """Its reference, where Paystack knows it by one."""
        self.verify_request = request.verify_request
        """The call that tells whether it was done, or None where Paystack has none."""
        self.was_not_found = was_not_found
        """Whether Paystack did not have it when it was last asked. It may still arrive."""
        self.items = items
        """Of a bulk call: ``"found"``, ``"absent"`` or ``"unknown"``, by each item's reference."""
        ask = (
            f"ask first, with client.send(error.verify_request), which is {self.verify_request}"
            if self.verify_request
            else "look first"
        )
        named = f" (reference {self.reference})" if self.reference else ""
        super().__init__(f"{request}{named}: it may have been done, or not. Do not do it again blindly: {ask}. {cause}")


class ResponseLostError(PaystackError):
    """It was done, but Paystack's answer was lost and cannot be had again.

    What to do: go on with ``found``. Where the answer itself is needed, such as the page of a payment that nobody can
    have seen yet, begin anew with another reference.
    """

    def __init__(self, request: Request[object], message: str, verified_data: object) -> None:
        super().__init__(f"{request}: {message}")
        self.request = request
        """What was asked."""
        self.reference = request.reference
        """Its reference, where Paystack knows it by one."""
        self.verified_data = verified_data
        """What Paystack says became of it: the ``data`` of its verify endpoint; of a bulk call, by reference."""


class SignatureError(PaystackError):
    """A webhook's signature is missing, or is not Paystack's.

    What to do: answer 401 and believe nothing of it. If it is Paystack's, the key is another integration's or mode's,
    or the body is not the bytes that came.
    """


class MalformedEventError(PaystackError):
    """Paystack signed it, and it is not an event.

    What to do: store the body for a person, as an inbox does, and answer 200. Paystack sends it again for 72 hours
    otherwise, and then it is lost.
    """

    def __init__(self, message: str, body: bytes = b"") -> None:
        super().__init__(message)
        self.body = body
        """The bytes that Paystack signed. They may be personal."""


class HandlerError(PaystackError):
    """Handlers of yours failed at an event that is Paystack's and whole. The first of their errors is ``__cause__``.

    What to do: answer 500, as the adapters do, and mend the handler: Paystack sends the event again.
    """

    def __init__(self, message: str, failures: Mapping[str, Exception]) -> None:
        super().__init__(message)
        self.failures = failures
        """What each raised, by the handler's name."""


class InboxError(PaystackError):
    """The inbox of webhooks cannot do what it was asked.

    What to do: what its text says.
    """


class ChargePendingError(PaystackError):
    """A charge has not ended by the deadline. It may yet.

    What to do: wait for its webhook, or ask again later with ``client.charges.wait_for_charge(reference)``.
    """

    def __init__(self, response: Response[object]) -> None:
        super().__init__(f"{response.http.request}: the charge has not ended by the deadline; ask again later")
        self.response = response
        """Where it stood when it was last asked for."""


class PaginationError(PaystackError):
    """A page of a list could not be had. What came before it was given; why it failed is ``__cause__``.

    What to do: go on from this page, with ``client.iterate(client.send(error.request))``.
    """

    def __init__(self, request: Request[list[Any]], cause: PaystackError) -> None:
        page = request.query.get("page")
        which = "the next page" if page is None else f"page {page}"
        super().__init__(f"{request}: {which} could not be had. {cause}", cause.status_code)
        self.request = request
        """The call for this page."""


class APIStatusError(PaystackError):
    """Paystack said no. The whole answer is in ``response``.

    What to do: read ``message``, and ``next_step``, where Paystack advises something.
    """

    def __init__(self, response: Response[object], content: bytes = b"") -> None:
        super().__init__(_build_message(response), response.http.status)
        self.response = response
        """The answer: Paystack's body, empty where it was not JSON, and how it came (``response.http``)."""
        self.content = content
        """The body as it came."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or the one that was made for it, where Paystack knows it by one."""
        return self.response.http.reference

    @property
    def code(self) -> str | None:
        """Paystack's short name for the error, such as ``"duplicate_reference"``; newer endpoints give one."""
        return _text_or_none(self.response.get("code"))

    @property
    def type(self) -> str | None:
        """Paystack's kind of error: ``"api_error"``, ``"validation_error"`` or ``"processor_error"``."""
        return _text_or_none(self.response.get("type"))

    @property
    def next_step(self) -> str | None:
        """What Paystack advises, where it does."""
        return _text_or_none(self.response.meta.get("nextStep"))


class InvalidRequestError(APIStatusError):
    """400 or 422: Paystack does not accept what was asked.

    What to do: change what the text names. The same call gets the same answer.
    """


class DuplicateReferenceError(InvalidRequestError):
    """Paystack has the reference already: from an earlier call, or because something between sent this one twice.

    What to do: verify the reference before you pay again. A payment of its own has a reference of its own.
    """

    @classmethod
    def for_other_call(cls, request: Request[object], verified_data: Response[object]) -> DuplicateReferenceError:
        """What verify found by the reference of a call is something else."""
        from paystackease.response import Response  # which needs nothing of this module, and is loaded by now

        error = cls(Response(verified_data, replace(verified_data.http, request=request)))
        error.message = (
            f"{request}: the reference was used before for something else, with another amount, currency, customer or "
            "recipient. Nothing was done by this call; error.response is what Paystack has by that reference"
        )
        error.args = (error.message,)
        return error


class AuthenticationError(APIStatusError):
    """401: the secret key is not one of Paystack's, or not of this integration.

    What to do: check which key is used; ``paystackease doctor`` does.
    """


class PermissionDeniedError(APIStatusError):
    """403: this integration may not do that.

    What to do: have Paystack turn it on for your business.
    """


class NotFoundError(APIStatusError):
    """404: there is no such thing on this integration.

    What to do: check the code, and whether it was made with a key of the same mode: test and live share nothing.
    """


class RateLimitError(APIStatusError):
    """429: too many calls; ask again later.

    What to do: it was asked again already, as often as ``Retry`` allows: call less often, with
    ``RateLimit(per_second=10)``.
    """


class ServerError(APIStatusError):
    """5xx: something broke on Paystack's side. What was asked for may have been done.

    What to do: ask again later if the call only reads; a call that must not be made twice raises
    :class:`OutcomeUnknownError` instead.
    """


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: InvalidRequestError,
    429: RateLimitError,
}


def from_response(response: Response[object], content: bytes) -> APIStatusError:
    """The error that an answer which says no is raised as."""
    status = response.http.status
    if 400 <= status < 500 and is_duplicate(response):
        return DuplicateReferenceError(response, content)
    return _BY_STATUS.get(status, ServerError if status >= 500 else APIStatusError)(response, content)


def is_duplicate(body: Mapping[str, object]) -> bool:
    """Whether an answer says that the reference was used before; bulk transfers say so with a 404."""
    message = str(body.get("message")).casefold()
    # What a single transfer is told is in no sample of Paystack's (observed).
    return str(body.get("code")) in {"duplicate_reference", "duplicate_transfer_reference"} or message.startswith(
        ("duplicate transaction reference", "duplicate reference(s) found", "please provide a unique reference")
    )


# An e-mail address, a key, and a number as long as those of phones, accounts and cards.
_PERSONAL = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+|\b[sp]k_(?:test|live)_\w+|\+?\d[\d -]{7,}\d")


def _build_message(response: Response[object]) -> str:
    """What came back, what was asked, and Paystack's hint: ``Customer not found (GET /customer/{...}: 404). Hint``."""
    http = response.http
    if response:
        what = response.message.strip() or "Paystack gave no reason"
    elif 300 <= http.status < 400:
        what = "The answer is a redirect, which is not followed: it would take the secret key elsewhere"
    else:
        what = "The answer is not a JSON object"
    asked = f"({http.request}: {http.status})"
    hint = _text_or_none(response.meta.get("nextStep"))
    text = f"{what.rstrip('.')} {asked}. {hint}" if hint else f"{what.rstrip('.')} {asked}"
    return _PERSONAL.sub("…", text)


def _text_or_none(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None

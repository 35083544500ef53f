"""The errors that this library raises.

::

    * PaystackError
      - SecretKeyError                no secret key, or one that is not valid
      - InvalidArgumentError          (a ValueError) an argument is not valid; nothing was sent
        + InvalidRequestMethodError     ... an HTTP method that Paystack does not have
      - ClientClosedError             (a RuntimeError) the client was closed before the call
      - APIConnectionError            no complete response; `may_have_arrived` says whether the request may have arrived
        + APITimeoutError               ... within the timeout
      - MalformedResponseError        HTTP 2xx, but not Paystack's response to this call
      - OutcomeUnknownError           the call may have been processed; `verify_request` checks it
      - ResponseLostError             the call was processed, but its response was lost
      - ChargePendingError            a charge has no final status at the deadline
      - PaginationError               a page of a list could not be fetched; `request` resumes from it
      - SignatureError                a webhook without Paystack's signature
      - MalformedEventError           a webhook with Paystack's signature that is not an event
      - HandlerError                  a handler of a webhook failed
      - InboxError                    the webhook inbox cannot do what was requested
      - APIStatusError                Paystack rejected the call
        + InvalidRequestError           400, 422
          . DuplicateReferenceError       ... because the reference already exists
        + AuthenticationError           401
        + PermissionDeniedError         403
        + NotFoundError                 404
        + RateLimitError                429
        + ServerError                   5xx

No message contains a value that was sent, because values are keys, e-mail addresses and account numbers. In Paystack's
own messages, such values are replaced with ``…``; ``error.response`` has the originals.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paystackease._core.request import Request
    from paystackease.response import Response, ResponseInfo


class PaystackError(Exception):
    """The base class of every error of this library.

    What to do: read the message. Catch a subclass if your program can react to it.
    """

    def __init__(self, message: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        """The message."""
        self.status_code = status_code
        """The HTTP status, or None if there is no response."""

    def __reduce__(self) -> tuple[Any, ...]:
        # For multiprocessing and task queues: Exception would call __init__ with `args` only.
        return _restore, (type(self), self.args, self.__dict__)


PayStackError = PaystackError
"""The name of :class:`PaystackError` in paystackease 1."""


def _restore(cls: type[PaystackError], args: tuple[object, ...], state: dict[str, object]) -> PaystackError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class SecretKeyError(PaystackError):
    """There is no secret key, or it is not valid.

    What to do: pass ``secret_key``, or set ``PAYSTACK_SECRET_KEY``. The key is in Paystack's dashboard, under Settings.
    """


class InvalidArgumentError(PaystackError, ValueError):
    """An argument is not valid. Nothing was sent.

    What to do: change the argument that the message names.
    """


TypeValueError = InvalidArgumentError
"""The name of :class:`InvalidArgumentError` in paystackease 1."""


class InvalidRequestMethodError(InvalidArgumentError):
    """Paystack does not have this HTTP method.

    What to do: use ``GET``, ``POST``, ``PUT`` or ``DELETE``.
    """


class ClientClosedError(PaystackError, RuntimeError):
    """The client was closed before the call.

    What to do: make a new client, or close this one after its last call.
    """

    def __init__(self) -> None:
        super().__init__("this client is closed: make a new client, or close it after its last call")


class APIConnectionError(PaystackError):
    """No complete response arrived.

    What to do: check the network, and call again. A call that may have arrived and must not be repeated raises
    :class:`OutcomeUnknownError` instead.
    """

    def __init__(self, message: str, *, request: Request[object], may_have_arrived: bool) -> None:
        super().__init__(message)
        self.request = request
        """The request."""
        self.may_have_arrived = may_have_arrived
        """Whether the request may have arrived. If False, it is safe to call again."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or a generated one; None if the call has no reference."""
        return self.request.reference


class APITimeoutError(APIConnectionError):
    """No complete response arrived within the timeout.

    What to do: as for :class:`APIConnectionError`. ``client.options(timeout=60)`` waits longer.
    """


class MalformedResponseError(PaystackError):
    """The HTTP status is 2xx, but the body is not Paystack's response to this call.

    The body is not a JSON object, lacks Paystack's envelope (a boolean ``status``), or is about another object. The
    call may have been processed.

    What to do: read ``content``, which is often a page of a proxy. Check the outcome before you repeat a call that
    moves money.
    """

    def __init__(self, message: str, http: ResponseInfo, content: bytes) -> None:
        super().__init__(f"{http.request}: {message}", http.status)
        self.http = http
        """The HTTP response."""
        self.content = content
        """The body in bytes."""


class OutcomeUnknownError(PaystackError):
    """The call may have been processed: there is no conclusive response, and no check was possible or conclusive.

    ``__cause__`` is the error of the last attempt.

    What to do: send ``error.verify_request``, or check Paystack's dashboard if it is None. Do not repeat the call
    before you know its outcome.
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
        """The request."""
        self.reference = request.reference
        """The reference of the call, or None if it has none."""
        self.verify_request = request.verify_request
        """The request that checks the outcome, or None if Paystack has none."""
        self.was_not_found = was_not_found
        """Whether Paystack did not have the reference at the last check. The call may still arrive."""
        self.items = items
        """For a bulk call: ``"found"``, ``"absent"`` or ``"unknown"`` for each item, by its reference."""
        check = (
            f"with client.send(error.verify_request), which is {self.verify_request}"
            if self.verify_request
            else "in Paystack's dashboard"
        )
        reference = f" (reference {self.reference})" if self.reference else ""
        super().__init__(f"{request}{reference}: outcome unknown. Check before retrying, {check}. {cause}")


class ResponseLostError(PaystackError):
    """The call was processed, but its response was lost and cannot be fetched again.

    What to do: continue with ``verified_data``. If you need the response itself, such as the URL of a checkout page,
    call again with another reference.
    """

    def __init__(self, request: Request[object], message: str, verified_data: object) -> None:
        super().__init__(f"{request}: {message}")
        self.request = request
        """The request."""
        self.reference = request.reference
        """The reference of the call, or None if it has none."""
        self.verified_data = verified_data
        """The ``data`` of the verify endpoint, or None; for a bulk call, by reference."""


class SignatureError(PaystackError):
    """The signature of a webhook is missing or wrong.

    What to do: respond with 401, and do not use the body. If Paystack sent it, check that the key is of the same
    integration and mode, and that the body is the raw bytes of the request.
    """


class MalformedEventError(PaystackError):
    """A webhook has Paystack's signature, but its body is not an event.

    What to do: store the body for inspection, as an inbox does, and respond with 200. Otherwise Paystack redelivers it
    for 72 hours, and then drops it.
    """

    def __init__(self, message: str, body: bytes = b"") -> None:
        super().__init__(message)
        self.body = body
        """The signed bytes. They may contain personal data."""


class HandlerError(PaystackError):
    """Your handlers failed for a valid event. ``__cause__`` is the first of their errors.

    What to do: respond with 500, as the adapters do, and correct the handler. Paystack redelivers the event.
    """

    def __init__(self, message: str, failures: Mapping[str, Exception]) -> None:
        super().__init__(message)
        self.failures = failures
        """The error of each handler that failed, by the handler's name."""


class InboxError(PaystackError):
    """The webhook inbox cannot do what was requested.

    What to do: follow the message.
    """


class ChargePendingError(PaystackError):
    """A charge has no final status at the deadline. It may still succeed.

    What to do: wait for its webhook, or call ``client.charges.wait_for_charge(reference)`` again later.
    """

    def __init__(self, response: Response[object]) -> None:
        super().__init__(
            f"{response.http.request}: the charge has no final status at the deadline. It may still succeed: wait for "
            "its webhook, or call wait_for_charge again"
        )
        self.response = response
        """The last response."""


class PaginationError(PaystackError):
    """A page of a list could not be fetched. Earlier items were returned; ``__cause__`` is the error of the page.

    What to do: resume from this page, with ``client.iterate(client.send(error.request))``.
    """

    def __init__(self, request: Request[list[Any]], cause: PaystackError) -> None:
        page = request.query.get("page")
        name = "the next page" if page is None else f"page {page}"
        super().__init__(f"{request}: {name} could not be fetched. {cause}", cause.status_code)
        self.request = request
        """The request for this page."""


class APIStatusError(PaystackError):
    """Paystack rejected the call. ``response`` has the response.

    What to do: read ``message``, and ``next_step`` if Paystack gives one.
    """

    def __init__(self, response: Response[object], content: bytes = b"") -> None:
        super().__init__(_build_message(response, content), response.http.status)
        self.response = response
        """The response. It is empty if the body is not a JSON object; ``response.http`` has the HTTP status."""
        self.content = content
        """The body in bytes."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or a generated one; None if the call has no reference."""
        return self.response.http.reference

    @property
    def code(self) -> str | None:
        """Paystack's code for the error, such as ``"duplicate_reference"``; None from older endpoints."""
        return _text_or_none(self.response.get("code"))

    @property
    def type(self) -> str | None:
        """Paystack's type of error: ``"api_error"``, ``"validation_error"`` or ``"processor_error"``."""
        return _text_or_none(self.response.get("type"))

    @property
    def next_step(self) -> str | None:
        """Paystack's advice, or None."""
        return _text_or_none(self.response.meta.get("nextStep"))


class InvalidRequestError(APIStatusError):
    """400 or 422: the request is not valid for Paystack.

    What to do: change what the message names. The same call gets the same response.
    """


class DuplicateReferenceError(InvalidRequestError):
    """The reference already exists, from an earlier call, or because a proxy sent this call twice.

    What to do: verify the reference before you pay again. Use a new reference for a new payment.
    """

    @classmethod
    def for_other_call(cls, request: Request[object], verified_data: Response[object]) -> DuplicateReferenceError:
        """Return the error of a call whose reference another call used.

        :param verified_data: The response of the verify endpoint.
        """
        from paystackease.response import Response  # imported late, so that importing errors loads nothing else

        error = cls(Response(verified_data, replace(verified_data.http, request=request)))
        error.message = (
            f"{request}: the reference belongs to another call, with another amount, currency, customer or recipient. "
            "This call was not processed: use a new reference. error.response is what Paystack has for this one"
        )
        error.args = (error.message,)
        return error


class AuthenticationError(APIStatusError):
    """401: the secret key is not valid, or belongs to another integration.

    What to do: check which key is used. ``paystackease doctor`` shows it.
    """


class PermissionDeniedError(APIStatusError):
    """403: this feature is not enabled for the integration.

    What to do: ask Paystack to enable it.
    """


class NotFoundError(APIStatusError):
    """404: the object does not exist on this integration.

    What to do: check its code, and the mode of the key. Test and live mode have separate objects.
    """


class RateLimitError(APIStatusError):
    """429: too many calls. It was retried already, as often as ``Retry`` allows.

    What to do: call later, or less often, with ``RateLimit(per_second=10)``.
    """


class ServerError(APIStatusError):
    """5xx: an error at Paystack.

    What to do: call again later. A call that may have been processed and must not be repeated raises
    :class:`OutcomeUnknownError` instead.
    """


# An e-mail address, a key, or a number as long as a phone, account or card number.
PERSONAL_DATA = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+|\b[sp]k_(?:test|live)_\w+|\+?\d[\d -]{7,}\d")


def _build_message(response: Response[object], content: bytes) -> str:
    """Return Paystack's message, the call, and Paystack's hint, such as ``Not found (GET /plan/{…}: 404). Hint``."""
    http = response.http
    if response:
        data = cast("Mapping[str, object]", value if isinstance(value := response.get("data"), dict) else {})
        # For a failed charge, `message` is "Charge attempted", and the reason is in `data`.
        parts = response.message.strip().rstrip("."), _text_or_none(data.get("message"))
        message = ": ".join(dict.fromkeys(part for part in parts if part)) or "Paystack gave no reason"
    elif 300 <= http.status < 400:
        message = "The response is a redirect. It is not followed, so that the secret key is not sent to another server"
    else:
        message = "The response is not a JSON object" if content else "The response is empty"
    call = f"({http.request}: {http.status})"
    hint = _text_or_none(response.meta.get("nextStep"))
    text = f"{message.rstrip('.')} {call}. {hint}" if hint else f"{message.rstrip('.')} {call}"
    return PERSONAL_DATA.sub("…", text)


def _text_or_none(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None

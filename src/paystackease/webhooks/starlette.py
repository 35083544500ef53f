"""The event of a webhook in an endpoint of Starlette, or as a dependency of FastAPI.

FastAPI: ``event: Annotated[AnyEvent, Depends(VerifiedEvent(secret_key))]``. Starlette:
``event = await verified_event(request)``. To pass events to an inbox or to handlers, :mod:`paystackease.webhooks.asgi`
is shorter.
"""

# Annotations in this module are not strings: older versions of FastAPI cannot resolve those of a callable object.

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import acall
from paystackease.webhooks.receiver import STORED, IPAllowlist, OnMalformed, WebhookResponse, check_before_body, receive
from paystackease.webhooks.signature import MAX_BODY_BYTES, KeySource, to_key_function

try:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
except ImportError as error:
    raise ImportError(
        "paystackease.webhooks.starlette needs Starlette. Install it with: pip install starlette"
    ) from error


class VerifiedEvent:
    """A callable that verifies a request and returns its event.

    :param secret_key: Your secret key, or several during a key rotation. Or a function that returns them, which is
        called for each request.
    :param sources: The addresses from which webhooks are accepted. Default: all.
    :param on_malformed: A function that stores a body that Paystack signed and that is not an event, such as
        ``inbox.adead_letter``. Then the response is 200. Default: the body is rejected with 400.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key. If ``secret_key`` is a function, the
        request raises it.
    """

    def __init__(
        self,
        secret_key: KeySource,
        *,
        sources: IPAllowlist | None = None,
        on_malformed: OnMalformed | None = None,
    ) -> None:
        self._keys, self._sources, self._on_malformed = to_key_function(secret_key), sources, on_malformed

    async def __call__(self, request: Request) -> AnyEvent:
        """Verify a request whose body was not read yet, and return its event.

        :raises starlette.exceptions.HTTPException: If there is no event, with the status of the response.
        """
        headers: dict[str, str] = {name: ",".join(request.headers.getlist(name)) for name in request.headers}
        peer = request.client.host if request.client else None
        received = check_before_body(request.method, headers, peer=peer, sources=self._sources)
        if received is None:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    break
            received = receive(request.method, headers, bytes(body), self._keys(), peer=peer, sources=self._sources)
        if received.malformed is not None and self._on_malformed is not None:
            await acall(self._on_malformed, received.malformed)
            received = STORED
        return _event_or_raise(received)


def _event_or_raise(received: WebhookResponse) -> AnyEvent:
    if received.event is None:
        allow = {"allow": "POST"} if received.status == 405 else None
        raise HTTPException(received.status, received.reason, allow)
    return received.event

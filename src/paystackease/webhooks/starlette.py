"""The event of a webhook in a Starlette endpoint, or as a dependency of FastAPI.

FastAPI: ``event: Annotated[AnyEvent, Depends(Verified(secret_key))]``. Starlette: ``event = await verified(request)``.
Where the event goes to an inbox or to handlers as it is, there is less to write with :mod:`paystackease.webhooks.asgi`.
"""

# Annotations here are classes, not strings: older FastAPI resolves no strings of a callable object.
from collections.abc import Sequence

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import acall
from paystackease.webhooks.receiver import STORED, IPAllowlist, OnMalformed, WebhookResponse, receive, refusal
from paystackease.webhooks.signature import MAX_BODY_BYTES, keys_of

try:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
except ImportError as error:
    raise ImportError(
        "paystackease.webhooks.starlette needs Starlette. Install it with: pip install starlette"
    ) from error


class Verified:
    """Gives the event of a request, once it is found to be Paystack's.

    :param secret_key: Your secret key, or several while one is exchanged for another.
    :param sources: Which addresses webhooks may come from. Left out, that is not looked at.
    :param on_malformed: What stores a body that Paystack signed and that is not an event, such as
        ``inbox.adead_letter``. The answer is 200 then. Left out, it is refused with 400.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key.
    """

    def __init__(
        self,
        secret_key: str | Sequence[str],
        *,
        sources: IPAllowlist | None = None,
        on_malformed: OnMalformed | None = None,
    ) -> None:
        self._keys, self._sources, self._on_malformed = keys_of(secret_key), sources, on_malformed

    async def __call__(self, request: Request) -> AnyEvent:
        """The event in a request whose body was not read yet.

        :raises starlette.exceptions.HTTPException: If it is not Paystack's, with the status to answer.
        """
        headers: dict[str, str] = {name: ",".join(request.headers.getlist(name)) for name in request.headers}
        peer = request.client.host if request.client else None
        received = refusal(request.method, headers, peer=peer, sources=self._sources)
        if received is None:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    break
            received = receive(request.method, headers, bytes(body), self._keys, peer=peer, sources=self._sources)
        if received.malformed is not None and self._on_malformed is not None:
            await acall(self._on_malformed, received.malformed)
            received = STORED
        return _event(received)


def _event(received: WebhookResponse) -> AnyEvent:
    if received.event is None:
        allow = {"allow": "POST"} if received.status == 405 else None
        raise HTTPException(received.status, received.reason, allow)
    return received.event

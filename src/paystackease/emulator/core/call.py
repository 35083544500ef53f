"""What an operation is given, and what it gives back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from paystackease.emulator.core.errors import Refusal, missing
from paystackease.emulator.core.events import Events
from paystackease.emulator.core.jobs import Jobs
from paystackease.emulator.core.store import Document, Store


@dataclass(frozen=True, slots=True)
class Tenant:
    """Everything that one secret key sees. Of the key itself nothing is kept."""

    id: str

    @classmethod
    def of(cls, secret_key: str) -> Tenant:
        return cls(hashlib.sha256(secret_key.encode()).hexdigest()[:16])

    @property
    def integration(self) -> int:
        """Paystack's number of the business, in every answer."""
        return 100_000 + int(self.id[:8], 16) % 900_000


@dataclass(frozen=True, slots=True)
class World:
    """What all operations share."""

    store: Store
    jobs: Jobs
    events: Events
    seed: int
    url: Callable[[], str]
    """Where the emulator's own pages are."""


@dataclass(slots=True)
class Answer:
    """What an operation says: Paystack's envelope, before it is written."""

    message: str
    data: object = None
    status: int = 200
    meta: Mapping[str, object] | None = None
    acknowledges: bool = False
    """Whether it has no ``data`` at all, not even null."""

    @property
    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"status": True, "message": self.message}
        if not self.acknowledges:
            body["data"] = self.data
        if self.meta is not None:
            body["meta"] = self.meta
        return body


def done(message: str, status: int = 200) -> Answer:
    """An answer without data."""
    return Answer(message, status=status, acknowledges=True)


# The numbers of transactions have passed 4,294,967,296, which a 32-bit column cannot hold. Here everything starts
# beyond it, so that such a column fails in a test and not in production.
FIRST_ID = 2**32 + 1


@dataclass(slots=True)
class Call:
    """One request to one operation, or one job that is done, on behalf of a tenant."""

    world: World
    tenant: Tenant
    now: float
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])

    # What was asked

    def require(self, name: str, label: str | None = None) -> Any:
        """A field of the body that must be there."""
        value = self.body.get(name)
        if value is None or value == "":
            raise missing(label or name)
        return value

    def required_object(self, name: str, *fields: str) -> dict[str, Any]:
        """An object in the body, with these fields."""
        value = self.require(name)
        if not isinstance(value, dict):
            raise Refusal(400, f'"{name}" must be of type object', "invalid_params")
        found: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
        for part in fields:
            if not found.get(part):
                raise missing(f"{name}.{part}")
        return found

    # What is known

    def find(self, kind: str, **by: object) -> Document | None:
        return self.world.store.find(self.tenant.id, kind, **by)

    def owned(self, kind: str, owner: int) -> list[Document]:
        return self.world.store.owned(self.tenant.id, kind, owner)

    # What changes

    def new(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        code: str | None = None,
        name: str | None = None,
        owner: int | None = None,
    ) -> Document:
        """Make a document. ``code`` is a prefix, such as ``CUS_``, that the rest of the code is made for."""
        number = self.world.store.next_id(self.tenant.id, kind, FIRST_ID)
        full = None if code is None else code + self.letters(kind, number)
        document = Document(kind, number, full, name, owner, self.now, self.now, body)
        self.world.store.add(self.tenant.id, document)
        return document

    def save(self, document: Document) -> None:
        document.updated = self.now
        self.world.store.save(self.tenant.id, document)

    def letters(self, *of: object, length: int = 15) -> str:
        """Small letters and digits that look random and are the same in every run with the same seed."""
        source = f"{self.world.seed}:{self.tenant.id}:{':'.join(map(str, of))}"
        number = int.from_bytes(hashlib.blake2b(source.encode(), digest_size=32).digest())
        alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(alphabet[number // 36**place % 36] for place in range(length))

    def emit(self, name: str, data: object, **more: object) -> None:
        """Tell by webhook."""
        self.world.events.add(self.tenant.id, self.now, name, data, **more)

    def after(self, seconds: float, job: str, **body: Any) -> None:
        """Have a job done later."""
        self.world.jobs.add(self.tenant.id, self.now + seconds, job, body)


Operation: TypeAlias = Callable[[Call], Answer]
JobHandler: TypeAlias = Callable[[Call], None]


@dataclass(slots=True)
class Resource:
    """The operations and the jobs of one kind of thing, each declared on the function that does it."""

    operations: dict[tuple[str, str], Operation] = field(default_factory=dict[tuple[str, str], Operation])
    jobs: dict[str, JobHandler] = field(default_factory=dict[str, JobHandler])

    def on(self, method: str, path: str) -> Callable[[Operation], Operation]:
        def declare(operation: Operation) -> Operation:
            self.operations[method, path] = operation
            return operation

        return declare

    def job(self, name: str) -> Callable[[JobHandler], JobHandler]:
        def declare(handler: JobHandler) -> JobHandler:
            self.jobs[name] = handler
            return handler

        return declare

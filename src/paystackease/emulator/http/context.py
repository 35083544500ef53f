"""What an operation is given, and what it gives back."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from paystackease.emulator.faults.rules import Faults
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.request_log import RequestLog
from paystackease.emulator.settings import Settings, changed, decoded
from paystackease.emulator.storage.jobs import Jobs
from paystackease.emulator.storage.snapshots import Snapshots
from paystackease.emulator.storage.store import Document, Query, Store
from paystackease.emulator.webhooks.approvals import ApprovalQueue
from paystackease.emulator.webhooks.outbox import LATE, Outbox, Steps


class Tenant(msgspec.Struct, frozen=True):
    """Everything that one secret key sees. Of the key itself nothing is kept."""

    id: str

    @classmethod
    def from_key(cls, key: str) -> Tenant:
        """Whose key it is, secret or public: ``sk_test_mine`` and ``pk_test_mine`` are one business's."""
        _, _, own = key.partition("_test_")
        return cls(hashlib.sha256(own.encode()).hexdigest()[:16])

    @property
    def integration(self) -> int:
        """Paystack's number of the business, in every answer."""
        return _integration(self.id)


@functools.lru_cache(maxsize=256)
def _integration(tenant: str) -> int:
    return 100_000 + int(tenant[:8], 16) % 900_000


class Services(msgspec.Struct, frozen=True):
    """What all operations share."""

    store: Store
    jobs: Jobs
    outbox: Outbox
    seed: int
    base_url: Callable[[], str]
    """Where the emulator's own pages are."""
    settings: Settings
    """Those of a tenant that has changed none."""
    request_log: RequestLog
    faults: Faults
    snapshots: Snapshots
    webhook_targets: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    """The applications of this process that take the webhooks of a tenant."""
    approvals: ApprovalQueue = msgspec.field(default_factory=ApprovalQueue)

    def delete_tenant(self, tenant: str) -> None:
        """Everything that a tenant has but its snapshots."""
        self.store.forget(tenant)
        self.request_log.forget(tenant)
        self.faults.remove(tenant)

    def restore_snapshot(self, tenant: str, name: str) -> bool:
        """Put back a snapshot. Gives whether there was one by that name."""
        if not self.snapshots.restore(tenant, name):
            return False
        # Something may be due earlier again than anything is now.
        self.outbox.look()
        return True


class ApiResponse(msgspec.Struct):
    """What an operation says: Paystack's envelope, before it is written."""

    message: str
    data: object = None
    status: int = 200
    meta: Mapping[str, object] | None = None
    omits_data: bool = False
    """Whether it has no ``data`` at all, not even null."""
    extra: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])
    """What else stands in the envelope, or in it instead of what usually does."""

    @property
    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"status": True, "message": self.message}
        if not self.omits_data:
            body["data"] = self.data
        if self.meta is not None:
            body["meta"] = self.meta
        body.update(self.extra)
        return body

    @property
    def content(self) -> bytes:
        return msgspec.json.encode(self.body)

    @property
    def headers(self) -> Mapping[str, str]:
        return {}


def message_only(message: str, status: int = 200) -> ApiResponse:
    """An answer without data."""
    return ApiResponse(message, status=status, omits_data=True)


# The numbers of transactions have passed 4,294,967,296, which a 32-bit column cannot hold. Here everything starts
# beyond it, so that such a column fails in a test and not in production.
FIRST_ID = 2**32 + 1

SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
UPPERCASE_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX = "0123456789abcdef"

_CODES: Mapping[str | None, tuple[int, str]] = {"AUTH_": (10, SMALL), "SPL_": (10, ALPHANUMERIC)}
"""How long a code is behind its prefix, and of which letters, where it is not 15 small letters and digits."""


@functools.cache
def _table(alphabet: str) -> bytes:
    """The letter for each byte."""
    return "".join(alphabet[byte % len(alphabet)] for byte in range(256)).encode()


class RequestContext(msgspec.Struct):
    """One request to one operation, or one job that is done, on behalf of a tenant."""

    services: Services
    tenant: Tenant
    now: float
    params: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    query: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    body: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    items: list[Any] = msgspec.field(default_factory=list[Any])
    """The body of the few operations that take an array."""
    applied_faults: list[str] = msgspec.field(default_factory=list[str])
    """What goes wrong on purpose with the webhooks that it causes."""

    # What was asked

    def require(self, name: str, label: str | None = None) -> Any:
        """A field of the body that must be there."""
        value = self.body.get(name)
        if value is None or value == "":
            raise missing_field(label or name)
        return value

    def require_object(self, name: str, *fields: str) -> dict[str, Any]:
        """An object in the body, with these fields."""
        value = self.require(name)
        if not isinstance(value, dict):
            raise ApiError(400, f'"{name}" must be of type object', "invalid_params")
        found: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
        for part in fields:
            if not found.get(part):
                raise missing_field(f"{name}.{part}")
        return found

    def require_amount(self, name: str = "amount", *, minimum: int = 1) -> int:
        """An amount in subunits that must be there: a whole number, as a number or in digits."""
        value = self.body.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < 19:
            value = int(value)
        elif isinstance(value, float) and value.is_integer():
            value = int(value)  # 100.0 is taken and 100.5 is not (observed)
        if value is None or value == "":
            raise missing_field(name.replace("_", " ").capitalize())
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(400, f'"{name}" must be an integer', "invalid_params")
        if not minimum <= value < 2**53:  # beyond, JavaScript would not read the webhook's number as it is
            raise ApiError(400, "Invalid Amount Sent", "invalid_params")
        return value

    def currency(self) -> str:
        """The currency of the body, or the business's own.

        :raises Refusal: Where the business may not be paid in it.
        """
        currency = self.body.get("currency") or self.settings.currencies[0]
        if currency not in self.settings.currencies:
            raise ApiError(400, "Currency not supported by merchant")
        return str(currency)

    # What is known

    @property
    def settings(self) -> Settings:
        """How the tenant's business is set up."""
        kept = self.services.store.setting(self.tenant.id)
        return self.services.settings if kept is None else decoded(kept)

    def find(self, kind: str, **by: object) -> Document | None:
        """The one with this ``id``, ``code`` or ``name``."""
        return self.services.store.find(self.tenant.id, kind, **by)

    def find_by_id_or_code(self, kind: str, id_or_code: str) -> Document | None:
        """The one with this code or, in digits, this number."""
        if id_or_code.isdecimal() and len(id_or_code) < 19:
            return self.find(kind, id=int(id_or_code))
        return self.find(kind, code=id_or_code)

    def get(self, kind: str, number: int | None) -> Document:
        """The one with this number, which another document says is there."""
        found = self.services.store.find(self.tenant.id, kind, id=number)
        assert found is not None, f"a {kind} that is spoken of is there: nothing is ever deleted"
        return found

    def owned(self, kind: str, owner: int) -> list[Document]:
        """What belongs to an owner, the oldest first."""
        return self.services.store.owned(self.tenant.id, kind, owner)

    def some(self, kind: str, *, limit: int = 1_000_000, owner: int | None = None, **having: object) -> list[Document]:
        """Those whose bodies have these values, the newest first."""
        where = Query(owner=owner, having=having)
        return self.services.store.some(self.tenant.id, kind, where, limit=limit)

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
        number = self.services.store.next_id(self.tenant.id, kind, FIRST_ID)
        length, alphabet = _CODES.get(code, (15, SMALL))
        full = None if code is None else code + self.stable_code(kind, number, length=length, alphabet=alphabet)
        document = Document(kind, number, full, name, owner, self.now, self.now, body)
        self.services.store.add(self.tenant.id, document)
        return document

    def save(self, document: Document) -> None:
        """Keep what was changed in it."""
        document.updated = self.now
        self.services.store.save(self.tenant.id, document)

    def set(self, **changes: Any) -> None:
        """Change some of the tenant's settings.

        :raises ValueError: Where one is not there, or of another type.
        """
        settings = changed(self.settings, changes)
        self.services.store.set(self.tenant.id, msgspec.json.encode(settings).decode())

    def stable_code(self, *of: object, length: int = 15, alphabet: str = SMALL) -> str:
        """Letters that look random and are the same in every run with the same seed: small ones and digits, or others.

        :param length: At most 64.
        """
        source = f"{self.services.seed}:{self.tenant.id}:{':'.join(map(str, of))}"
        return hashlib.blake2b(source.encode(), digest_size=length).digest().translate(_table(alphabet)).decode()

    def next_code(self, of: str, *, length: int = 15, alphabet: str = SMALL) -> str:
        """As :meth:`letters`, others each time."""
        return self.stable_code(
            of, self.services.store.next_id(self.tenant.id, of, 1), length=length, alphabet=alphabet
        )

    def emit(self, name: str, data: object, **more: object) -> None:
        """Tell by webhook."""
        world, tenant, body = self.services, self.tenant.id, {"event": name, **more, "data": data}
        settings = self.settings
        if tenant not in world.webhook_targets and settings.webhook_url is None:
            # Paystack tells nobody where no address is set; what happened can be sent later all the same.
            world.outbox.add(tenant, self.now, body)
            return
        holds, struck, due = ["told"] if settings.webhook_mode == "manual" else [], list[str](), self.now
        for rule in world.faults.hit(tenant, name, webhook=True) if world.faults.any else ():
            struck.append(rule.action)
            if rule.action == "late":
                due += LATE if rule.seconds is None else rule.seconds
            elif rule.action == "out-of-order":
                holds.append("next")
        self.applied_faults += struck
        held, fault = " ".join(holds) or None, ", ".join(struck) or None
        world.outbox.add(tenant, self.now, body, due=None if held else due, held=held, fault=fault)
        if "next" not in holds:
            world.outbox.follow(tenant, due)

    def schedule(self, seconds: float, job: str, **body: Any) -> None:
        """Have a job done later."""
        self.services.jobs.add(self.tenant.id, self.now + seconds, job, body)


Operation: TypeAlias = Callable[[RequestContext], "ApiResponse | ApiError | Steps[ApiResponse]"]
"""What answers. A refusal that is raised undoes what was changed before; one that is returned keeps it."""
JobHandler: TypeAlias = Callable[[RequestContext], None]


class Route(msgspec.Struct, frozen=True):
    """An operation, and who may ask for it how."""

    operation: Operation
    public: bool
    """Whether the public key does, as in a customer's browser."""
    array: bool
    """Whether its body is a JSON array."""
    open: bool
    """Whether it takes no key: its address, which nobody guesses, names the ``tenant``."""
    name: str
    """``POST /transfer/{code}``."""
    drives: bool
    """Whether it lets time pass or has webhooks sent. Such an operation is no transaction, and may return a generator
    that is driven as :meth:`paystackease.emulator.Emulator.handle` says."""
    file: bool = False
    """Whether its body is a file, which is not looked at."""


class RouteGroup(msgspec.Struct):
    """The operations and the jobs of one kind of thing, each declared on the function that does it."""

    operations: dict[tuple[str, str], Route] = msgspec.field(default_factory=dict[tuple[str, str], Route])
    jobs: dict[str, JobHandler] = msgspec.field(default_factory=dict[str, JobHandler])

    def route(
        self,
        method: str,
        path: str,
        *,
        public: bool = False,
        array: bool = False,
        open: bool = False,  # noqa: A002 # as the route has it
        file: bool = False,
        drives: bool = False,
    ) -> Callable[[Operation], Operation]:
        """Declare what answers there."""

        def declare(operation: Operation) -> Operation:
            self.operations[method, path] = Route(operation, public, array, open, f"{method} {path}", drives, file)
            return operation

        return declare

    def job(self, name: str) -> Callable[[JobHandler], JobHandler]:
        """Declare what is done when it falls due."""

        def declare(handler: JobHandler) -> JobHandler:
            self.jobs[name] = handler
            return handler

        return declare

"""The context of one request: its fields, and access to the data of its tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.http.codes import LOWERCASE_ALPHANUMERIC, code_format, derive_code
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.services import Services, Tenant
from paystackease.emulator.settings import Settings, with_changes
from paystackease.emulator.storage.document import FIRST_ID, Document, Query


class RequestContext(msgspec.Struct):
    """One request to an operation, or one run of a job, on behalf of a tenant.

    It validates fields of the request, and limits every query to the tenant. The store, the outbox and the other
    components that it uses are in :class:`~paystackease.emulator.services.Services`.
    """

    services: Services
    tenant: Tenant
    now: float
    params: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    query: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    body: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    items: list[Any] = msgspec.field(default_factory=list[Any])
    """The body of the few operations whose body is a JSON array."""
    applied_faults: list[str] = msgspec.field(default_factory=list[str])
    """The faults that are applied to this request and to the webhooks that it emits."""

    # Reading the request

    def require(self, name: str, label: str | None = None) -> Any:
        """Return a required field of the body."""
        value = self.body.get(name)
        if value is None or value == "":
            raise missing_field(label or name)
        return value

    def require_object(self, name: str, *fields: str) -> dict[str, Any]:
        """Return a required object of the body that has these fields."""
        value = self.require(name)
        if not isinstance(value, dict):
            raise ApiError(400, f'"{name}" must be of type object', "invalid_params")
        given: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
        for part in fields:
            if not given.get(part):
                raise missing_field(f"{name}.{part}")
        return given

    def require_amount(self, name: str = "amount", *, minimum: int = 1) -> int:
        """Return a required amount in subunits: an integer, as a number or as digits.

        :raises ApiError: If it is missing, not an integer, or not from ``minimum`` to 2**53 - 1.
        """
        value = self.body.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < 19:
            value = int(value)
        elif isinstance(value, float) and value.is_integer():
            value = int(value)  # 100.0 is accepted and 100.5 is not (observed)
        if value is None or value == "":
            raise missing_field(name.replace("_", " ").capitalize())
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(400, f'"{name}" must be an integer', "invalid_params")
        if not minimum <= value < 2**53:  # JavaScript cannot represent larger integers, which webhooks have too
            raise ApiError(400, "Invalid Amount Sent", "invalid_params")
        return value

    def currency(self) -> str:
        """Return the currency of the body, or the business's first currency.

        :raises ApiError: If the business does not accept it.
        """
        currency = self.body.get("currency") or self.settings.currencies[0]
        if currency not in self.settings.currencies:
            raise ApiError(400, "Currency not supported by merchant")
        return str(currency)

    # Reading the tenant's data

    @property
    def settings(self) -> Settings:
        """The tenant's settings."""
        return self.services.settings_of(self.tenant.id)

    def find(
        self, kind: str, *, number: int | None = None, code: str | None = None, unique_key: str | None = None
    ) -> Document | None:
        """Return the document with this number, code or unique key, or None."""
        return self.services.store.find(self.tenant.id, kind, number=number, code=code, unique_key=unique_key)

    def find_by_id(self, kind: str, text: str) -> Document | None:
        """Return the document with this number, which is text in a path; None if there is none."""
        number = parse_id(text)
        return None if number is None else self.find(kind, number=number)

    def find_by_id_or_code(self, kind: str, id_or_code: str) -> Document | None:
        """Return the document with this code or, if it is all digits, this number."""
        number = parse_id(id_or_code)
        return self.find(kind, code=id_or_code) if number is None else self.find(kind, number=number)

    def get(self, kind: str, number: int | None) -> Document:
        """Return the document with this number, to which another document refers."""
        document = self.services.store.find(self.tenant.id, kind, number=number)
        assert document is not None, f"a {kind} that a document refers to exists: documents are never deleted"
        return document

    def children_of(self, kind: str, parent_id: int) -> list[Document]:
        """Return the documents of a parent, oldest first."""
        return self.services.store.children_of(self.tenant.id, kind, parent_id)

    def find_all(
        self,
        kind: str,
        *,
        limit: int = 1_000_000,
        parent_id: int | None = None,
        having: Mapping[str, object] | None = None,
    ) -> list[Document]:
        """Return the documents whose bodies have these values, newest first."""
        where = Query(parent_id=parent_id, having=having or {})
        return self.services.store.find_all(self.tenant.id, kind, where, limit=limit)

    # Changing the tenant's data

    def create(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        code_prefix: str | None = None,
        unique_key: str | None = None,
        parent_id: int | None = None,
    ) -> Document:
        """Create a document.

        :param code_prefix: A prefix such as ``CUS_``, to which the rest of the code is added. None: it has no code.
        :param unique_key: See :class:`~paystackease.emulator.storage.document.Document`.
        :raises DuplicateKeyError: If another document of the kind has that unique key.
        """
        number = self.services.store.next_id(self.tenant.id, kind, FIRST_ID)
        code = None
        if code_prefix is not None:
            length, alphabet = code_format(code_prefix)
            code = code_prefix + self.stable_code(kind, number, length=length, alphabet=alphabet)
        document = Document(kind, number, code, unique_key, parent_id, self.now, self.now, body)
        self.services.store.add(self.tenant.id, document)
        return document

    def save(self, document: Document) -> None:
        """Save the changes of a document."""
        document.updated = self.now
        self.services.store.save(self.tenant.id, document)

    def update_settings(self, **changes: Any) -> None:
        """Change some of the tenant's settings.

        :raises ValueError: If there is no such setting, or its value is not of its type.
        """
        settings = with_changes(self.settings, changes)
        self.services.store.save_settings(self.tenant.id, msgspec.json.encode(settings).decode())

    def stable_code(self, *parts: object, length: int = 15, alphabet: str = LOWERCASE_ALPHANUMERIC) -> str:
        """Return a code that looks random, but is the same in every run with the same seed and parts.

        :param length: At most 64.
        """
        source = f"{self.services.seed}:{self.tenant.id}:{':'.join(map(str, parts))}"
        return derive_code(source, length, alphabet)

    def next_code(self, sequence: str, *, length: int = 15, alphabet: str = LOWERCASE_ALPHANUMERIC) -> str:
        """Return the next code of a sequence. The sequence is the same in every run with the same seed.

        :param sequence: The name of the counter from which the code is derived.
        """
        number = self.services.store.next_id(self.tenant.id, sequence, 1)
        return self.stable_code(sequence, number, length=length, alphabet=alphabet)

    def emit(self, name: str, data: object, **extra: object) -> None:
        """Add a webhook to the outbox.

        :param extra: Fields of its body besides ``event`` and ``data``.
        """
        body = {"event": name, **extra, "data": data}
        self.applied_faults += self.services.emit(self.tenant.id, self.now, body)

    def schedule(self, seconds: float, job: str, **body: Any) -> None:
        """Schedule a job.

        :param seconds: The delay by the emulator's clock.
        """
        self.services.jobs.add(self.tenant.id, self.now + seconds, job, body)

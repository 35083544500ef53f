"""Files of lists: CSV, at an address of the emulator's own that works for a minute and takes no key."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paystackease.emulator.http.codes import ALPHANUMERIC
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

export = RouteGroup()

LASTS = 60.0


class File(ApiResponse):
    """An answer that is a file, and no JSON."""

    text: str = ""

    @property
    def content(self) -> bytes:
        return self.text.encode()

    @property
    def headers(self) -> Mapping[str, str]:
        return {"content-type": "text/csv; charset=utf-8", "cache-control": "no-store"}


@export.route("GET", "/_emulator/exports/{tenant}/{name}", keyless=True)
def file(context: RequestContext) -> ApiResponse:
    found = context.find("export", name=context.params["name"])
    if found is None or context.now >= found.body["expires"]:
        raise ApiError(404, "There is no such file, or not any more: export again", "not_found")
    return File("", text=found.body["text"])


def made(context: RequestContext, what: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> ApiResponse:
    """Write rows to a file, and say where it is.

    :param what: Of what: part of its name.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    name = f"{what}_{context.next_code('export', length=24, alphabet=ALPHANUMERIC)}.csv"
    expires = context.now + LASTS
    context.create("export", {"text": text.getvalue(), "expires": expires}, unique_key=name)
    path = f"{context.services.base_url()}/_emulator/exports/{context.tenant.id}/{name}"
    until = dt.datetime.fromtimestamp(expires, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    return ApiResponse("Export successful", {"path": path, "expiresAt": until})

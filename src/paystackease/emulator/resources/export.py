"""Files of lists: CSV, at an address of the emulator's own that works for a minute and takes no key."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paystackease.emulator.http.context import ALPHANUMERIC, ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError

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


@export.route("GET", "/_emulator/exports/{tenant}/{name}", open=True)
def file(call: RequestContext) -> ApiResponse:
    found = call.find("export", name=call.params["name"])
    if found is None or call.now >= found.body["expires"]:
        raise ApiError(404, "There is no such file, or not any more: export again", "not_found")
    return File("", text=found.body["text"])


def made(call: RequestContext, what: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> ApiResponse:
    """Write rows to a file, and say where it is.

    :param what: Of what: part of its name.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    name = f"{what}_{call.next_code('export', length=24, alphabet=ALPHANUMERIC)}.csv"
    expires = call.now + LASTS
    call.new("export", {"text": text.getvalue(), "expires": expires}, name=name)
    path = f"{call.services.base_url()}/_emulator/exports/{call.tenant.id}/{name}"
    until = dt.datetime.fromtimestamp(expires, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    return ApiResponse("Export successful", {"path": path, "expiresAt": until})

"""Exports: CSV files at URLs of the emulator that need no key and expire after a minute."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.codes import ALPHANUMERIC
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()

EXPORT_SECONDS = 60.0


class FileResponse(ApiResponse):
    """A response that is a file instead of JSON."""

    text: str = ""

    @property
    def content(self) -> bytes:
        """The file."""
        return self.text.encode()

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of a CSV file."""
        return {"content-type": "text/csv; charset=utf-8", "cache-control": "no-store"}


@routes.route("GET", "/_emulator/exports/{tenant}/{name}", keyless=True)
def download(context: RequestContext) -> ApiResponse:
    document = context.find("export", unique_key=context.params["name"])
    if document is None or context.now >= document.body["expires"]:
        raise ApiError(404, "The file does not exist or has expired: export again", "not_found")
    return FileResponse("", text=document.body["text"])


def create_export(
    context: RequestContext, what: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> ApiResponse:
    """Write rows to a CSV file, and return the response with its URL.

    :param what: The exported resource, which is part of the file's name.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    name = f"{what}_{context.next_code('export', length=24, alphabet=ALPHANUMERIC)}.csv"
    expires = context.now + EXPORT_SECONDS
    context.create("export", {"text": text.getvalue(), "expires": expires}, unique_key=name)
    path = f"{context.services.base_url()}/_emulator/exports/{context.tenant.id}/{name}"
    until = dt.datetime.fromtimestamp(expires, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    return ApiResponse("Export successful", {"path": path, "expiresAt": until})

"""Responses to requests that the emulator could not process, and what its log says of them."""

from __future__ import annotations

import logging
import sqlite3

from paystackease.emulator.http.errors import ApiError, internal_error


def report_failure(log: logging.Logger, operation: str, error: Exception) -> ApiError:
    """Log a failure of the emulator, and return the response to the request. Nothing of the request was stored.

    :param operation: The request or operation, without values of the caller.
    """
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        log.error("%s: %s", operation, _DATABASE_FULL)
        return ApiError(500, _DATABASE_FULL, "database_full", kind="emulator_error")
    # The client gets the response that Paystack would send, and the log has the cause.
    log.error("internal error at %s", operation, exc_info=error)
    return internal_error()


_DATABASE_FULL = (
    "The emulator's database is full, and nothing was stored. In memory it holds 1 GiB, about half a million payments: "
    "start the emulator with --db FILE, or delete the data with: paystackease emulator reset. A file is full if its "
    "disk is."
)

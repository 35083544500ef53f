"""Changing a tenant's settings: for ``POST /_emulator/settings`` and for the form of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError


def change_settings(context: RequestContext, changes: Mapping[str, Any]) -> None:
    """Change some of the tenant's settings. Release the webhooks that are held, unless the mode is ``manual``.

    :param changes: By the names of the settings. An empty ``webhook_url`` is None, since some clients cannot send null.
    :raises ApiError: If there is no such setting, or its value is invalid. The message says which.
    """
    if changes.get("webhook_url") == "":
        changes = {**changes, "webhook_url": None}
    try:
        context.update_settings(**changes)
    except (TypeError, ValueError) as error:  # a TypeError if a field is called self
        raise ApiError(400, str(error), "invalid_params") from error
    if context.settings.webhook_mode != "manual":
        context.services.outbox.release_held(context.tenant.id, context.now)

"""Dashboard pages that control the simulation: the clock of the business, fault injection, and API coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import ClockAdvance, PageRegistry
from paystackease.emulator.faults import rules
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.operation_names import normalize_operation
from paystackease.emulator.storage import queries

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

STEPS: Mapping[str, float] = {
    "1 minute": 60.0,
    "1 hour": 3_600.0,
    "1 day": 86_400.0,
    "1 week": 7 * 86_400.0,
    "30 days": 30 * 86_400.0,
    "1 year": 365 * 86_400.0,
}
UNITS: Mapping[str, float] = {"minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}
MAX_SECONDS = 10 * 365 * 86_400.0
"""The maximum by which one action advances the clock."""


def create_registry(emulator: Emulator) -> PageRegistry:
    """Return these pages of one emulator."""
    registry = PageRegistry()

    @registry.page("/clock", "clock.html")
    def clock(context: RequestContext) -> Mapping[str, Any]:
        jobs = queries.next_jobs(context.services.store, context.tenant.id, 12)
        return {"steps": STEPS, "units": list(UNITS), "jobs": [{"name": name, "due": due} for name, due in jobs]}

    @registry.action("/clock/advance")
    def advance(context: RequestContext) -> ClockAdvance:
        seconds = _read_seconds(context.body)
        try:
            context.services.clocks.get(context.tenant.id).time_after(seconds)
        except ValueError as error:
            raise ApiError(400, str(error)) from error
        return ClockAdvance(seconds, "/clock")

    @registry.action("/clock/freeze")
    def freeze(context: RequestContext) -> str:
        context.services.clocks.get(context.tenant.id).freeze()
        return "/clock"

    @registry.action("/clock/run")
    def run(context: RequestContext) -> str:
        context.services.clocks.get(context.tenant.id).unfreeze()
        return "/clock"

    @registry.page("/faults", "faults.html")
    def faults(context: RequestContext) -> Mapping[str, Any]:
        return {
            "active": context.services.faults.list_for(context.tenant.id),
            "presets": rules.PRESETS,
            "actions": list(rules.ACTIONS),
            "webhook_actions": rules.WEBHOOK_ACTIONS,
        }

    @registry.action("/faults/add")
    def add(context: RequestContext) -> str:
        fields = {name: value.strip() for name, value in context.body.items() if value.strip()}
        emulator.activate_fault(context.tenant.id, rules.parse_rule(fields, strict=False))
        return "/faults"

    @registry.action("/faults/preset")
    def preset(context: RequestContext) -> str:
        preset_rules = rules.PRESETS.get(str(context.body.get("preset")))
        if preset_rules is None:
            raise ApiError(400, f"A preset is one of {', '.join(rules.PRESETS)}")
        for fields in preset_rules:
            emulator.activate_fault(context.tenant.id, rules.parse_rule(fields))
        return "/faults"

    @registry.action("/faults/remove")
    def remove(context: RequestContext) -> str:
        number = context.body.get("number", "")
        if len(number) < 19:  # no fault has a longer one
            context.services.faults.remove(context.tenant.id, int(number) if number.isdecimal() else None)
        return "/faults"

    @registry.page("/coverage", "coverage.html")
    def coverage(context: RequestContext) -> Mapping[str, Any]:
        # Imported here because it imports all sections of the client.
        from paystackease.endpoints import endpoints

        known = emulator.operations()
        calls = Counter(
            normalize_operation(request.operation)
            for request in context.services.request_log.newest(context.tenant.id)
            if request.operation
        )
        sections: dict[str, list[dict[str, Any]]] = {}
        for section, endpoint in endpoints():
            plain = normalize_operation(f"{endpoint.method} {endpoint.path}")
            row = {"method": endpoint.method, "path": endpoint.path, "name": endpoint.name}
            sections.setdefault(section, []).append({**row, "there": plain in known, "calls": calls[plain]})
        rows = [row for section_rows in sections.values() for row in section_rows]
        return {"sections": sections, "all": len(rows), "there": sum(row["there"] for row in rows)}

    return registry


def _read_seconds(form: Mapping[str, Any]) -> float:
    """Return the seconds by which a form advances the clock.

    :raises ApiError: If they are missing, or are not from 0 to :data:`MAX_SECONDS`.
    """
    seconds = STEPS.get(str(form.get("step", "")))
    if seconds is None:
        try:
            seconds = float(form.get("number", "")) * UNITS[str(form.get("unit", ""))]
        except (KeyError, ValueError):
            raise ApiError(400, "Enter a number, and choose minutes, hours or days") from None
    if not 0 <= seconds <= MAX_SECONDS:
        raise ApiError(400, "Enter a duration from 0 to ten years: the clock cannot go back")
    return seconds

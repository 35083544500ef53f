"""The chart of payments by status and day: the sizes of its bars, which the page draws as SVG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage import queries
from paystackease.emulator.storage.counters import DAY

RANGES = (7, 14, 30)
"""The numbers of days among which a reader chooses."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "success": ("success",),
    "pending": ("ongoing", "pending", "processing", "queued"),
    "failed": ("failed",),
    "reversed": ("reversed",),
    "abandoned": ("abandoned",),
}
"""The parts of a bar from bottom to top, and the statuses that each counts."""
HEIGHT, SLOT = 100, 20
"""The height of the tallest bar and the width of a day, in the units of the drawing."""


def payments_chart(context: RequestContext) -> Mapping[str, Any]:
    """Return the chart of the latest days. The store counts, so the cost depends on the number of days only."""
    text = context.query.get("days", "")
    days = int(text) if text in map(str, RANGES) else 14
    today = int(context.now // DAY)
    counts = queries.counts_by_day(context.services.store, context.tenant.id, "transaction", today - days + 1, today)
    highest = max((sum(by_status.values()) for by_status in counts.values()), default=0)
    bars = [
        _bar(position, day, counts.get(day, {}), highest)
        for position, day in enumerate(range(today - days + 1, today + 1))
    ]
    totals = {group: sum(bar["counts"][group] for bar in bars) for group in GROUPS}
    return {
        "days": days,
        "ranges": RANGES,
        "bars": bars,
        "highest": highest,
        "totals": totals,
        "width": days * SLOT,
        "height": HEIGHT,
        "slot": SLOT,
    }


def _bar(position: int, day: int, by_status: Mapping[str, int], highest: int) -> dict[str, Any]:
    counts = {group: sum(by_status.get(status, 0) for status in statuses) for group, statuses in GROUPS.items()}
    parts: list[dict[str, Any]] = []
    top = float(HEIGHT)
    for group, count in counts.items():
        if count:
            height = round(count / highest * HEIGHT, 2)
            top = round(top - height, 2)
            parts.append({"group": group, "y": top, "height": height})
    date = dt.datetime.fromtimestamp(day * DAY, dt.UTC)
    return {
        "x": position * SLOT,
        "date": f"{date:%Y-%m-%d}",
        "label": f"{date.day} {date:%b}",
        "counts": counts,
        "total": sum(counts.values()),
        "parts": parts,
    }

"""``paystackease emulator clock``, ``fault``, ``settings``, ``snapshot`` and ``reset``: control a running emulator."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import msgspec
from cyclopts import App, Parameter

from paystackease import errors
from paystackease.cli.confirmation import confirm_deletion
from paystackease.cli.credentials import mask_key
from paystackease.cli.durations import parse_duration, parse_moment
from paystackease.cli.emulator_connection import (
    DEFAULT_KEY,
    ConnectionOptions,
    EmulatorConnection,
    Output,
    Yes,
    connect,
    print_list,
    print_object,
    print_rows,
    suggest,
)
from paystackease.cli.output import OutputFormat, default_format, print_items, print_json

AllBusinesses: TypeAlias = Annotated[
    bool, Parameter(name="--all", negative=(), help="The clocks of all businesses of the emulator.")
]

clock = App(name="clock", help="Show the clock of a business of a running emulator, or move it.", version_flags=[])
fault = App(name="fault", help="Add faults to a running emulator, list them, or clear them.", version_flags=[])
settings = App(name="settings", help="Show or change the settings of a running emulator.", version_flags=[])
snapshot = App(name="snapshot", help="Save the state of a running emulator, or restore it.", version_flags=[])


# The clock


@clock.command(name="show")
def show_clock(
    *, all_: AllBusinesses = False, output: Output = None, connection: ConnectionOptions | None = None
) -> None:
    """Show the time of the business: now, whether it is frozen, and the seconds by which it is ahead of real time."""
    with connect(connection) as emulator:
        data: Mapping[str, Any] = emulator.call("GET", "/clock", query=_clock_query(all_))
    if all_:
        clocks: list[Mapping[str, Any]] = data["businesses"]
        rows = [{"business": entry["integration"], "clock": _describe_clock(entry)} for entry in clocks]
        print_list(clocks, output, rows)
    elif (output or default_format()) == "table":
        print(_describe_clock(data))
    else:
        print_object(data, output)


@clock.command
def advance(
    duration: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    all_: AllBusinesses = False,
    output: Output = None,
    connection: ConnectionOptions | None = None,
) -> None:
    """Advance the clock of the business, and print what happened.

    Everything that becomes due is done at its own time, and its webhooks are sent. The clocks of other businesses do
    not move without --all.

    :param duration: Seconds, such as 90, or numbers with a unit: 90s, 5m, 2h, 3d, 1w, 1d12h.
    """
    seconds = parse_duration(duration)
    with connect(connection) as emulator:
        _print_timeline(emulator.call("POST", "/clock", {"advance": seconds}, query=_clock_query(all_)), output)


@clock.command(name="set")
def set_clock(
    time: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    all_: AllBusinesses = False,
    output: Output = None,
    connection: ConnectionOptions | None = None,
) -> None:
    """Advance the clock of the business to a time, and print what happened. The clock cannot go back.

    With --all, a clock that is already later does not move.

    :param time: The time in ISO 8601, in UTC if it has no zone: 2027-01-31, 2027-01-31T09:00, 2027-01-31T09:00+01:00.
    """
    moment = parse_moment(time)
    with connect(connection) as emulator:
        query = _clock_query(all_)
        data: Mapping[str, Any] = emulator.call("GET", "/clock", query=query)
        now = min(parse_moment(entry["now"]) for entry in data.get("businesses", [data]))
        if moment < now:
            raise errors.InvalidArgumentError(
                f"the clock of the business is at {_format_time(now.isoformat())} and cannot go back: give a later time"
            )
        _print_timeline(emulator.call("POST", "/clock", {"to": moment.isoformat()}, query=query), output)


def _clock_query(all_: bool) -> Mapping[str, object] | None:
    return {"all": True} if all_ else None


def _describe_clock(data: Mapping[str, Any]) -> str:
    state = "frozen" if data["frozen"] else "running"
    ahead = round(data["ahead"])
    offset = f"{abs(ahead):,} s {'ahead of' if ahead > 0 else 'behind'} real time" if ahead else "real time"
    return f"{_format_time(data['now'])}, {state}, {offset}"


def _print_timeline(data: Mapping[str, Any], output: OutputFormat | None) -> None:
    entries: list[Mapping[str, Any]] = data["happened"]
    match output or default_format():
        case "json":
            print_json(data)
        case "table":
            rows: list[Mapping[str, object]] = [
                {"time": _format_time(entry["at"]), **_business_of(entry), "what happened": _describe_entry(entry)}
                for entry in entries
            ]
            if rows:
                print_rows(rows)
            if data["happenings"] > len(rows):
                print(f"{data['happenings']} entries in total; the first {len(rows)} are listed.")
            nothing = "" if rows else "Nothing happened. "
            print(f"{nothing}The time is {_format_time(data['now'])}.")
        case _:
            print_items(entries, output, ())


def _business_of(entry: Mapping[str, Any]) -> Mapping[str, object]:
    return {"business": entry["integration"]} if "integration" in entry else {}


def _describe_entry(entry: Mapping[str, Any]) -> str:
    match entry["kind"]:
        case "event":
            return f"event {entry['name']}"
        case "delivery" if entry["status"] is None:
            return f"webhook {entry['name']} not delivered: {entry['error']}"
        case "delivery":
            return f"webhook {entry['name']} sent, response {entry['status']}"
        case _:
            return f"job {entry['name']}"


def _format_time(text: str) -> str:
    """Return a time of the API, which is in UTC, without its milliseconds and zone."""
    return text[:19].replace("T", " ") + " UTC"


# Faults


@fault.command(name="add")
def add_fault(
    action: str,
    operation: str | None = None,
    /,
    *,
    nth: int | None = None,
    every: int | None = None,
    chance: float | None = None,
    times: int | None = None,
    seconds: float | None = None,
    output: Output = None,
    connection: ConnectionOptions | None = None,
) -> None:
    """Add a fault: paystackease emulator fault add commit-then-drop "POST /transfer" --times 1

    The reference of faults describes each action.

    :param action: What fails, such as 503, reset, commit-then-drop, or twice and lost for webhooks; or a preset, which
        adds several faults: flaky-network, bank-downtime, webhook-hell, black-friday.
    :param operation: Which requests: "POST /transfer", /transfer or transfers.initiate_transfer. For a fault of
        webhooks, the name of the event. Default: all.
    :param nth: Only the Nth match, counted from 1.
    :param every: Every Nth match.
    :param chance: With this probability, from 0 to 1.
    :param times: At most so many times.
    :param seconds: The delay or duration in seconds. Each action has a default.
    """
    from paystackease.emulator.faults.rules import ACTIONS, PRESETS, WEBHOOK_ACTIONS

    conditions = {"nth": nth, "every": every, "chance": chance, "times": times, "seconds": seconds}
    rule = {name: value for name, value in {"operation": operation, **conditions}.items() if value is not None}
    if action not in {*ACTIONS, *WEBHOOK_ACTIONS, *PRESETS}:
        raise errors.InvalidArgumentError(
            f"there is no fault {action!r}{suggest(action, [*ACTIONS, *WEBHOOK_ACTIONS, *PRESETS])}\n"
            f"Faults of requests: {', '.join(ACTIONS)}\n"
            f"Faults of webhooks: {', '.join(WEBHOOK_ACTIONS)}\n"
            f"Presets: {', '.join(PRESETS)}"
        )
    if action in PRESETS and rule:
        raise errors.InvalidArgumentError(f"the preset {action} has its own rules: leave out {', '.join(rule)}")
    with connect(connection) as emulator:
        body = {"preset": action} if action in PRESETS else {"action": action, **rule}
        faults: list[Mapping[str, Any]] = emulator.call("POST", "/faults", body)
        print_list(faults, output, map(_summarize_fault, faults))


@fault.command(name="list")
def list_faults(*, output: Output = None, connection: ConnectionOptions | None = None) -> None:
    """List the active faults. "1 of 3" means that three requests matched, and the fault was applied to one of them."""
    with connect(connection) as emulator:
        faults: list[Mapping[str, Any]] = emulator.call("GET", "/faults")
        print_list(faults, output, map(_summarize_fault, faults))


@fault.command(name="clear")
def clear_faults(number: int | None = None, /, *, connection: ConnectionOptions | None = None) -> None:
    """Clear all active faults, or one.

    :param number: The number of the fault, as list prints it. Default: all.
    """
    with connect(connection) as emulator:
        if number is None:
            removed = emulator.call("DELETE", "/faults")["removed"]
        else:
            active = [entry["number"] for entry in emulator.call("GET", "/faults")]
            if number not in active:
                raise errors.InvalidArgumentError(
                    f"there is no fault {number}. {_enumerate('The active faults are', active, 'No fault is active')}"
                )
            removed = emulator.call("DELETE", "/faults/{number}", number=number)["removed"]
    print(f"{removed} fault{'' if removed == 1 else 's'} cleared.")


def _summarize_fault(entry: Mapping[str, Any]) -> dict[str, object]:
    names = ("nth", "every", "chance", "times", "seconds")
    conditions = [f"{name} {entry[name]}" for name in names if entry.get(name) is not None]
    return {
        "number": entry["number"],
        "action": entry["action"],
        "applied": f"{entry['hits']} of {entry['seen']}",
        "applies to": ", ".join([entry.get("operation", "all"), *conditions]),
    }


# Settings


@settings.command(name="show")
def show_settings(*, output: Output = None, connection: ConnectionOptions | None = None) -> None:
    """Show the settings of the business."""
    with connect(connection) as emulator:
        print_object(emulator.call("GET", "/settings"), output)


@settings.command(name="set")
def set_settings(
    assignments: Annotated[Sequence[str], Parameter(name="NAME=VALUE", allow_leading_hyphen=True)],
    /,
    *,
    output: Output = None,
    connection: ConnectionOptions | None = None,
) -> None:
    """Change settings of the business, and print those: paystackease emulator settings set quirks=false

    :param assignments: The name of a setting and its value. The value is JSON if it is valid JSON, else text.
    """
    changes = dict(map(_parse_assignment, assignments))
    if not changes:
        raise errors.InvalidArgumentError("give at least one NAME=VALUE, such as otp_for_transfers=true")
    with connect(connection) as emulator:
        names: list[str] = list(emulator.call("GET", "/settings"))
        for name in changes:
            if name not in names:
                raise errors.InvalidArgumentError(
                    f"there is no setting {name!r}{suggest(name, names)}\nSettings: {', '.join(names)}"
                )
        changed: Mapping[str, object] = emulator.call("POST", "/settings", changes)
        print_object({name: changed[name] for name in changes}, output)


def _parse_assignment(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise errors.InvalidArgumentError(f"a setting is NAME=VALUE, such as otp_for_transfers=true, not {text!r}")
    try:
        # A request leaves out None at its top level.
        return name, msgspec.Raw(b"null") if value.strip() == "null" else msgspec.json.decode(value)
    except (ValueError, RecursionError):
        return name, value


# State


def reset(*, yes: Yes = False, connection: ConnectionOptions | None = None) -> None:
    """Delete all data of the business, and reset it and its clock to the initial state."""
    with connect(connection) as emulator:
        confirm_deletion(
            f"All data of the business of {_masked_key()} at {emulator.url} will be deleted, except its snapshots.",
            yes=yes,
        )
        emulator.call("POST", "/reset")
    print("Reset to the initial state.")


@snapshot.command
def save(name: str, /, *, yes: Yes = False, connection: ConnectionOptions | None = None) -> None:
    """Save the state of the business in a snapshot.

    :param name: The name of the snapshot. An existing one is replaced, after a confirmation.
    """
    with connect(connection) as emulator:
        if name in _snapshot_names(emulator):
            confirm_deletion(f"The snapshot {name!r} exists, and will be replaced by the present state.", yes=yes)
        emulator.call("PUT", "/snapshots/{name}", name=name)
    print(f"Saved {name}. To restore it: paystackease emulator snapshot restore {shlex.quote(name)}")


@snapshot.command
def restore(name: str, /, *, yes: Yes = False, connection: ConnectionOptions | None = None) -> None:
    """Restore the state of the business from a snapshot, and set its clock back to the time of the snapshot.

    :param name: The name of the snapshot.
    """
    with connect(connection) as emulator:
        names = _snapshot_names(emulator)
        if name not in names:
            raise errors.InvalidArgumentError(
                f"there is no snapshot {name!r}{suggest(name, names)} "
                f"{_enumerate('The snapshots are', names, 'Save one with: paystackease emulator snapshot save NAME')}"
            )
        confirm_deletion(
            f"All data of the business of {_masked_key()} at {emulator.url} will be replaced by the snapshot {name!r}.",
            yes=yes,
        )
        emulator.call("POST", "/snapshots/{name}/restore", name=name)
    print(f"Restored {name}.")


@snapshot.command(name="list")
def list_snapshots(*, output: Output = None, connection: ConnectionOptions | None = None) -> None:
    """List the snapshots, and the time at which each was saved."""
    with connect(connection) as emulator:
        snapshots: list[Mapping[str, Any]] = emulator.call("GET", "/snapshots")
        rows = ({"name": entry["name"], "saved": _format_time(entry["at"])} for entry in snapshots)
        print_list(snapshots, output, rows)


def _snapshot_names(emulator: EmulatorConnection) -> list[str]:
    return [entry["name"] for entry in emulator.call("GET", "/snapshots")]


def _enumerate(introduction: str, names: Sequence[object], otherwise: str) -> str:
    return f"{introduction} {', '.join(map(str, names))}" if names else otherwise


def _masked_key() -> str:
    return mask_key(os.environ.get("PAYSTACK_SECRET_KEY") or DEFAULT_KEY)

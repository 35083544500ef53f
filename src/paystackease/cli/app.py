"""The commands, and how they end.

0    it was done
1    Paystack said no, or it could not be done
2    what was typed, or a key, cannot be right; or nobody agreed to what moves money. Nothing was sent
3    Paystack could not be reached
4    it is not known whether it was done
5    of ``reconcile``: something does not agree
130  it was interrupted by Ctrl-C

``emulator run`` ends as the command does that it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache

from cyclopts import App, Group

from paystackease import __version__, errors

API = Group("The API, a group of commands for each of its sections", sort_key=20)
ROUND_ABOUT = Group("Around it", sort_key=10)

_ABOUT = {
    "completion": ("completion:completion", "Have a shell complete commands at TAB: bash, zsh or fish."),
    "demo": ("demo:demo", "Watch a customer's life against an emulator: no network, no account, no money."),
    "doctor": ("doctor:doctor", "Check the key, the way to Paystack, the clock, and a webhook URL."),
    "emulator": ("emulator:emulator", "Paystack, offline."),
    "export": ("export:export_app", "A list as a file: CSV, JSONL, Parquet or SQLite."),
    "inbox": ("inbox:inbox", "Webhooks that an inbox has: look at them, try them again."),
    "listen": ("listen:listen", "Have webhooks sent to a program on this machine, and see them."),
    "login": ("keys:login", "Keep a secret key under a name, for later commands."),
    "logout": ("keys:logout", "Forget a key."),
    "mirror": ("mirror:mirror", "What an account has, as tables in a database of yours."),
    "profiles": ("keys:profiles", "List the keys that are kept. None is shown whole."),
    "reconcile": ("reconcile:reconcile", "Your orders against what Paystack has."),
    "trigger": ("trigger:trigger", "Bring an event about, and with it its webhook."),
}


def around() -> App:
    """The commands around the API. Those of the API take as long to make as the emulator takes to start."""
    found = App(
        name="paystackease",
        help="Paystack for Python: operate an account, and try it all offline.",
        version=__version__,
    )
    found["--help"].group = found["--version"].group = ROUND_ABOUT
    for name, (where, help_) in _ABOUT.items():
        found.command(f"paystackease.cli.{where}", name=name, help=help_, group=ROUND_ABOUT)
    return found


@cache
def whole() -> App:
    """All commands."""
    from paystackease.cli.api_commands import section_help, section_names

    found = around()
    for name in section_names():
        where = f"paystackease.cli.api_sections:{name}"
        found.command(where, name=name.replace("_", "-"), help=section_help(name), group=API)
    return found


def run(tokens: Sequence[str]) -> int:
    """Run a command, and say how it ended."""
    try:
        code = _call(tokens)
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has enough of it. What is still in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # What goes well does without these, and so does an emulator that is to start at once.
        from paystackease.cli.confirmation import LIVE, NotAgreedError
        from paystackease.cli.output import complain

        match error:
            case NotAgreedError():
                complain(str(error), LIVE)
                return 2
            case errors.PaystackError():
                complain(told(error), "Error:")
                return exit_code(error)
            case _:
                raise


def _call(tokens: Sequence[str]) -> object:
    if tokens and tokens[0] in _ABOUT:
        return around()(tokens, result_action="return_value")
    from paystackease.cli.api_commands import spelled

    return whole()(spelled(tokens), result_action="return_value")


def exit_code(error: errors.PaystackError) -> int:
    """How a command ends that failed so."""
    match error:
        case errors.PaginationError(__cause__=errors.PaystackError() as cause):
            return exit_code(cause)
        case errors.OutcomeUnknownError():
            return 4
        case errors.APIConnectionError():
            return 3
        case errors.InvalidArgumentError() | errors.SecretKeyError():
            return 2
        case _:
            return 1


def told(error: errors.PaystackError) -> str:
    """What went wrong, and what to do: Paystack's sentence and its hint."""
    lines = [f"Error: {error}"]
    if isinstance(error, errors.OutcomeUnknownError):
        lines.append("Do not do it again before you know. Look for it on Paystack first.")
    return "\n".join(lines)

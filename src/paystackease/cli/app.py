"""The commands and their exit codes.

0    success
1    Paystack rejected the request, or the command failed
2    invalid usage or key, or a command that moves money was not confirmed; nothing was sent
3    Paystack could not be reached
4    outcome unknown: the request may have been processed
5    ``reconcile`` found differences
130  interrupted by Ctrl-C

``emulator run`` exits with the code of the command that it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache

from cyclopts import App, Group

from paystackease import __version__, errors
from paystackease.cli.sections import SECTION_HELP

API = Group("API commands, by section", sort_key=20)
TOOLS = Group("Tools", sort_key=10)

_TOOL_COMMANDS = {
    "completion": ("completion:completion", "Print or install shell completion for bash, zsh or fish."),
    "demo": ("demo:demo", "Run a demonstration against the emulator: no network, no account, no money."),
    "doctor": ("doctor:doctor", "Check the key, the connection to Paystack, the clock, and a webhook URL."),
    "emulator": ("emulator:emulator", "Run the offline Paystack emulator, and control a running one."),
    "export": ("export:export_app", "Export a list to a file: CSV, JSONL, Parquet or SQLite."),
    "inbox": ("inbox:inbox", "Inspect and replay the webhooks in an inbox."),
    "listen": ("listen:listen", "Forward webhooks to a program on this machine, and print them."),
    "login": ("auth:login", "Store a secret key in a profile, for later commands."),
    "logout": ("auth:logout", "Delete a stored key."),
    "mirror": ("mirror:mirror", "Mirror an account in SQLite or PostgreSQL."),
    "profiles": ("auth:profiles", "List the stored keys, masked."),
    "reconcile": ("reconcile:reconcile", "Reconcile your orders with Paystack's payments."),
    "trigger": ("trigger:trigger", "Trigger an event and its webhook."),
}


def tools_app() -> App:
    """Build the commands without those of the API, which take as long to build as the emulator takes to start."""
    app = App(
        name="paystackease",
        help="Paystack for Python: operate an account, and test offline.",
        version=__version__,
        help_format="plaintext",  # The modules that render Markdown take longer to import than all others.
    )
    app["--help"].group = app["--version"].group = TOOLS
    for name, (import_path, help_) in _TOOL_COMMANDS.items():
        app.command(f"paystackease.cli.{import_path}", name=name, help=help_, group=TOOLS)
    return app


@cache
def full_app() -> App:
    """Build all commands."""
    app = tools_app()
    for name, help_ in SECTION_HELP.items():
        import_path = f"paystackease.cli.api_commands:{name}"
        app.command(import_path, name=name.replace("_", "-"), help=help_, group=API)
    return app


def run(tokens: Sequence[str]) -> int:
    """Run a command, and return its exit code."""
    try:
        code = _call(tokens)
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of the pipe has closed it. What is still in the buffer is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # Imported only on failure, so that other commands start fast.
        from paystackease.cli.confirmation import LIVE, NotConfirmedError
        from paystackease.cli.output import print_error

        match error:
            case NotConfirmedError():
                print_error(str(error), LIVE)
                return 2
            case errors.PaystackError():
                print_error(error_message(error), "Error:")
                return exit_code(error)
            case _:
                raise


def _call(tokens: Sequence[str]) -> object:
    if tokens and tokens[0] in _TOOL_COMMANDS:
        return tools_app()(tokens, result_action="return_value")
    if tokens and tokens[0].replace("-", "_") in SECTION_HELP:
        from paystackease.cli.api_commands import expand_names

        tokens = expand_names(tokens)
    return full_app()(tokens, result_action="return_value")


def exit_code(error: errors.PaystackError) -> int:
    """Return the exit code of a command that failed with this error."""
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


def error_message(error: errors.PaystackError) -> str:
    """Return the message for people: what failed, and what to do next."""
    lines = [f"Error: {error}"]
    if isinstance(error, errors.OutcomeUnknownError):
        lines.append("Outcome unknown: check on Paystack before retrying.")
    return "\n".join(lines)

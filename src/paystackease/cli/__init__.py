"""``paystackease``, the command line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def loading() -> Generator[None]:
    """Look for no garbage: in what is loaded there is none, and to look for it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Run the command that was typed, and end with its exit code."""
    try:
        with loading():
            from paystackease.cli.app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "paystackease":
            raise
        sys.exit(f"The command line needs {error.name}. Install it with: pip install 'paystackease[all]'")
    sys.exit(run(sys.argv[1:]))

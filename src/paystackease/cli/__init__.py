"""The command line interface, ``paystackease``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager

import paystackease


@contextmanager
def gc_disabled() -> Generator[None]:
    """Disable garbage collection while modules are imported. Collecting takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Run the command in ``sys.argv``, and exit with its exit code."""
    if sys.argv[1:] == ["--version"]:  # Without the libraries of the command line, it is printed at once.
        print(paystackease.__version__)
        return
    try:
        with gc_disabled():
            from paystackease.cli.app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "paystackease":
            raise
        sys.exit(f"The command line needs {error.name}. Install it with: pip install 'paystackease[all]'")
    sys.exit(run(sys.argv[1:]))

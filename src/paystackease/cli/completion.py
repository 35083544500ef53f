"""``paystackease completion``: what makes a shell complete commands, options and choices at TAB.

The script is cyclopts' own. It knows every command by its long name and its short one, and asks nobody at TAB, so it is
to be written anew after an update: making it takes seconds, which is too long for a shell's start.
"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from cyclopts import Parameter


def completion(
    shell: Literal["bash", "zsh", "fish"], /, *, install: Annotated[bool, Parameter(negative=())] = False
) -> None:
    """Print the script with which a shell completes commands at TAB, or install it.

    :param shell: Which shell.
    :param install: Write it to where the shell looks for it, and for bash and zsh a line into ~/.bashrc or ~/.zshrc.
    """
    from paystackease.cli.app import whole

    app = whole()

    if install:
        path = app.install_completion(shell=shell)
        print(f"{path} is written. It works in every {shell} that is begun from now on.")
    else:
        sys.stdout.write(app.generate_completion(shell=shell))

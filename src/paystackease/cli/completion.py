"""``paystackease completion``: shell completion of commands, options and choices.

cyclopts generates the script. It is static: it holds the full and the short name of every command, and runs nothing
when TAB is pressed. So it must be generated again after an update. Generating it takes seconds, which is too long for
the start of a shell.
"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from cyclopts import Parameter


def completion(
    shell: Literal["bash", "zsh", "fish"], /, *, install: Annotated[bool, Parameter(negative=())] = False
) -> None:
    """Print the completion script of a shell, or install it.

    :param shell: The shell.
    :param install: Write the script to the shell's folder for completions, and for bash and zsh a line to ~/.bashrc or
        ~/.zshrc.
    """
    from paystackease.cli.app import full_app

    app = full_app()

    if install:
        path = app.install_completion(shell=shell)
        print(f"{path} is written. Start a new {shell} to use it.")
    else:
        sys.stdout.write(app.generate_completion(shell=shell))

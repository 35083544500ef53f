"""``paystackease emulator init``: write a commented seed file."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from paystackease import errors


def init(file: Path = Path("paystack.toml"), /, *, force: Annotated[bool, Parameter(negative=())] = False) -> None:
    """Write a seed file for "emulator up --seed-file FILE", in which each key is explained.

    :param file: The file to write.
    :param force: Overwrite the file if it exists.
    """
    if file.suffix == ".json":
        raise errors.InvalidArgumentError(f"a seed file with comments is TOML: name it {file.with_suffix('.toml')}")
    template = resources.files("paystackease").joinpath("emulator", "seed_template.toml").read_bytes()
    try:
        with file.open("wb" if force else "xb") as out:
            out.write(template)
    except FileExistsError:
        sys.exit(f"{file} exists: choose another name, or overwrite it with --force")
    except OSError as error:
        sys.exit(f"{file} cannot be written: {error.strerror}")
    print(f"Wrote {file}. Change it, then run: paystackease emulator up --seed-file {file}")

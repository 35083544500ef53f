"""Print a constraint ``name==version`` for the oldest allowed version of each direct dependency in ``pyproject.toml``.

A requirement without an oldest version, and one package with two of them, are refused.
"""

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[^\]]*\])?(>=|==)(?P<oldest>[\w.]+)")


def read_floors(pyproject: Path) -> dict[str, str]:
    """Return the oldest allowed version of each package by its name.

    :raises ValueError: If a requirement is not of the form ``name>=version`` or ``name==version``, or if two
        requirements disagree.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    own = re.compile(rf"{re.escape(project['name'])}\[")
    floors: dict[str, str] = {}
    for requirement in chain(project["dependencies"], *project["optional-dependencies"].values()):
        if own.match(requirement):
            continue
        match = REQUIREMENT.fullmatch(requirement)
        if match is None:
            raise ValueError(f"{requirement!r} has no oldest version. Write it as name>=version")
        name, oldest = match["name"].lower(), match["oldest"]
        if floors.setdefault(name, oldest) != oldest:
            raise ValueError(f"{name} has two oldest versions, {floors[name]} and {oldest}. Write one of them in both")
    return floors


if __name__ == "__main__":
    try:
        lines = [f"{name}=={oldest}\n" for name, oldest in read_floors(Path(sys.argv[1])).items()]
    except ValueError as error:
        sys.exit(f"{sys.argv[1]}: {error}.")
    sys.stdout.writelines(lines)

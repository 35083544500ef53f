"""The oldest allowed dependencies, as CI reads them from ``pyproject.toml``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "floors.py"
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="CI is not part of the source distribution")


def read_floors(pyproject):
    return subprocess.run([sys.executable, SCRIPT, pyproject], capture_output=True, text=True, check=False)


def write_project(folder, runtime, extra):
    path = folder / "pyproject.toml"
    path.write_text(
        f"[project]\nname = 'shop'\ndependencies = ['{runtime}']\n"
        f"[project.optional-dependencies]\nmore = ['{extra}']\nall = ['shop[more]']\n"
    )
    return path


def test_each_dependency_of_this_project_has_one_oldest_version():
    result = read_floors(ROOT / "pyproject.toml")
    assert result.returncode == 0, result.stderr
    names = [line.split("==")[0] for line in result.stdout.splitlines()]
    assert {"aiohttp", "msgspec", "urllib3", "uvicorn", "dbos", "pytest"} <= set(names)
    assert len(names) == len(set(names))


def test_the_oldest_version_follows_the_operator_with_any_extras(tmp_path):
    result = read_floors(write_project(tmp_path, "One[binary]>=3.1.4", "two==2.0"))
    assert result.stdout == "one==3.1.4\ntwo==2.0\n"


@pytest.mark.parametrize("requirement", ["two", "two<3", "two>=1,<3", "two~=1.2", "two>1", "two>=1; extra"])
def test_a_requirement_without_a_single_lower_bound_is_rejected(tmp_path, requirement):
    result = read_floors(write_project(tmp_path, "one>=1", requirement))
    assert result.returncode == 1
    assert "has no oldest version. Write it as name>=version." in result.stderr


def test_two_oldest_versions_of_one_package_are_rejected(tmp_path):
    result = read_floors(write_project(tmp_path, "one>=1", "one>=2"))
    assert result.returncode == 1
    assert "one has two oldest versions, 1 and 2." in result.stderr

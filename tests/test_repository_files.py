"""Files for GitHub, Read the Docs and pre-commit: valid, and consistent with this repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import paystackease

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
yaml = pytest.importorskip("yaml", reason="PyYAML comes with the extra docs")
pytestmark = pytest.mark.skipif(not GITHUB.exists(), reason="not part of the source distribution")

FILES = sorted(
    [*GITHUB.rglob("*.yml"), ROOT / "action.yml", ROOT / ".readthedocs.yaml", ROOT / ".pre-commit-config.yaml"]
)
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
ACTION = re.compile(r"(actions/[\w-]+@v\d+|pypa/gh-action-pypi-publish@release/v1|\./(\.github/workflows/\w+\.yml)?)")


class Loader(yaml.SafeLoader):
    """YAML 1.2, as GitHub reads it: the key `on` is text, and duplicate keys are errors."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"duplicate keys: {keys}"
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def load_workflow(name):
    return load_yaml(GITHUB / "workflows" / f"{name}.yml")


def iterate_actions(value):
    """Yield every action that a workflow uses."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "uses":
                yield item
            else:
                yield from iterate_actions(item)
    elif isinstance(value, list):
        for item in value:
            yield from iterate_actions(item)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_valid_and_names_no_other_machine(path):
    assert isinstance(load_yaml(path), dict)
    assert not re.search(r"https?://(?!127\.0\.0\.1|api\.paystack\.co)|/(root|home|work)/", path.read_text())


@pytest.mark.parametrize("name", ["ci", "release"])
def test_a_workflow_has_read_permission_and_pins_each_action_to_a_major_version(name):
    workflow = load_workflow(name)
    assert workflow["permissions"] == {"contents": "read"}
    actions = [*iterate_actions(workflow)]
    assert actions
    assert [action for action in actions if not ACTION.fullmatch(action)] == []
    for job in workflow["jobs"].values():
        assert "uses" in job or job["timeout-minutes"]
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


def test_ci_runs_every_check_on_each_python_from_3_11_to_3_14():
    workflow = load_workflow("ci")
    assert set(workflow["on"]) == {"push", "pull_request", "workflow_call"}
    job = workflow["jobs"]["checks"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    setup = next(step for step in job["steps"] if "setup-python" in step.get("uses", ""))
    assert setup["with"]["python-version"].split("\n")[1] == "${{ matrix.python }}"
    step = next(step for step in job["steps"] if step.get("run") == ".ci/run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for variable in step["env"]:
        assert variable in (ROOT / ".ci" / "run").read_text()


def test_a_job_of_ci_uses_this_action_and_its_variables():
    steps = load_workflow("ci")["jobs"]["action"]["steps"]
    assert "./" in iterate_actions(steps)
    assert all(f"${name}" in steps[-1]["run"] for name in ("PAYSTACK_BASE_URL", "PAYSTACK_SECRET_KEY"))


def test_a_release_is_published_by_a_job_that_runs_no_code_of_the_repository():
    workflow = load_workflow("release")
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    jobs = workflow["jobs"]
    publish = jobs["publish"]
    assert publish["needs"] == ["checks", "build"]
    assert publish["environment"] == "pypi"
    assert publish["permissions"] == {"id-token": "write"}
    assert [*iterate_actions(publish)] == ["actions/download-artifact@v8", "pypa/gh-action-pypi-publish@release/v1"]
    assert not any("run" in step for step in publish["steps"])
    assert publish["steps"][-1]["with"] == {"attestations": True}
    assert not any("permissions" in job for name, job in jobs.items() if name != "publish")
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yml"
    uploaded, downloaded = (
        step["with"]
        for name in ("build", "publish")
        for step in jobs[name]["steps"]
        if re.match(r"actions/(up|down)load-artifact", step.get("uses", ""))
    )
    assert (uploaded["name"], uploaded["path"]) == (downloaded["name"], downloaded["path"])


@pytest.mark.skipif(sys.platform == "win32", reason="the workflow is for Linux")
@pytest.mark.parametrize(
    ("tag", "is_accepted"),
    [(f"v{paystackease.__version__}", True), (paystackease.__version__, False), ("v0.0.1", False)],
)
def test_a_tag_that_is_not_the_version_stops_the_release(tag, is_accepted):
    steps = load_workflow("release")["jobs"]["build"]["steps"]
    step = next(step for step in steps if step.get("id") == "version")
    # The check comes before the build, so that nothing is built for a wrong tag.
    assert steps.index(step) < next(
        n for n, other_step in enumerate(steps) if other_step.get("run") == "python -m build"
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = os.environ | {"GITHUB_REF_NAME": tag, "PATH": path}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    completed = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60)
    assert (completed.returncode == 0) == is_accepted, completed.stderr
    assert is_accepted or f"v{paystackease.__version__}" in completed.stdout


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_starts_with_a_warning_about_live_keys(path):
    form = load_yaml(path)
    assert {"name", "description", "body"} <= form.keys()
    first, *fields = form["body"]
    assert first["type"] == "markdown"
    assert "Never paste a live key" in first["attributes"]["value"]
    assert len({field["id"] for field in fields}) == len(fields)
    for field in fields:
        assert field["type"] in ("textarea", "input", "dropdown", "checkboxes")
        assert field["attributes"]["label"]
        if field["type"] in ("dropdown", "checkboxes"):
            assert field["attributes"]["options"]


def test_dependabot_watches_python_actions_and_the_image():
    updates = load_yaml(GITHUB / "dependabot.yml")["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["pip", "github-actions", "docker"]
    assert all(update["directory"] == "/" and update["schedule"]["interval"] for update in updates)


def test_pre_commit_hooks_are_local_and_use_the_active_environment():
    repos = load_yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    hooks = repos[0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["ruff-check", "ruff-format", "mypy"]
    for hook in hooks:
        assert hook["language"] == "system"
        command = hook["entry"].split()
        module = command[2]
        assert command[:2] == ["python", "-m"]
        assert shutil.which(module, path=str(Path(sys.executable).parent)), f"{module} is not in the extra dev"


def test_read_the_docs_builds_the_documentation_of_the_extra_docs():
    config = load_yaml(ROOT / ".readthedocs.yaml")
    assert config["version"] == 2
    assert (ROOT / config["sphinx"]["configuration"]).exists()
    assert config["sphinx"]["fail_on_warning"] is True
    assert config["python"]["install"] == [{"method": "pip", "path": ".", "extra_requirements": ["docs"]}]


def test_every_path_named_in_agents_md_exists():
    paths = re.findall(r"`((?:src|tests|docs|examples|benchmarks|\.ci)/[\w./]*)[` ]", (ROOT / "AGENTS.md").read_text())
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []

"""Builds the image of a Dockerfile without a container engine, in a folder that replaces ``/``."""

import contextlib
import fnmatch
import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

ABSOLUTE = re.compile(r"(?<=\s)/(?=\w)")
INSTALLS = re.compile(r"pip install .*")
UNPRIVILEGED = (
    *("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
)
"""Runs a command as the user of the image, who may read root's files, such as an interpreter in root's home."""


@functools.cache
def unprivileged_prefix():
    """Return the prefix that runs a command as the user nobody; empty if the system does not allow it."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return ()
    is_allowed = subprocess.run([*UNPRIVILEGED, "true"], capture_output=True).returncode == 0
    return UNPRIVILEGED if is_allowed else ()


def parse_instructions(text):
    """Return each instruction with its arguments; continued lines are joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


def is_ignored(name, patterns):
    """Return whether ``.dockerignore`` excludes a file or folder: the last matching pattern decides."""
    matching = [pattern for pattern in patterns if fnmatch.fnmatch(name, pattern.removeprefix("!"))]
    return bool(matching) and not matching[-1].startswith("!")


class DockerfileImage:
    """The image that a Dockerfile builds.

    :param context: The folder with the Dockerfile.
    :param root: An empty folder for the image's ``/``.
    :param scripts: The folder with the commands of the image's Python.
    :param install: Whether to run ``pip install``. If False, the environment already has the package.
    """

    def __init__(self, context, root, scripts, *, install):
        self._context, self._root, self._install = context, root, install
        self._folder = root
        lines = (context / ".dockerignore").read_text(encoding="utf-8").splitlines()
        self._ignored = [line for line in lines if line and not line.startswith("#")]
        stand_ins = root / "stand-ins"
        stand_ins.mkdir()
        if os.geteuid() != 0:  # only root can change the owner of a file
            (stand_ins / "chown").write_text('#!/bin/sh\n[ -e "$2" ]\n')
            (stand_ins / "chown").chmod(0o755)
        self.environment = {"PATH": f"{stand_ins}:{scripts}:/usr/bin:/bin"}
        self.base, self.user, self.ports = None, None, []
        self.healthcheck, self.entrypoint = [], []
        for name, rest in parse_instructions((context / "Dockerfile").read_text(encoding="utf-8")):
            getattr(self, f"_{name.lower()}")(rest)

    def local_path(self, image_path):
        """Return the local path of a path in the image."""
        return self._root / image_path.lstrip("/") if image_path.startswith("/") else self._folder / image_path

    def check_health(self, port):
        """Return the exit code of the health check, run at ``port`` instead of the image's port."""
        command = [part.replace(f":{self.ports[0]}/", f":{port}/") for part in self.healthcheck]
        return subprocess.run(command, env=self.environment, capture_output=True, timeout=30).returncode

    @contextlib.contextmanager
    def container(self, *arguments, **environment):
        """Run the image's entry point as its user, at a free port. Yields the process and the port."""
        command = [
            *(unprivileged_prefix() if self.user == "nobody" else ()),
            *self.entrypoint,
            "--port",
            "0",
            *arguments,
        ]
        variables = self.environment | {"HOME": "/nonexistent"} | environment
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command, cwd=self._folder, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True
            )
            try:
                line = process.stdout.readline()
                errors.seek(0)
                ready = re.fullmatch(r"Paystack emulator ready on http://0\.0\.0\.0:(\d+)\n", line)
                assert ready, line + errors.read().decode()
                yield process, int(ready[1])
            finally:
                process.kill()
                process.wait()
                process.stdout.close()

    def _from(self, rest):
        assert self.base is None, "multi-stage images are not supported"
        self.base = rest

    def _workdir(self, rest):
        self._folder = self.local_path(rest)
        self._folder.mkdir(parents=True, exist_ok=True)

    def _copy(self, rest):
        *sources, target = rest.split()
        assert len(sources) == 1 or target.endswith("/"), "several files need a folder"
        for name in sources:
            assert not is_ignored(name, self._ignored), f"{name} is in .dockerignore"
            source = self._context / name
            if source.is_dir():
                skipped = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.local_path(target), dirs_exist_ok=True, ignore=skipped)
            else:
                shutil.copy(source, self.local_path(target))

    def _run(self, rest):
        parts = [part for part in rest.split(" && ") if self._install or not INSTALLS.fullmatch(part)]
        script = ABSOLUTE.sub(f"{self._root}/", " && ".join(parts))
        # The commands run on the developer's machine, so they must not use paths outside of the image.
        for word in shlex.split(script):
            assert not re.search(r"[~$`]|\.\.", word), f"{word!r} may be outside of the image"
            assert "/" not in word or word.startswith((f"{self._root}/", "./")), f"{word!r} is outside of the image"
        variables = os.environ | self.environment
        completed = subprocess.run(
            ["sh", "-ec", script], cwd=self._folder, env=variables, capture_output=True, text=True
        )
        assert completed.returncode == 0, f"{script}\n{completed.stdout}{completed.stderr}"

    def _user(self, rest):
        self.user = rest

    def _env(self, rest):
        self.environment |= dict(assignment.split("=", 1) for assignment in shlex.split(rest))

    def _expose(self, rest):
        self.ports += map(int, rest.split())

    def _healthcheck(self, rest):
        self.healthcheck = json.loads(rest.partition("CMD ")[2])

    def _entrypoint(self, rest):
        self.entrypoint = json.loads(rest)

"""A PostgreSQL server for tests, from the binaries of Debian's ``postgresql``."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

SYSTEM_USER = "postgres"
"""PostgreSQL does not run as root; Debian has this user for it."""


def find_binaries():
    """Return the directory of the binaries, or None."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return candidates[0].parent if candidates else None


needs_postgres = pytest.mark.skipif(
    find_binaries() is None, reason="PostgreSQL is not installed in /usr/lib/postgresql"
)


@contextlib.contextmanager
def run_cluster(*, fsync=True):
    """Run an empty server on a free loopback port, and give the URL of its database.

    :param fsync: False does not wait for the disk. That is safe if processes are killed, not if the machine stops.
    """
    bin_, user_prefix = find_binaries(), []
    home = Path(tempfile.mkdtemp(prefix="paystackease-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(home, SYSTEM_USER)
        user_prefix = ["setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(home / "data")
    try:
        _run(*user_prefix, bin_ / "initdb", "-D", data, "-U", "shop", "-A", "trust", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {home} -c max_connections=200"
        if not fsync:
            options += " -c fsync=off -c full_page_writes=off"
        _run(*user_prefix, bin_ / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://shop@127.0.0.1:{port}/postgres"
        finally:
            _run(*user_prefix, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(*command):
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    completed = subprocess.run(command, **streams, text=True, timeout=60)
    assert completed.returncode == 0, completed.stderr

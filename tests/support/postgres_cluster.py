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
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found else None


needs_postgres = pytest.mark.skipif(find_binaries() is None, reason="there is no PostgreSQL in /usr/lib/postgresql")


@contextlib.contextmanager
def run_cluster(*, fsync=True):
    """Run an empty server on a free loopback port, and give the URL of its database.

    :param fsync: False does not wait for the disk. That is safe if processes are killed, not if the machine stops.
    """
    bin_, as_owner = find_binaries(), []
    home = Path(tempfile.mkdtemp(prefix="paystackease-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(home, SYSTEM_USER)
        as_owner = ["setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(home / "data")
    try:
        _run(*as_owner, bin_ / "initdb", "-D", data, "-U", "shop", "-A", "trust", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {home} -c max_connections=200"
        if not fsync:
            options += " -c fsync=off -c full_page_writes=off"
        _run(*as_owner, bin_ / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://shop@127.0.0.1:{port}/postgres"
        finally:
            _run(*as_owner, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(*command):
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = subprocess.run(command, **quiet, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

"""The emulator's files of customer data are readable only by their owner, for every umask."""

import os
import re
import stat
import subprocess
import sys

import pytest

from paystackease import Emulator, Paystack

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of another kind")


@pytest.fixture(autouse=True)
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder):
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_the_database_and_its_sqlite_files_are_private(tmp_path):
    with Emulator(db=tmp_path / "p.db") as emulator:
        Paystack(transport=emulator).customers.create_customer("ada@example.com", "Ada", "Obi", "0801")
        emulator.save_snapshot("x")
        emulator.restore_snapshot("x")
        assert modes(tmp_path) == dict.fromkeys(("p.db", "p.db-wal", "p.db-shm"), 0o600)
    assert modes(tmp_path) == {"p.db": 0o600}


def test_an_existing_file_and_its_sqlite_files_keep_its_permissions(tmp_path):
    (tmp_path / "p.db").touch(0o640)
    with Emulator(db=tmp_path / "p.db") as emulator:
        emulator.save_snapshot("x")
        assert set(modes(tmp_path).values()) == {0o640}


def test_an_in_memory_database_creates_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Emulator(db=":memory:") as emulator:
        emulator.save_snapshot("x")
    assert modes(tmp_path) == {}


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(ValueError, match="check that its folder exists"):
        Emulator(db=tmp_path / "nowhere" / "p.db")


def test_the_command_makes_no_other(tmp_path):
    command = [sys.executable, "-m", "paystackease", "emulator", "up", "--port", "0", "--db", "p.db"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    try:
        assert re.search(r"http://\S+", process.stdout.readline())
        assert set(modes(tmp_path).values()) == {0o600}
    finally:
        process.terminate()
        process.communicate(timeout=20)

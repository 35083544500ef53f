"""The profiles file: only its owner can read it, writes are atomic, and no login is lost."""

import json
import os
import stat
import subprocess
import sys
import threading

import keyring
import pytest
from keyring.backends.fail import Keyring

from paystackease.cli import credentials
from paystackease.errors import SecretKeyError

KEY = "sk_test_0a1b2c3d4e5f6a7b8c9d"
LIVE = "sk_live_9d8c7b6a5f4e3d2c1b0a"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The directory of the profiles, on a machine without a keyring."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield credentials.profiles_path().parent
    keyring.set_keyring(before)


@pytest.fixture
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def file_mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def run_command(*tokens, stdin="", **options):
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    command = [sys.executable, "-m", "paystackease", *tokens]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=60, **options)


def test_every_file_is_private_with_any_umask(no_umask, folder):
    credentials.store_key("shop", KEY)
    assert file_mode(credentials.profiles_path()) == 0o600
    assert file_mode(folder) == file_mode(folder.parent) == 0o700
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]


def test_reading_or_writing_restores_private_permissions(folder):
    credentials.store_key("shop", KEY)
    for use in (
        lambda: credentials.load_key("shop"),
        credentials.list_profiles,
        lambda: credentials.store_key("other", KEY),
    ):
        folder.chmod(0o755)
        credentials.profiles_path().chmod(0o644)
        use()
        assert file_mode(credentials.profiles_path()) == 0o600
    assert file_mode(folder) == 0o700  # a write restores it
    assert credentials.load_key("shop") == KEY


def test_a_link_at_a_guessable_name_is_not_written_through(folder, tmp_path):
    credentials.store_key("first", KEY)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    victim.chmod(0o644)
    for name in (
        f"profiles.json.{os.getpid()}",
        "profiles.json.tmp",
        "profiles.json~",
        "profiles.lock",
        ".profiles.json",
    ):
        (folder / name).symlink_to(victim)
    credentials.store_key("shop", LIVE)
    assert victim.read_text() == "precious"
    assert file_mode(victim) == 0o644
    assert credentials.load_key("shop") == LIVE


def test_an_existing_file_at_a_guessable_name_gets_no_key(folder):
    credentials.store_key("first", KEY)
    existing = folder / f"profiles.json.{os.getpid()}"
    existing.write_text("")
    existing.chmod(0o666)
    credentials.store_key("shop", LIVE)
    assert existing.read_text() == ""
    assert file_mode(credentials.profiles_path()) == 0o600


@pytest.mark.parametrize("exists", [True, False], ids=["to a file", "to nothing"])
def test_a_symbolic_link_is_not_read_written_or_replaced(folder, tmp_path, exists):
    folder.mkdir(parents=True)
    target = tmp_path / "elsewhere.json"
    if exists:
        target.write_text(json.dumps({"shop": LIVE}))
        target.chmod(0o644)
    credentials.profiles_path().symlink_to(target)
    for use in (
        lambda: credentials.load_key("shop"),
        lambda: credentials.store_key("shop", KEY),
        lambda: credentials.delete_key("shop"),
    ):
        with pytest.raises(SecretKeyError, match=r"is a symbolic link.*remove the link"):
            use()
    assert credentials.profiles_path().is_symlink()
    assert target.exists() is exists
    if exists:
        assert json.loads(target.read_text()) == {"shop": LIVE}
        assert file_mode(target) == 0o644


def test_a_link_to_the_directory_is_followed(folder, tmp_path):
    (tmp_path / "dotfiles").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "dotfiles")
    credentials.store_key("shop", KEY)
    assert credentials.load_key("shop") == KEY
    assert file_mode(tmp_path / "dotfiles" / "profiles.json") == 0o600
    assert file_mode(tmp_path / "dotfiles") == 0o700


@pytest.mark.parametrize("file_type", ["folder", "pipe"])
def test_a_path_that_is_not_a_file_is_reported_without_blocking(folder, file_type):
    folder.mkdir(parents=True)
    os.mkdir(credentials.profiles_path()) if file_type == "folder" else os.mkfifo(credentials.profiles_path())  # noqa: PTH102 # as mkfifo
    for tokens, stdin in (("profiles",), ""), (("login",), f"{KEY}\n"):
        result = run_command(*tokens, stdin=stdin)
        assert result.returncode == 2
        assert "is not a file" in result.stderr
        assert "Traceback" not in result.stderr


CORRUPT = {
    "empty": b"",
    "half": b'{"shop": "' + LIVE.encode(),
    "list": b"[]",
    "text": json.dumps(LIVE).encode(),
    "null": b"null",
    "number for a key": b'{"shop": 5}',
    "object for a key": json.dumps({"shop": {"key": LIVE}}).encode(),
    "bytes": b"\xff\xfe" + LIVE.encode(),
    "zeros": b"\0" * 100,
    "deep": b'{"a":' * 100_000,
    "long number": b'{"a": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("content", CORRUPT.values(), ids=CORRUPT)
def test_an_invalid_file_is_reported_and_left_unchanged(folder, content):
    folder.mkdir(parents=True)
    credentials.profiles_path().write_bytes(content)
    for use in (
        credentials.list_profiles,
        lambda: credentials.store_key("other", KEY),
        lambda: credentials.delete_key("shop"),
    ):
        with pytest.raises(SecretKeyError, match=r"Correct it, or move it .* paystackease login") as caught:
            use()
        assert LIVE not in str(caught.value)
        assert caught.value.__cause__ is None
    assert credentials.profiles_path().read_bytes() == content
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]


def test_commands_report_an_invalid_file_without_a_traceback(folder):
    folder.mkdir(parents=True)
    credentials.profiles_path().write_bytes(CORRUPT["half"])
    for tokens in ("login",), ("plans", "list"):
        result = run_command(*tokens, stdin=f"{KEY}\n")
        assert result.returncode == 2
        assert "paystackease login" in result.stderr
        assert "Traceback" not in result.stderr
        assert LIVE not in result.stderr


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_read_only_folder_is_reported(folder):
    folder.mkdir(parents=True, mode=0o500)
    with pytest.raises(SecretKeyError, match=r"cannot be written: .*Check who owns"):
        credentials.store_key("shop", KEY)


def test_a_file_in_place_of_the_folder_is_reported(folder):
    folder.parent.mkdir(parents=True)
    folder.write_text("")
    for use in lambda: credentials.store_key("shop", KEY), lambda: credentials.load_key("shop"):
        with pytest.raises(SecretKeyError, match=r"cannot be (written|read): Not a directory"):
            use()


def test_a_temporary_file_of_a_killed_process_is_deleted(folder):
    credentials.store_key("first", KEY)
    (folder / ".profiles.json.abcdefgh").write_text(LIVE)
    credentials.store_key("shop", KEY)
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]


@pytest.mark.parametrize("name", ["", " ", "a/b", "../../x", "sh\udcffop", "\u202e", "x" * 5_000, "__proto__"])
def test_any_profile_name_is_stored(name):
    credentials.store_key(name, KEY)
    assert credentials.list_profiles() == {name: "file"}
    assert credentials.load_key(name) == KEY
    assert credentials.delete_key(name)
    assert credentials.list_profiles() == {}


LOGIN_PROGRAM = """
import sys
import keyring
from keyring.backends.fail import Keyring
from paystackease.cli import credentials
keyring.set_keyring(Keyring())
me, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin.readline()  # all processes start together
for number in range(count):
    credentials.store_key(f"{me}-{number}", key)
    credentials.store_key(f"{me}-gone", key)
    credentials.delete_key(f"{me}-gone")
"""


def test_concurrent_logins_are_all_stored_and_the_file_is_always_valid(folder):
    count, writers = 6, 8
    command = [sys.executable, "-c", LOGIN_PROGRAM]
    processes = [
        subprocess.Popen(
            [*command, f"p{number}", f"{KEY}{number}", str(count)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for number in range(writers)
    ]
    counts, finished, failures = [], threading.Event(), []

    def read_repeatedly():
        while not finished.is_set():
            try:
                counts.append(len(credentials.list_profiles()))
            except SecretKeyError as error:
                failures.append(error)

    reader = threading.Thread(target=read_repeatedly)
    reader.start()
    for process in processes:
        process.stdin.write(b"\n")
        process.stdin.flush()
    try:
        for process in processes:
            _, error_output = process.communicate(timeout=60)
            assert process.returncode == 0, error_output.decode()
    finally:
        finished.set()
        reader.join()
    assert failures == []
    assert {*credentials.list_profiles()} == {
        f"p{writer}-{number}" for writer in range(writers) for number in range(count)
    }
    assert credentials.load_key("p3-5") == f"{KEY}3"
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]
    assert file_mode(credentials.profiles_path()) == 0o600


def test_concurrent_logins_of_threads_are_all_stored():
    threads = [threading.Thread(target=credentials.store_key, args=(f"t{number}", KEY)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(credentials.list_profiles()) == 20

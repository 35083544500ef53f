"""The file of the profiles: its owner's alone, whole at every moment, and with every login in it."""

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

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of another kind")


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The folder of the profiles, on a machine without a keyring."""
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


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def command(*words, given="", **more):
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    command = [sys.executable, "-m", "paystackease", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, timeout=60, **more)


def test_every_file_is_private_with_any_umask(no_umask, folder):
    credentials.store_key("shop", KEY)
    assert mode(credentials.profiles_path()) == 0o600
    assert mode(folder) == mode(folder.parent) == 0o700
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]


def test_what_others_could_read_they_can_no_longer_once_it_is_read_or_written(folder):
    credentials.store_key("shop", KEY)
    for use in (
        lambda: credentials.load_key("shop"),
        credentials.list_profiles,
        lambda: credentials.store_key("other", KEY),
    ):
        folder.chmod(0o755)
        credentials.profiles_path().chmod(0o644)
        use()
        assert mode(credentials.profiles_path()) == 0o600
    assert mode(folder) == 0o700  # by what writes
    assert credentials.load_key("shop") == KEY


def test_no_name_beside_it_can_be_guessed_and_have_it_write_elsewhere(folder, tmp_path):
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
    assert mode(victim) == 0o644
    assert credentials.load_key("shop") == LIVE


def test_a_file_that_waits_under_such_a_name_gets_no_key(folder):
    credentials.store_key("first", KEY)
    waiting = folder / f"profiles.json.{os.getpid()}"
    waiting.write_text("")
    waiting.chmod(0o666)
    credentials.store_key("shop", LIVE)
    assert waiting.read_text() == ""
    assert mode(credentials.profiles_path()) == 0o600


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing"])
def test_a_link_in_its_place_is_neither_read_nor_written_nor_replaced(folder, tmp_path, there):
    folder.mkdir(parents=True)
    target = tmp_path / "elsewhere.json"
    if there:
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
    assert target.exists() is there
    if there:
        assert json.loads(target.read_text()) == {"shop": LIVE}
        assert mode(target) == 0o644


def test_a_link_to_the_folder_is_followed(folder, tmp_path):
    (tmp_path / "dotfiles").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "dotfiles")
    credentials.store_key("shop", KEY)
    assert credentials.load_key("shop") == KEY
    assert mode(tmp_path / "dotfiles" / "profiles.json") == 0o600
    assert mode(tmp_path / "dotfiles") == 0o700


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_path_that_is_not_a_file_is_reported_without_blocking(folder, kind):
    folder.mkdir(parents=True)
    os.mkdir(credentials.profiles_path()) if kind == "folder" else os.mkfifo(credentials.profiles_path())  # noqa: PTH102 # as mkfifo
    for words, given in (("profiles",), ""), (("login",), f"{KEY}\n"):
        done = command(*words, given=given)
        assert done.returncode == 2
        assert "is not a file" in done.stderr
        assert "Traceback" not in done.stderr


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


def test_the_commands_say_so_without_a_traceback(folder):
    folder.mkdir(parents=True)
    credentials.profiles_path().write_bytes(CORRUPT["half"])
    for words in ("login",), ("plans", "list"):
        done = command(*words, given=f"{KEY}\n")
        assert done.returncode == 2
        assert "paystackease login" in done.stderr
        assert "Traceback" not in done.stderr
        assert LIVE not in done.stderr


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


def test_what_a_killed_process_left_is_taken_away(folder):
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


MANY = """
import sys
import keyring
from keyring.backends.fail import Keyring
from paystackease.cli import credentials
keyring.set_keyring(Keyring())
me, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin.readline()  # all begin at once
for at in range(count):
    credentials.store_key(f"{me}-{at}", key)
    credentials.store_key(f"{me}-gone", key)
    credentials.delete_key(f"{me}-gone")
"""


def test_concurrent_logins_are_all_stored_and_the_file_is_always_valid(folder):
    count, writers = 6, 8
    command = [sys.executable, "-c", MANY]
    processes = [
        subprocess.Popen([*command, f"p{at}", f"{KEY}{at}", str(count)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for at in range(writers)
    ]
    seen, ended, wrong = [], threading.Event(), []

    def look():
        while not ended.is_set():
            try:
                seen.append(len(credentials.list_profiles()))
            except SecretKeyError as error:
                wrong.append(error)

    looker = threading.Thread(target=look)
    looker.start()
    for process in processes:
        process.stdin.write(b"\n")
        process.stdin.flush()
    try:
        for process in processes:
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said.decode()
    finally:
        ended.set()
        looker.join()
    assert wrong == []
    assert {*credentials.list_profiles()} == {f"p{who}-{at}" for who in range(writers) for at in range(count)}
    assert credentials.load_key("p3-5") == f"{KEY}3"
    assert [file.name for file in folder.iterdir()] == ["profiles.json"]
    assert mode(credentials.profiles_path()) == 0o600


def test_logins_of_threads_are_not_lost_either():
    threads = [threading.Thread(target=credentials.store_key, args=(f"t{at}", KEY)) for at in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(credentials.list_profiles()) == 20

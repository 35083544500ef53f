"""An inbox on SQLite whose file is deleted, moved or replaced: no event is acknowledged with 200 and then lost."""

import os
import shutil
import sqlite3
from urllib.parse import quote

import pytest
from polling import wait_until
from signed_events import KEY, charge_event, event_body, sign

from paystackease import errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.receiver import WebhookReceiver


def delete_file(path):
    path.unlink()


def delete_all(path):
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def move_file(path):
    path.rename(path.with_name("moved.db"))


def move_all(path):
    for file in path.parent.glob(f"{path.name}*"):
        file.rename(path.parent / file.name.replace("inbox", "moved"))


def replace_with_empty_file(path):
    delete_file(path)
    path.touch()


def replace_with_copy(path):
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    copy.replace(path)


def replace_with_another_inbox(path):
    replacement = Inbox(f"sqlite:///{path.parent}/other.db")
    replacement.receive(charge_event("other"))
    replacement.close()
    (path.parent / "other.db").replace(path)


def replace_with_text(path):
    delete_file(path)
    path.write_bytes(b"no database " * 1000)


def delete_directory(path):
    shutil.rmtree(path.parent)


def move_directory(path):
    path.parent.rename(path.parent.with_name("elsewhere"))


def truncate(path):
    os.truncate(path, 0)


def delete_wal(path):
    path.with_name(f"{path.name}-wal").unlink()


def delete_shm(path):
    path.with_name(f"{path.name}-shm").unlink()


def replace_wal(path):
    delete_wal(path)
    path.with_name(f"{path.name}-wal").touch()


ATTACKS = [
    delete_file,
    delete_all,
    move_file,
    move_all,
    replace_with_empty_file,
    replace_with_copy,
    replace_with_another_inbox,
    replace_with_text,
    delete_directory,
    move_directory,
]
WAL_ATTACKS = [delete_wal, delete_shm, replace_wal]


@pytest.fixture
def path(tmp_path):
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop" / "inbox.db"


@pytest.fixture
def inbox(path):
    inbox = Inbox(f"sqlite:///{path}", retry_delays=(), poll=0.02)
    yield inbox
    inbox.close()


@pytest.mark.parametrize("attack", ATTACKS + WAL_ATTACKS, ids=lambda attack: attack.__name__)
def test_an_event_that_would_be_lost_is_not_acknowledged_with_200(inbox, path, attack):
    assert inbox.receive(charge_event("T1"))
    attack(path)
    receiver = WebhookReceiver(KEY, inbox)
    body = event_body("charge.success", {"id": 1, "reference": "T2", "status": "success"})
    for _ in range(2):
        with pytest.raises(errors.InboxError, match="start them again"):
            receiver.respond("POST", {"x-paystack-signature": sign(body)}, body)
    with pytest.raises(errors.InboxError, match=r"inbox\.db"):
        receiver.respond("POST", {"x-paystack-signature": sign(b"[]")}, b"[]")


def test_a_truncated_file_stores_nothing(inbox, path):
    inbox.receive(charge_event("T1"))
    truncate(path)
    for _ in range(3):
        with pytest.raises(errors.InboxError, match="could not be stored"):
            inbox.receive(charge_event("T2"))


@pytest.mark.parametrize("attack", [*ATTACKS, *WAL_ATTACKS], ids=lambda attack: attack.__name__)
def test_after_a_restart_repeated_events_are_stored_and_saved_events_remain(inbox, path, attack):
    inbox.receive(charge_event("T1"))
    attack(path)
    with pytest.raises(errors.InboxError):
        inbox.receive(charge_event("T2"))
    inbox.close()
    path.parent.mkdir(exist_ok=True)
    if attack is replace_with_text:
        with pytest.raises(errors.InboxError):
            inbox.receive(charge_event("T2"))
        return
    inbox.receive(charge_event("T2"))
    assert charge_event("T2").key in {entry.key for entry in inbox.list()}
    assert not inbox.receive(charge_event("T2"))
    if attack in WAL_ATTACKS:
        assert {entry.key for entry in inbox.list()} == {charge_event("T1").key, charge_event("T2").key}


@pytest.mark.parametrize("attack", [delete_file, replace_with_copy, replace_with_another_inbox, delete_directory])
def test_readers_reject_a_file_that_was_deleted_moved_or_replaced(inbox, path, attack):
    inbox.receive(charge_event("T1"))
    attack(path)
    for method in inbox.list, lambda: inbox.show(charge_event("T1").key), inbox.purge:
        with pytest.raises(errors.InboxError, match="deleted, moved or replaced"):
            method()


def test_a_deleted_file_is_not_recreated_silently(inbox, path):
    inbox.receive(charge_event("T1"))
    delete_all(path)
    with pytest.raises(errors.InboxError):
        inbox.receive(charge_event("T2"))
    assert not path.exists()


def test_a_worker_reports_that_its_file_was_deleted(inbox, path, caplog):
    handled_keys = []
    inbox.on("*", name="note")(lambda event: handled_keys.append(event.key))
    with inbox:
        inbox.receive(charge_event("T1"))
        wait_until(lambda: handled_keys)
        delete_file(path)
        wait_until(lambda: "InboxError" in caplog.text or "deleted, moved or replaced" in caplog.text)
        with pytest.raises(errors.InboxError):
            inbox.receive(charge_event("T2"))


def test_legitimate_changes_of_the_file_raise_nothing(inbox, path):
    """Copies, checkpoints, and other processes that open and close the inbox."""
    inbox.receive(charge_event("T1"))
    for number in range(5):
        shutil.copy(path, path.with_name("copy.db"))
        with sqlite3.connect(path) as connection:
            connection.execute(f"pragma wal_checkpoint({'truncate' if number % 2 else 'full'})")
            connection.execute("vacuum")
        connection.close()
        second = Inbox(f"sqlite:///{path}")
        assert second.receive(charge_event(f"second {number}"))
        second.close()
        path.chmod(0o640)
        os.utime(path)
        assert inbox.receive(charge_event(f"first {number}"))
    assert len(inbox.list()) == 11


def test_a_path_may_be_a_link_and_have_any_characters(tmp_path):
    real = tmp_path / "a b?c#d%20é.db"
    link = tmp_path / "link.db"
    link.symlink_to(real)
    real.touch(0o600)
    for path in link, real:
        inbox = Inbox(f"sqlite:///{quote(str(path))}")
        inbox.receive(charge_event(path.name))
        inbox.receive(charge_event(f"again {path.name}"))
        inbox.close()
    inbox = Inbox(f"sqlite:///{link}")
    assert len(inbox.list()) == 4
    link.unlink()
    link.symlink_to(tmp_path / "other.db")
    with pytest.raises(errors.InboxError, match="replaced"):
        inbox.receive(charge_event("lost"))
    inbox.close()

"""Whose account a command works on: the key, from the environment or from a profile, and how it is shown.

``--profile shop`` takes the key that ``paystackease login --profile shop`` kept. Without it, ``PAYSTACK_SECRET_KEY``
holds, then the profile that ``PAYSTACK_PROFILE`` names, then the profile ``default``. A key is never an argument, which
other users of the machine and the shell's history would see, and never shown whole.

Profiles are kept in the system's keyring, where there is one, else in a file that only its owner can read
(:mod:`paystackease.cli.private_file`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from paystackease.cli import private_file
from paystackease.errors import SecretKeyError

if TYPE_CHECKING:
    from paystackease.paystack import Paystack

SERVICE = "paystackease"
"""What the keyring knows the keys by."""

DEFAULT = "default"

Place: TypeAlias = Literal["keyring", "file"]


def client(profile: str | None, *, timeout: float | None = None) -> Paystack:
    """A client for the account that a command is for.

    :raises paystackease.errors.SecretKeyError: Where there is no key.
    """
    from paystackease._core.config import TIMEOUT
    from paystackease.paystack import Paystack

    return Paystack(secret_key(profile), timeout=timeout or TIMEOUT)


def secret_key(profile: str | None) -> str:
    """The key that a command works with.

    :raises paystackease.errors.SecretKeyError: Where there is none.
    """
    if profile is None and (key := os.environ.get("PAYSTACK_SECRET_KEY")):
        return key
    name = profile or os.environ.get("PAYSTACK_PROFILE") or DEFAULT
    key = kept(name)
    if key is not None:
        return key
    if name == DEFAULT and profile is None:
        raise SecretKeyError("no secret key: set PAYSTACK_SECRET_KEY, or keep one with: paystackease login")
    raise SecretKeyError(f"there is no profile {name!r}: keep its key with: paystackease login --profile {name}")


def mode(key: str) -> Literal["live", "test", "unknown"]:
    """Whether a key moves real money."""
    return "live" if key.startswith("sk_live_") else "test" if key.startswith("sk_test_") else "unknown"


def masked(key: str) -> str:
    """A key as it is shown: its kind and its last four characters."""
    kind = key[:8] if key[:8] in {"sk_live_", "sk_test_"} else ""
    return f"{kind}…{key[-4:]}" if len(key) >= len(kind) + 12 else f"{kind}…"


def mark(key: str) -> str:
    """What tells one key from another, and nothing of the key."""
    return hashlib.blake2b(key.encode(), digest_size=8, person=b"paystackease").hexdigest()


# Profiles


def keep(name: str, key: str) -> Place:
    """Keep a key under a name, and say where."""
    with _changing() as known:
        if _keyring_set(name, key):
            known[name] = None
            return "keyring"
        known[name] = key
        return "file"


def kept(name: str) -> str | None:
    """The key of a profile, or None."""
    known = _file()
    return known.get(name) or (_keyring_get(name) if name in known else None)


def forget(name: str) -> bool:
    """Forget a profile; says whether it was there."""
    if name not in _file():
        return False
    with _changing() as known:
        if known.pop(name, "") is None:
            _keyring_delete(name)
    return True


def names() -> dict[str, Place]:
    """The profiles, and where the key of each is."""
    return {name: "keyring" if key is None else "file" for name, key in sorted(_file().items())}


def path() -> Path:
    """The file of the profiles."""
    import platformdirs

    return Path(platformdirs.user_config_dir("paystackease", appauthor=False)) / "profiles.json"


def _file() -> dict[str, str | None]:
    with _told("read"):
        content = private_file.read(path())
    if content is None:
        return {}
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError):  # whose text may have a part of a key in it
        found = None
    if isinstance(found, dict):
        known = cast("dict[str, object]", found)
        if all(key is None or isinstance(key, str) for key in known.values()):
            return cast("dict[str, str | None]", known)
    raise SecretKeyError(
        f"the profiles in {path()} cannot be read: the file is not a JSON object of names and keys. Correct it, or "
        "move it elsewhere and keep the keys again with: paystackease login"
    )


@contextmanager
def _changing() -> Generator[dict[str, str | None]]:
    """The profiles, which nobody else changes meanwhile, to be changed. What they are then is kept."""
    with _told("written"), private_file.locked(path()):
        known = _file()
        yield known
        private_file.write(path(), json.dumps(known, indent=2).encode())


@contextmanager
def _told(done: str) -> Generator[None]:
    try:
        yield
    except private_file.UnsafeFileError as error:
        raise SecretKeyError(str(error)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SecretKeyError(
            f"the profiles in {path()} cannot be {done}: {reason}. Check who owns the file and its folder, and that "
            "you may write there"
        ) from None


def _keyring_set(name: str, key: str) -> bool:
    # A keyring may be installed and have nothing behind it: then there is none.
    with contextlib.suppress(Exception):
        import keyring

        keyring.set_password(SERVICE, name, key)
        return keyring.get_password(SERVICE, name) == key
    return False


def _keyring_get(name: str) -> str | None:
    with contextlib.suppress(Exception):
        import keyring

        return keyring.get_password(SERVICE, name)
    return None


def _keyring_delete(name: str) -> None:
    with contextlib.suppress(Exception):
        import keyring

        keyring.delete_password(SERVICE, name)

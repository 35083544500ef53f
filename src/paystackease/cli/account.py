"""Whose account a command works on: the key, from the environment or from a profile, and how it is shown.

``--profile shop`` takes the key that ``paystackease login --profile shop`` kept. Without it, ``PAYSTACK_SECRET_KEY``
holds, then the profile that ``PAYSTACK_PROFILE`` names, then the profile ``default``. A key is never an argument, which
other users of the machine and the shell's history would see, and never shown whole.

Profiles are kept in the system's keyring, where there is one, else in a file that only its owner can read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

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
    from paystackease._settings import TIMEOUT
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
    known = _file()
    if _keyring_set(name, key):
        known[name] = None
        _write(known)
        return "keyring"
    known[name] = key
    _write(known)
    return "file"


def kept(name: str) -> str | None:
    """The key of a profile, or None."""
    known = _file()
    return known.get(name) or (_keyring_get(name) if name in known else None)


def forget(name: str) -> bool:
    """Forget a profile; says whether it was there."""
    known = _file()
    if name not in known:
        return False
    if known.pop(name) is None:
        _keyring_delete(name)
    _write(known)
    return True


def names() -> dict[str, Place]:
    """The profiles, and where the key of each is."""
    return {name: "keyring" if key is None else "file" for name, key in sorted(_file().items())}


def path() -> Path:
    """The file of the profiles."""
    import platformdirs

    return Path(platformdirs.user_config_dir("paystackease", appauthor=False)) / "profiles.json"


def _file() -> dict[str, str | None]:
    try:
        found: object = json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SecretKeyError(f"the profiles in {path()} cannot be read: {type(error).__name__}") from None
    return cast("dict[str, str | None]", found) if isinstance(found, dict) else {}


def _write(known: dict[str, str | None]) -> None:
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside it and moved there, so that it is never half a file, and never one that others can read.
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    beside.touch(0o600)
    beside.write_text(json.dumps(known, indent=2), encoding="utf-8")
    beside.replace(target)


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

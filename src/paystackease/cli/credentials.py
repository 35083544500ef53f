"""The secret key of a command: read from the environment or a profile, and masked in output.

``--profile shop`` uses the key that ``paystackease login --profile shop`` stored. Without it, the order is
``PAYSTACK_SECRET_KEY``, the profile that ``PAYSTACK_PROFILE`` names, the profile ``default``. A key is never a
command-line argument, because other users of the machine can read those, and the shell's history stores them. A key is
never printed in full.

Profiles are stored in the system's keyring if there is one, else in a file that only its owner can read
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
"""The service name in the keyring."""

DEFAULT_PROFILE = "default"

Place: TypeAlias = Literal["keyring", "file"]


def client(profile: str | None, *, timeout: float | None = None) -> Paystack:
    """Return a client for the account of a command.

    :raises paystackease.errors.SecretKeyError: If there is no key.
    """
    from paystackease._core.config import TIMEOUT
    from paystackease.paystack import Paystack

    return Paystack(secret_key(profile), timeout=timeout or TIMEOUT)


def secret_key(profile: str | None) -> str:
    """Return the secret key of a command.

    :raises paystackease.errors.SecretKeyError: If there is none.
    """
    if profile is None and (key := os.environ.get("PAYSTACK_SECRET_KEY")):
        return key
    name = profile or os.environ.get("PAYSTACK_PROFILE") or DEFAULT_PROFILE
    key = load_key(name)
    if key is not None:
        return key
    if name == DEFAULT_PROFILE and profile is None:
        raise SecretKeyError("no secret key: set PAYSTACK_SECRET_KEY, or store one with: paystackease login")
    raise SecretKeyError(f"there is no profile {name!r}: store its key with: paystackease login --profile {name}")


def key_mode(key: str) -> Literal["live", "test", "unknown"]:
    """Return the mode of a key. Only a live key moves real money."""
    return "live" if key.startswith("sk_live_") else "test" if key.startswith("sk_test_") else "unknown"


def mask_key(key: str) -> str:
    """Return a key for output: its prefix and its last four characters."""
    prefix = key[:8] if key[:8] in {"sk_live_", "sk_test_"} else ""
    return f"{prefix}…{key[-4:]}" if len(key) >= len(prefix) + 12 else f"{prefix}…"


def fingerprint(key: str) -> str:
    """Return a hash that tells keys apart and reveals nothing of the key."""
    return hashlib.blake2b(key.encode(), digest_size=8, person=b"paystackease").hexdigest()


# Profiles


def store_key(name: str, key: str) -> Place:
    """Store a key in a profile, and return where."""
    with _edit_profiles() as profiles:
        if _keyring_set(name, key):
            profiles[name] = None
            return "keyring"
        profiles[name] = key
        return "file"


def load_key(name: str) -> str | None:
    """Return the key of a profile, or None if there is none."""
    profiles = _read_profiles()
    return profiles.get(name) or (_keyring_get(name) if name in profiles else None)


def delete_key(name: str) -> bool:
    """Delete a profile, and return whether it existed."""
    if name not in _read_profiles():
        return False
    with _edit_profiles() as profiles:
        if profiles.pop(name, "") is None:
            _keyring_delete(name)
    return True


def list_profiles() -> dict[str, Place]:
    """Return the names of the profiles, and where the key of each is stored."""
    return {name: "keyring" if key is None else "file" for name, key in sorted(_read_profiles().items())}


def profiles_path() -> Path:
    """Return the path of the file of profiles."""
    import platformdirs

    return Path(platformdirs.user_config_dir("paystackease", appauthor=False)) / "profiles.json"


def _read_profiles() -> dict[str, str | None]:
    with _profile_errors("read"):
        content = private_file.read(profiles_path())
    if content is None:
        return {}
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):  # its text may contain a part of a key
        value = None
    if isinstance(value, dict):
        profiles = cast("dict[str, object]", value)
        if all(key is None or isinstance(key, str) for key in profiles.values()):
            return cast("dict[str, str | None]", profiles)
    raise SecretKeyError(
        f"the profiles in {profiles_path()} cannot be read: the file is not a JSON object of names and keys. "
        "Correct it, or move it elsewhere and store the keys again with: paystackease login"
    )


@contextmanager
def _edit_profiles() -> Generator[dict[str, str | None]]:
    """Give the profiles to be changed, under a lock, and write them afterwards."""
    with _profile_errors("written"), private_file.locked(profiles_path()):
        profiles = _read_profiles()
        yield profiles
        private_file.write(profiles_path(), json.dumps(profiles, indent=2).encode())


@contextmanager
def _profile_errors(action: str) -> Generator[None]:
    try:
        yield
    except private_file.UnsafeFileError as error:
        raise SecretKeyError(str(error)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SecretKeyError(
            f"the profiles in {profiles_path()} cannot be {action}: {reason}. Check who owns the file and its folder, "
            "and that you may write there"
        ) from None


def _keyring_set(name: str, key: str) -> bool:
    # A keyring may be installed without a backend: then the file is used.
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

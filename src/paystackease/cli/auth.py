"""Manage stored secret keys: ``paystackease login``, ``logout`` and ``profiles``."""

from __future__ import annotations

import getpass
import sys

from paystackease.cli import credentials
from paystackease.errors import SecretKeyError


def login(*, profile: str = credentials.DEFAULT_PROFILE) -> None:
    """Store a secret key in a profile, for later commands.

    The key is prompted for, or read from standard input if that is not a terminal. It is stored in the system's
    keyring if there is one, else in a file that only you can read.

    :param profile: The name of the profile.
    """
    if sys.stdin.isatty():
        key = getpass.getpass("Secret key (sk_test_… or sk_live_…; input is hidden): ").strip()
    else:
        key = sys.stdin.readline().strip()
    if credentials.key_mode(key) == "unknown":
        raise SecretKeyError(
            "not a secret key: it begins with sk_test_ or sk_live_. Copy it from Settings, API Keys & Webhooks in "
            "Paystack's dashboard"
        )
    place = credentials.store_key(profile, key)
    where = "the system's keyring" if place == "keyring" else f"{credentials.profiles_path()}, which only you can read"
    print(f"The {credentials.key_mode(key)} key {credentials.mask_key(key)} is stored as {profile!r} in {where}.")


def logout(*, profile: str = credentials.DEFAULT_PROFILE) -> None:
    """Delete a stored key.

    :param profile: The name of its profile.
    """
    if not credentials.delete_key(profile):
        raise SecretKeyError(f"there is no profile {profile!r}: list the profiles with paystackease profiles")
    print(f"The key of {profile!r} is deleted.")


def profiles() -> None:
    """List the stored keys, masked: profile, mode and where each is stored."""
    for name, place in credentials.list_profiles().items():
        key = credentials.load_key(name)
        description = (
            "its key is missing from the keyring"
            if key is None
            else f"{credentials.key_mode(key)}  {credentials.mask_key(key)}"
        )
        print(f"{name}  {description}  ({place})")

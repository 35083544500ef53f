"""Keeping keys: ``paystackease login``, ``logout`` and ``profiles``."""

from __future__ import annotations

import getpass
import sys

from paystackease.cli import credentials
from paystackease.errors import SecretKeyError


def login(*, profile: str = credentials.DEFAULT) -> None:
    """Keep a secret key under a name, for later commands.

    It is asked for, or read from standard input where that is not a terminal. It is kept in the system's keyring, where
    there is one, else in a file that only you can read.

    :param profile: The name.
    """
    if sys.stdin.isatty():
        key = getpass.getpass("Secret key (sk_test_… or sk_live_…; it is not shown): ").strip()
    else:
        key = sys.stdin.readline().strip()
    if credentials.mode(key) == "unknown":
        raise SecretKeyError(
            "that is not a secret key: it begins with sk_test_ or sk_live_, and is in Settings, API Keys & Webhooks of "
            "Paystack's dashboard"
        )
    place = credentials.keep(profile, key)
    where = "the system's keyring" if place == "keyring" else f"{credentials.path()}, which only you can read"
    print(f"The {credentials.mode(key)} key {credentials.masked(key)} is kept as {profile!r} in {where}.")


def logout(*, profile: str = credentials.DEFAULT) -> None:
    """Forget a key.

    :param profile: The name under which it is kept.
    """
    if not credentials.forget(profile):
        raise SecretKeyError(f"there is no profile {profile!r}: paystackease profiles lists them")
    print(f"{profile!r} is forgotten.")


def profiles() -> None:
    """List the keys that are kept: their names, what they are for, where they are. None is shown whole."""
    for name, place in credentials.names().items():
        key = credentials.kept(name)
        shown = (
            "its key is gone from the keyring" if key is None else f"{credentials.mode(key)}  {credentials.masked(key)}"
        )
        print(f"{name}  {shown}  ({place})")

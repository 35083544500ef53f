"""Overrides ``https://api.paystack.co`` for one command, so that a client with a fixed address can be tested.

On Linux a mount namespace replaces files for the command: an ``/etc/hosts`` in which api.paystack.co is a loopback
address, and certificate bundles with one more authority. That authority is created for this command, is limited to
api.paystack.co, and valid for seven days. Its key is never written to a disk. Other processes are not affected.

It needs ``unshare`` (util-linux), and the permission to listen at port 443, which root has.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

HOST = "api.paystack.co"
NAMES = (HOST,)
"""The host names that are served."""
HOSTS = Path("/etc/hosts")

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",
)
"""Where clients look for certificate authorities. A system has one or two of them."""

BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a bundle in place of a client's own."""
EXTRA_AUTHORITY_VARIABLES = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
"""Variables that name additional authorities."""

ADDRESSES = tuple(f"127.80.83.{last}" for last in range(1, 33))
"""Loopback addresses that are otherwise unused. The first free one is used."""


VALID_FOR = dt.timedelta(days=7)
"""How long the authority is valid. Each run has a new one. A run that takes longer has to be restarted."""


class UnsupportedError(Exception):
    """The system does not support the override. The message says what is missing."""


class ApiHostOverride(msgspec.Struct, frozen=True):
    """What the command needs to reach the emulator as api.paystack.co."""

    sock: socket.socket
    """The socket at which ``https://api.paystack.co`` is served."""
    tls: ssl.SSLContext
    variables: Mapping[str, str]
    binds: Mapping[str, str]
    """By path: the file that replaces it for the command."""

    def wrap_command(self, command: Sequence[str]) -> list[str]:
        """Return a command that runs the command in a mount namespace with these files."""
        mounts = [
            f"mount --bind {shlex.quote(replacement)} {shlex.quote(replaced)}"
            for replaced, replacement in self.binds.items()
        ]
        script = " && ".join([*mounts, 'exec "$@"'])
        shell = ["sh", "-c", script, "sh"]
        if os.geteuid() == 0:
            return ["unshare", "--mount", *shell, *command]
        # An unprivileged user becomes root in a user namespace for the mounts, and then changes back to their own ID.
        restore_user = ["unshare", "--user", f"--map-user={os.geteuid()}", f"--map-group={os.getegid()}"]
        return ["unshare", "--user", "--map-root-user", "--mount", *shell, *restore_user, *command]


@contextmanager
def override_api_host() -> Generator[ApiHostOverride]:
    """Yield what a command needs, and remove it afterwards.

    :raises UnsupportedError: If this system does not support it.
    """
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        raise UnsupportedError("it requires Linux and unshare (util-linux)")
    try:
        from paystackease.emulator.server.certificate_authority import Authority
    except ModuleNotFoundError:
        raise UnsupportedError("it requires cryptography: pip install 'paystackease[emulator]'") from None
    sock = _listen()
    try:
        authority = Authority(NAMES, VALID_FOR)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load_certificate(tls, authority.issue(NAMES))
        with TemporaryDirectory(prefix="paystackease-") as folder:
            override = _write_files(sock, tls, authority.certificate, Path(folder))
            _test_permission(override)
            yield override
    finally:
        sock.close()


def _listen() -> socket.socket:
    reason = "every address is taken"
    for address in ADDRESSES:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            sock.bind((address, 443))
            sock.listen(2048)
        except OSError as error:
            sock.close()
            reason = error.strerror or str(error)
        else:
            return sock
    raise UnsupportedError(f"it requires the permission to listen at port 443 ({reason})")


def _load_certificate(tls: ssl.SSLContext, chain_and_key: bytes) -> None:
    # ssl loads it only from a file. This one is in memory, and private to this process.
    descriptor = os.memfd_create("paystackease", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, chain_and_key)
        tls.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _write_files(sock: socket.socket, tls: ssl.SSLContext, authority: bytes, folder: Path) -> ApiHostOverride:
    # The command may run as another user, who has to read them. They contain no secret.
    folder.chmod(0o755)
    hosts, own_authority, all_authorities = folder / "hosts", folder / "authority.pem", folder / "authorities.pem"
    lines = [line for line in _read(HOSTS).decode("utf-8", "replace").splitlines() if HOST not in line.split()]
    _write(hosts, "\n".join([*lines, f"{sock.getsockname()[0]} {HOST}", ""]).encode())
    _write(own_authority, authority)
    bundles = [bundle for bundle in BUNDLES if Path(bundle).is_file()]
    before = os.environ.get("SSL_CERT_FILE") or (bundles[0] if bundles else "")
    _write(all_authorities, _read(Path(before)) + b"\n" + authority if before else authority)
    variables = {
        **dict.fromkeys(BUNDLE_VARIABLES, str(all_authorities)),
        **dict.fromkeys(EXTRA_AUTHORITY_VARIABLES, str(own_authority)),
    }
    # Links are resolved, since a mount on a link would be a mount on its target.
    binds = {str(Path(bundle).resolve()): str(all_authorities) for bundle in bundles}
    return ApiHostOverride(sock, tls, variables, {str(HOSTS): str(hosts), **binds})


def _test_permission(override: ApiHostOverride) -> None:
    result = subprocess.run(override.wrap_command(["true"]), capture_output=True, text=True, check=False)
    if result.returncode:
        messages = result.stderr.strip().splitlines() or ["it failed without a message"]
        raise UnsupportedError(f"it requires the permission to mount files for one process: {messages[-1]}")


def _write(path: Path, content: bytes) -> None:
    path.touch(0o644, exist_ok=False)
    path.write_bytes(content)
    path.chmod(0o644)  # regardless of the umask: all may read it, only its owner may change it


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""

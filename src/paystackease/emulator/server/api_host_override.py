"""``https://api.paystack.co`` for one command and nobody else, so that a client that can be told nothing is tested too.

On Linux a command can be given files of its own in place of the system's: it sees an ``/etc/hosts`` in which
api.paystack.co is an address of this machine's loopback, and certificate bundles in which there is one authority more.
That authority is made for this one command: it can vouch for api.paystack.co and nothing else, and for seven days. No
key is ever written to a disk. For everyone else nothing changes.

It takes ``unshare`` (util-linux), and the right to listen at port 443, which root has.
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
"""All names that are served."""
HOSTS = Path("/etc/hosts")

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",
)
"""Where clients look for authorities, of which a system has one or two."""

WHOLE_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name all authorities there are, for clients that bring their own otherwise."""
MORE_AUTHORITIES = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
"""Variables that name what there is besides."""

ADDRESSES = tuple(f"127.80.83.{last}" for last in range(1, 33))
"""Of the loopback, and used by nobody else: the first that is free is taken."""


VALID_FOR = dt.timedelta(days=7)
"""How long the authority lasts. Each run has another; one that goes on for longer is to be started anew."""


class UnsupportedError(Exception):
    """What this system does not allow; the text says what is missing."""


class Private(msgspec.Struct, frozen=True):
    """What a command is given."""

    sock: socket.socket
    """Where ``https://api.paystack.co`` is."""
    tls: ssl.SSLContext
    variables: Mapping[str, str]
    binds: Mapping[str, str]
    """The file that the command sees in place of another: its path, by the other's."""

    def wrapped(self, command: Sequence[str]) -> list[str]:
        """The command that runs a command so."""
        mounts = [f"mount --bind {shlex.quote(own)} {shlex.quote(theirs)}" for theirs, own in self.binds.items()]
        script = " && ".join([*mounts, 'exec "$@"'])
        inside = ["sh", "-c", script, "sh"]
        if os.geteuid() == 0:
            return ["unshare", "--mount", *inside, *command]
        # Whoever is not root is root for as long as the files are put in place, and then again who they were.
        back = ["unshare", "--user", f"--map-user={os.geteuid()}", f"--map-group={os.getegid()}"]
        return ["unshare", "--user", "--map-root-user", "--mount", *inside, *back, *command]


@contextmanager
def private() -> Generator[Private]:
    """Make what a command needs, and take it away afterwards.

    :raises NotHereError: Where this system does not allow it.
    """
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        raise UnsupportedError("it takes Linux, and unshare (util-linux)")
    try:
        from paystackease.emulator.server.certificate_authority import Authority
    except ModuleNotFoundError:
        raise UnsupportedError("it takes cryptography: pip install 'paystackease[emulator]'") from None
    sock = _listening()
    try:
        authority = Authority(NAMES, VALID_FOR)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _load(tls, authority.issue(NAMES))
        with TemporaryDirectory(prefix="paystackease-") as folder:
            found = _prepared(sock, tls, authority.certificate, Path(folder))
            _try(found)
            yield found
    finally:
        sock.close()


def _listening() -> socket.socket:
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
    raise UnsupportedError(f"it takes the right to listen at port 443 ({reason})")


def _load(tls: ssl.SSLContext, chain_and_key: bytes) -> None:
    # It is only taken from a file. This one is in memory, and nobody else has it.
    descriptor = os.memfd_create("paystackease", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, chain_and_key)
        tls.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _prepared(sock: socket.socket, tls: ssl.SSLContext, authority: bytes, folder: Path) -> Private:
    # The command may run as somebody else, who has to read them. Nothing in them is secret.
    folder.chmod(0o755)
    hosts, own, whole = folder / "hosts", folder / "authority.pem", folder / "authorities.pem"
    lines = [line for line in _read(HOSTS).decode("utf-8", "replace").splitlines() if HOST not in line.split()]
    _write(hosts, "\n".join([*lines, f"{sock.getsockname()[0]} {HOST}", ""]).encode())
    _write(own, authority)
    there = [bundle for bundle in BUNDLES if Path(bundle).is_file()]
    before = os.environ.get("SSL_CERT_FILE") or (there[0] if there else "")
    _write(whole, _read(Path(before)) + b"\n" + authority if before else authority)
    variables = {**dict.fromkeys(WHOLE_BUNDLES, str(whole)), **dict.fromkeys(MORE_AUTHORITIES, str(own))}
    # A link is followed, for what is put in place of a link would be put in place of where it leads.
    binds = {str(Path(bundle).resolve()): str(whole) for bundle in there}
    return Private(sock, tls, variables, {str(HOSTS): str(hosts), **binds})


def _try(found: Private) -> None:
    done = subprocess.run(found.wrapped(["true"]), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it ended without a word"]
        raise UnsupportedError(f"it takes the right to mount files for one process: {said[-1]}")


def _write(path: Path, content: bytes) -> None:
    path.touch(0o644, exist_ok=False)
    path.write_bytes(content)
    path.chmod(0o644)  # whatever the umask: everybody may read it, and its owner alone may change it


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""

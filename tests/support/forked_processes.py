"""Child processes that fork, as with gunicorn ``--preload`` and multiprocessing."""

import contextlib
import json
import os
import select
import signal
import socket
import threading
import traceback
import warnings
from pathlib import Path

import pytest
from faulty_server import FaultyServer, becomes_true

TIMEOUT = 30.0
"""Seconds after which a child counts as hanging and is killed."""


running_children = []
"""The children that no test has waited for yet."""


class ForkedChild:
    """Runs ``function`` in a forked process. :meth:`result` returns its result, which must be valid in JSON.

    :param fork: The function that forks. uWSGI uses the C library's, so Python runs no hooks in the child.
    """

    def __init__(self, function, fork=None):
        wait_for_ended_threads()
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the fork of a process with threads, intended here
            self.pid = (fork or os.fork)()
        if self.pid:
            os.close(writer)
            running_children.append(self)
            return
        # The system ends it, even if a lock of a C library holds it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(TIMEOUT) + 5)
        running_children.clear()
        try:
            result = {"returned": function()}
        except BaseException:
            result = {"raised": traceback.format_exc()}
        with contextlib.suppress(BaseException):
            os.write(writer, json.dumps(result).encode())
        os._exit(0)  # without the clean-up of a test run

    def result(self, within=TIMEOUT):
        try:
            assert select.select([self._reader], [], [], within)[0], "the child hangs"
            with open(self._reader, "rb", closefd=False) as file:
                output = file.read()
        finally:
            self.kill()
        assert output, "the child was killed"
        result = json.loads(output)
        assert "raised" not in result, result["raised"]
        return result["returned"]

    def kill(self):
        running_children.remove(self)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._reader)


@pytest.fixture
def kill_children():
    """Kill the children when the test ends."""
    yield
    for child in running_children:
        child.kill()


def _native_threads():
    return {int(path.name) for path in Path("/proc/self/task").glob("*")}


_ignored_threads = _native_threads()


def wait_for_ended_threads():
    """Wait until ended threads have left the process.

    An ended thread may still hold a lock of OpenSSL. A fork copies the lock, and no thread of the child releases it.
    A native thread that stays longer belongs to a C library of another test, and is ignored.
    """

    def find_ending():
        return (
            _native_threads()
            - _ignored_threads
            - {os.getpid()}
            - {thread.native_id for thread in threading.enumerate()}
        )

    if not becomes_true(lambda: not find_ending(), within=5.0):
        _ignored_threads.update(find_ending())


class FaultyServerProcess:
    """A :class:`FaultyServer` in its own process, so that none of its threads is in OpenSSL when the test forks."""

    def __init__(self, handle, tls=None):
        self._handle, self._tls = handle, tls

    def __enter__(self):
        self._control, control = socket.socketpair()
        self._child = ForkedChild(lambda: self._serve(control))
        control.close()
        self._control.settimeout(TIMEOUT)
        self.url = self._request("url")
        return self

    def __exit__(self, *_):
        self._child.kill()
        self._control.close()

    def _serve(self, control):
        self._control.close()
        with FaultyServer(self._handle, self._tls) as server:
            while name := control.recv(64):
                control.sendall(json.dumps(getattr(server, name.decode())).encode())

    def _request(self, name):
        self._control.sendall(name.encode())
        return json.loads(self._control.recv(4096))

    @property
    def connections(self):
        """The number of accepted connections."""
        return self._request("connections")

    def clients_leave(self):
        """Return whether every client closes its connection in time."""
        return becomes_true(lambda: self._request("open_connections") == 0)

"""A process that forks: a double of what gunicorn ``--preload`` and multiprocessing do to a client."""

import contextlib
import json
import os
import select
import signal
import traceback
import warnings

PATIENCE = 10.0
"""Seconds after which a child is taken to hang."""


class Child:
    """Runs ``work`` in a forked process. :meth:`result` is what it returned, which JSON can carry."""

    def __init__(self, work):
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads, which is the point
            self.pid = os.fork()
        if self.pid:
            os.close(writer)
            return
        signal.alarm(int(PATIENCE) + 5)  # so that it outlives no test
        try:
            result = {"returned": work()}
        except BaseException:
            result = {"raised": traceback.format_exc()}
        with contextlib.suppress(BaseException):
            os.write(writer, json.dumps(result).encode())
        os._exit(0)  # without the clean-up of a test run

    def result(self, within=PATIENCE):
        try:
            assert select.select([self._reader], [], [], within)[0], "the child hangs"
            with open(self._reader, "rb", closefd=False) as file:
                result = json.loads(file.read())
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self._reader)
        assert "raised" not in result, result["raised"]
        return result["returned"]

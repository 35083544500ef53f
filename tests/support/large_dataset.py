"""An emulator with a large number of payments, served by its own process, and commands whose peak memory is measured.

One payment is made through the API, and then copied within the emulator's database file.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time

from paystackease import Emulator
from paystackease.emulator import Clock
from paystackease.testing import Sandbox

KEY = "sk_test_many"

_COPY_PAYMENT = """
with recursive number (n) as (select 1 union all select n + 1 from number where n < ?)
insert into document (tenant, kind, id, code, unique_key, parent_id, created, updated, body)
select tenant, kind, id + n, null, printf('M%07d', n), parent_id, created + n, updated + n,
    json_set(body, '$.amount', 1000 + n, '$.paid_at', created + n) from number, document
where tenant = ? and kind = 'transaction' and unique_key = 'M0000000'
"""


def write_database(path, count):
    """Write an emulator's database with this many payments, ``M0000000`` and on: one per second, until now."""
    clock = Clock(frozen_at=time.time() - count)
    with Emulator(KEY, db=path, clock=clock) as emulator:
        sandbox = Sandbox(emulator, KEY)
        with sandbox.client() as client:
            client.transactions.initialize("ada@example.com", 1000, reference="M0000000", metadata={"cart": [1, 2]})
        sandbox.pay("M0000000")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        # The tenant is read from the file, because the emulator does not store the key.
        ((tenant,),) = connection.execute("select distinct tenant from document")
        connection.execute(_COPY_PAYMENT, (count - 1, tenant))
        connection.execute(
            "update counter set last = last + ? where tenant = ? and kind = 'transaction'", (count - 1, tenant)
        )


@contextlib.contextmanager
def serve_emulator(path):
    """Run the emulator with this database in its own process, and give its URL."""
    command = [sys.executable, "-m", "paystackease", "emulator", "up", "--port", "0", "--db", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


_PROGRAM = """
import os, pathlib, sys
from paystackease.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM:"))
    pathlib.Path(os.environ["PEAK_MEMORY_FILE"]).write_text(peak.split()[1])
"""


class Command:
    """A command in its own process, connected to an emulator.

    :param peak_file: The file to which its peak memory is written.
    """

    def __init__(self, url, peak_file, *tokens):
        self._peak_file = peak_file
        variables = {"PAYSTACK_BASE_URL": url, "PAYSTACK_SECRET_KEY": KEY, "PEAK_MEMORY_FILE": str(peak_file)}
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        command = [sys.executable, "-c", _PROGRAM, *map(str, tokens)]
        self.process = subprocess.Popen(command, env={**os.environ, **variables}, **streams)

    def kill_when(self, condition):
        """Kill the process (SIGKILL) once the condition holds; return whether it did before the command ended."""
        try:
            while self.process.poll() is None:
                if condition():
                    return True
                time.sleep(0.002)
            return False
        finally:
            self.process.kill()
            self.process.communicate()

    def wait(self):
        """Wait for the end, and return the exit code, the output, and the peak memory in MB."""
        output, _ = self.process.communicate()
        return self.process.returncode, output, int(self._peak_file.read_text()) // 1024

"""An emulator in a process of its own, with very many payments in it: made as one, and then copied within its file."""

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

_COPIES = """
with recursive number (n) as (select 1 union all select n + 1 from number where n < ?)
insert into document (tenant, kind, id, code, name, owner, created, updated, body)
select tenant, kind, id + n, null, printf('M%07d', n), owner, created + n, updated + n,
    json_set(body, '$.amount', 1000 + n, '$.paid_at', created + n) from number, document
where tenant = ? and kind = 'transaction' and name = 'M0000000'
"""


def made(path, count):
    """Write the file of an emulator with so many payments, ``M0000000`` and on: one a second, until now."""
    began = Clock(frozen_at=time.time() - count)
    with Emulator(KEY, db=path, clock=began) as emulator:
        shop = Sandbox(emulator, KEY)
        with shop.client() as client:
            client.transactions.initialize("ada@example.com", 1000, reference="M0000000", metadata={"cart": [1, 2]})
        shop.pay("M0000000")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        # What is in the file says whose it is: the emulator keeps no key.
        ((tenant,),) = connection.execute("select distinct tenant from document")
        connection.execute(_COPIES, (count - 1, tenant))
        connection.execute(
            "update counter set last = last + ? where tenant = ? and kind = 'transaction'", (count - 1, tenant)
        )


@contextlib.contextmanager
def served(path):
    """Have it answer, in a process of its own; gives its address."""
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
        most = next(line for line in status if line.startswith("VmHWM:"))
    pathlib.Path(os.environ["MANY_MOST"]).write_text(most.split()[1])
"""


class Command:
    """A command in a process of its own, against an emulator that is served.

    :param most: A file for how much memory it had at the most.
    """

    def __init__(self, url, most, *tokens):
        self._most = most
        variables = {"PAYSTACK_BASE_URL": url, "PAYSTACK_SECRET_KEY": KEY, "MANY_MOST": str(most)}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        command = [sys.executable, "-c", _PROGRAM, *map(str, tokens)]
        self.process = subprocess.Popen(command, env={**os.environ, **variables}, **quiet)

    def killed_when(self, reached):
        """Kill it (-9) once this is so; says whether it was, or the command ended before."""
        try:
            while self.process.poll() is None:
                if reached():
                    return True
                time.sleep(0.002)
            return False
        finally:
            self.process.kill()
            self.process.communicate()

    def ended(self):
        """Wait for its end: its exit code, what it said, and the memory that it had at the most, in MB."""
        said, _ = self.process.communicate()
        return self.process.returncode, said, int(self._most.read_text()) // 1024

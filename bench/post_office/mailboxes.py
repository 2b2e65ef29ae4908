"""Dovecot's mailboxes: letters laid into them and read from disk, folders, broken lines."""

import os
import pwd
import re
import shutil
import signal
import smtplib
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bench.post_office import dovecot
from bench.post_office.daemon import HOST, Daemon

COMMAND_PATIENCE = 60
NAME = re.compile(r"(\d+)\.M(\d+)P")


class Mailboxes:
    """The half of the post office that keeps letters. Addresses are those of its users, in any case."""

    def __init__(self, configuration: Path, lmtp_port: int, greeters: list[int]):
        self.lmtp_port = lmtp_port
        self._home, self._doveconf = configuration.parent, configuration
        self._owner = pwd.getpwnam(dovecot.OWNER)
        self._last = 0
        command = [shutil.which("dovecot"), "-F", "-c", str(configuration)]
        self._dovecot = Daemon("Dovecot", command, greeters, self._home, ["imap", "lmtp"])

    def stop_dovecot(self):
        """All lines to it are cut, and nobody answers until `start_dovecot`."""
        self._dovecot.stop()

    def start_dovecot(self):
        self._dovecot.start()

    def cut_imap(self) -> int:
        """Kill every process that serves a signed-in reader: the lines break, the server stays. How many."""
        cut = 0
        for number in self._dovecot.members("imap"):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
                cut += 1
        return cut

    def make_mailbox(self, address: str, folder: str = "INBOX") -> Path:
        """The directory of a mailbox's folder, made where it is not there yet."""
        place = dovecot.maildir(self._home, address.lower(), folder)
        for name in ("cur", "new", "tmp"):
            self._owned(place / name)
        return place

    def _owned(self, place: Path):
        if not place.is_dir():
            self._owned(place.parent)
            place.mkdir(0o700)
            os.chown(place, self._owner.pw_uid, self._owner.pw_gid)

    # Letters

    def deliver(self, address: str, payload: bytes, *, sender: str = "zofia@klient.test"):
        """Hand one letter to Dovecot itself; it lies in the mailbox when this returns. SMTPException if not."""
        with smtplib.LMTP(HOST, self.lmtp_port, timeout=COMMAND_PATIENCE) as door:
            door.sendmail(sender, [address], payload)

    def deliver_many(
        self,
        address: str,
        payloads: Iterable[bytes],
        folder: str = "INBOX",
        *,
        received: datetime | None = None,
    ) -> int:
        """Lay letters into a mailbox's folder, in this order, past all servers; how many they were.

        `received`: when the server took them in (IMAP's INTERNALDATE); none: now.
        """
        place = self.make_mailbox(address, folder)
        count = 0
        for payload in payloads:
            seconds, micro = divmod(self._moment(), 1_000_000)
            name = f"{seconds}.M{micro:06}P{os.getpid()}.localhost,S={len(payload)}"
            draft = place / "tmp" / name
            draft.write_bytes(payload)
            os.chown(draft, self._owner.pw_uid, self._owner.pw_gid)
            if received:
                os.utime(draft, (received.timestamp(),) * 2)
            draft.rename(place / "new" / name)
            count += 1
        return count

    def _moment(self) -> int:
        """Microseconds since 1970, never the same twice: the file's name in the mailbox."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return self._last

    def letters(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox's folder, the oldest first, with CRLF as IMAP would give it; [] without it."""
        place = dovecot.maildir(self._home, address.lower(), folder)
        while True:
            # Dovecot moves files from `new` to `cur` and names them anew when a flag changes.
            paths = [path for name in ("new", "cur") for path in (place / name).glob("*")]
            found = {path.name.partition(":")[0]: path for path in paths}
            with suppress(FileNotFoundError):
                return [
                    re.sub(rb"\r?\n", b"\r\n", path.read_bytes()) for path in sorted(found.values(), key=_age)
                ]

    # Folders

    def doveadm(self, *words: str) -> str:
        """Run Dovecot's own tool; what it says. CalledProcessError when it fails."""
        command = [shutil.which("doveadm"), "-c", str(self._doveconf), *words]
        made = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_PATIENCE, check=True)
        return made.stdout

    def create_folder(self, address: str, name: str):
        self.doveadm("mailbox", "create", "-s", "-u", address, name)

    def rename_folder(self, address: str, old: str, new: str):
        self.doveadm("mailbox", "rename", "-s", "-u", address, old, new)

    def remove_folder(self, address: str, name: str):
        self.doveadm("mailbox", "delete", "-s", "-u", address, name)

    def expunge(self, address: str, numbers: Sequence[int], folder: str = "INBOX"):
        """Remove the letters with these UIDs for good."""
        uids = ",".join(str(number) for number in numbers)
        self.doveadm("expunge", "-u", address, "mailbox", folder, "uid", uids)

    def validity(self, address: str, folder: str = "INBOX") -> int:
        said = self.doveadm("-f", "flow", "mailbox", "status", "-u", address, "uidvalidity", folder)
        return int(said.rpartition("=")[2])

    def change_validity(self, address: str, folder: str = "INBOX"):
        """A new UIDVALIDITY; letters are numbered anew from 1. Dovecot is away for a moment: all lines are cut."""
        before = self.validity(address, folder)
        self.stop_dovecot()
        home = dovecot.maildir(self._home, address.lower())
        place = dovecot.maildir(self._home, address.lower(), folder)
        for path in [*home.glob("dovecot.list.index*"), *place.glob("dovecot*index*")]:
            path.unlink(missing_ok=True)
        (place / "dovecot-uidlist").unlink(missing_ok=True)
        self.start_dovecot()
        if self.validity(address, folder) == before:
            raise RuntimeError(f"Dovecot kept the UIDVALIDITY {before} of {folder}")


def _age(path: Path) -> tuple[int, int]:
    return tuple(int(number) for number in NAME.match(path.name).groups())

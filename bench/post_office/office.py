"""The post office as tests and benchmarks use it."""

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.post_office import dovecot, postfix
from bench.post_office.certificates import Signer
from bench.post_office.daemon import HOST, Daemon, free_ports, guarded
from bench.post_office.desk import Desk, Line
from bench.post_office.mailboxes import Mailboxes

NEEDED = "a real mail server: needs root and Postfix, Dovecot and swaks"
INSTALL = "apt-get install postfix dovecot-imapd dovecot-lmtpd swaks"
PROGRAMS = [postfix.MASTER, Path("/usr/lib/dovecot/imap"), Path("/usr/lib/dovecot/lmtp")]


def missing() -> str:
    """Why no post office can be started here; "" when one can."""
    found = [shutil.which(name) for name in ("dovecot", "doveadm", "swaks")]
    found += [path.exists() for path in PROGRAMS]
    return "" if all(found) and not os.getuid() else f"{NEEDED} ({INSTALL})"


def available() -> bool:
    return not missing()


@dataclass(frozen=True)
class Options:
    """What `post_office` tells of."""

    quota_mb: int | None = None
    oauth_introspection_url: str = ""
    connections: int = 100
    message_size_limit: int = 26_214_400
    elsewhere_port: int = 0
    catch_all: Mapping[str, str] = field(default_factory=dict)


class PostOffice(Mailboxes):
    """A running Postfix and Dovecot; made by `post_office`.

    imap_port     plain, STARTTLS offered          smtp_port        plain, no STARTTLS: strangers write to our
    imaps_port    TLS                                               users, users sign in and write to anybody
    lmtp_port     Dovecot's, without any rule      submission_port  STARTTLS and login demanded
                                                   smtps_port       TLS, login demanded
    wrong_imaps_port, wrong_smtps_port: TLS with a certificate for mail.other.test, by the same signer
    ca_file: that signer; all other certificates are for "localhost" and 127.0.0.1
    """

    def __init__(self, folder: Path, options: Options):
        self.folder, self.elsewhere_port = folder, options.elsewhere_port
        self.users: dict[str, str] = {}
        self._catch_all = {domain: address.lower() for domain, address in options.catch_all.items()}
        signer = Signer(folder)
        self.ca_file = signer.file
        certificates = (
            signer.certificate("server", ["localhost"], [HOST]),
            signer.certificate("wrong", ["mail.other.test"]),
        )
        ports = free_ports(8)
        doors = dovecot.Ports(*ports[:4])
        self.imap_port, self.imaps_port = doors.imap, doors.imaps
        configuration = dovecot.configure(folder / "dovecot", doors, certificates, options)
        super().__init__(configuration, doors.lmtp, [doors.imap, doors.lmtp])
        self._wire = Line((dovecot.WRONG, doors.imaps))
        self.wrong_imaps_port = self._wire.port
        self._desk = Desk(self._catch_all)
        self._postfix = self._prepared(postfix.Ports(*ports[4:]), doors, certificates, options)

    def _prepared(self, gates: postfix.Ports, doors: dovecot.Ports, certificates, options) -> Daemon:
        """Postfix, which works with Dovecot and with the desk."""
        self.smtp_port, self.submission_port = gates.smtp, gates.submission
        self.smtps_port, self.wrong_smtps_port = gates.smtps, gates.wrong_smtps
        home = self.folder / "postfix"
        helpers = {"lmtp": doors.lmtp, "auth": doors.auth, "policy": self._desk.port}
        postfix.configure(home, gates, certificates, options, **helpers)
        command = [str(postfix.MASTER), "-c", str(home)]
        greeters = [gates.smtp, gates.submission]
        return Daemon("Postfix", command, greeters, home, ["smtpd", "cleanup", "lmtp"])

    def stop(self):
        for part in (self._postfix, self._dovecot, self._wire, self._desk):
            part.stop()

    def stop_postfix(self):
        """What it has taken in waits on disk; nobody answers until `start_postfix`."""
        self._postfix.stop()

    def start_postfix(self):
        self._postfix.start()

    # Users

    def add_user(self, address: str, password: str):
        """A new mailbox, or a new password for an old one. Both servers know it when this returns.

        Postfix restarts when the domain is new to it.
        """
        address = address.lower()
        self.users[address] = self._desk.users[address] = password
        self.make_mailbox(address)
        dovecot.write_users(self.folder / "dovecot", self.users)
        changed = postfix.write_tables(self.folder / "postfix", self.users, self._catch_all)
        if changed and self._postfix.process:
            self.stop_postfix()
            self.start_postfix()
        if self._dovecot.process:
            time.sleep(1 - time.time() % 1)

    def config(self, address: str, **changes) -> dict:
        """Settings and secrets of an inbox of this mailbox; `changes` replace single ones.

        Ports follow `security` and `imap_security`: "none" (unless changed), "starttls" or "tls".
        """
        made = {"security": "none", "imap_security": "none"} | changes
        sending = {"none": self.smtp_port, "starttls": self.submission_port, "tls": self.smtps_port}
        reading = {"none": self.imap_port, "starttls": self.imap_port, "tls": self.imaps_port}
        usual = {
            "host": "localhost",
            "port": sending.get(made["security"]),
            "username": address,
            "password": self.users[address.lower()],
            "timeout": 10,
            "imap_host": "localhost",
            "imap_port": reading.get(made["imap_security"]),
            "imap_username": address,
        }
        return usual | made

    # Strangers who write to us

    def post(self, address: str, payload: bytes, *, sender: str = "zofia@klient.test"):
        """Hand one letter to Postfix, as a stranger's server does. SMTPException when it is refused."""
        with smtplib.SMTP(HOST, self.smtp_port, timeout=30) as door:
            door.sendmail(sender, [address], payload)

    def swaks(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run swaks against the plain port unless `words` name another server; its words and exit code."""
        command = [shutil.which("swaks"), "--server", f"{HOST}:{self.smtp_port}", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def queued(self) -> int:
        """How many letters Postfix has taken in and not yet brought to their place."""
        places = [self.folder / "postfix" / "queue" / name for name in ("incoming", "active", "deferred")]
        return sum(path.is_file() for place in places for path in place.rglob("*"))

    # What Postfix says to those who write to an address: it counts from the next letter on, for open lines too

    def refuse(self, address: str, words: str = "550 5.1.1 No such person here"):
        """This answer for `address`, or for "@domain" as a whole, whoever writes and wherever it is."""
        self._desk.answers[address.lower()] = words

    def temporarily(self, address: str, words: str = "451 4.3.0 Try again later"):
        self.refuse(address, words)

    def accept(self, address: str):
        """The end of `refuse` and `temporarily`."""
        self._desk.answers.pop(address.lower(), None)

    def greylist(self, seconds: float):
        """Each new pair of sender and recipient is put off with 450 for so long; 0: no more of it."""
        self._desk.greylist(seconds)

    @property
    def log(self) -> str:
        """What both servers have said."""
        return "".join(
            (self.folder / name / "log").read_text(errors="replace") for name in ("dovecot", "postfix")
        )


@contextmanager
def post_office(folder: Path | None = None, *, users: Mapping[str, str], **options) -> Iterator[PostOffice]:
    """A post office until the end of the block. RuntimeError when it cannot be started.

    folder                   where its directory is made; everybody must be able to pass through. None:
                             where temporary files are
    users                    address → password
    quota_mb                 how much each mailbox holds; none: no end
    oauth_introspection_url  asked (RFC 7662, POST) about the tokens of XOAUTH2 and OAUTHBEARER; it answers with
                             JSON {"active": true, "username": address}
    connections              how many IMAP connections one mailbox may have: 100
    message_size_limit       bytes: 25 MiB
    elsewhere_port           an SMTP server on 127.0.0.1 that gets what is for other domains; 0: it comes back
    catch_all                domain → the address that gets what is for nobody there
    """
    place = Path(tempfile.mkdtemp(prefix="okienko-post-", dir=folder))
    place.chmod(0o755)
    with guarded(place):
        office = PostOffice(place, Options(**options))
        try:
            for address, password in users.items():
                office.add_user(address, password)
            office.start_dovecot()
            office.start_postfix()
            yield office
        finally:
            office.stop()

"""Postfix's configuration: for our domains it is the server the letters come to, for our users the one they send by."""

import os
import pwd
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.post_office.daemon import HOST

MASTER = Path("/usr/lib/postfix/sbin/master")

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
meta_directory = {folder}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = poczta.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = {host}
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = texthash:{folder}/domains
virtual_alias_maps = texthash:{folder}/aliases
virtual_transport = lmtp:inet:{host}:{lmtp}
local_transport = error:5.1.1 nobody lives here
relay_transport = {elsewhere}
default_transport = {elsewhere}
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{host}:{auth}
smtpd_sasl_security_options = noanonymous
smtpd_helo_required = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_policy_service inet:{host}:{policy}
smtpd_policy_service_default_action = 451 4.3.5 The desk of the post office is closed
smtpd_tls_chain_files = {certificate}
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
message_size_limit = {message_size_limit}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
default_process_limit = 100
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
ipc_timeout = 60s
notify_classes =
"""

SERVICES = """\
{host}:{smtp} inet n - n - - smtpd
{host}:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
{host}:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
{host}:{wrong_smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_chain_files={wrong_certificate}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp flags=O
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
# lmtp flags=O: as many hosters do, the address a letter was sent to is noted in X-Original-To.

PRIVATE = (
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
)


@dataclass(frozen=True)
class Ports:
    smtp: int
    submission: int
    smtps: int
    wrong_smtps: int


def _directories(folder: Path):
    """What `postfix check` would make: without it, for it works on the files of the machine's own Postfix too."""
    owner = pwd.getpwnam("postfix")
    (folder / "queue" / "pid").mkdir(parents=True)
    for place, mode in (
        [(folder / "data", 0o700)]
        + [(folder / "queue" / name, 0o700) for name in PRIVATE]
        + [(folder / "queue" / "maildrop", 0o730), (folder / "queue" / "public", 0o710)]
    ):
        place.mkdir()
        os.chown(place, owner.pw_uid, owner.pw_gid)
        place.chmod(mode)


def _write(path: Path, text: str):
    """Postfix waits with a file that has just been changed until it is two seconds old: this one is older."""
    path.write_text(text)
    os.utime(path, (time.time() - 60,) * 2)


def configure(
    folder: Path,
    ports: Ports,
    certificates: tuple[Path, Path],
    options,
    *,
    lmtp: int,
    auth: int,
    policy: int,
):
    """Write main.cf and master.cf and make the queue in the new directory `folder`.

    `certificates`: the right one and the wrong one. `lmtp`, `auth`, `policy`: ports of those it works with.
    """
    _directories(folder)
    elsewhere = "error:5.1.2 there is no such domain here"
    if options.elsewhere_port:
        elsewhere = f"smtp:[{HOST}]:{options.elsewhere_port}"
    main = MAIN.format(
        folder=folder,
        host=HOST,
        lmtp=lmtp,
        auth=auth,
        policy=policy,
        elsewhere=elsewhere,
        certificate=certificates[0],
        message_size_limit=options.message_size_limit,
    )
    _write(folder / "main.cf", main)
    services = SERVICES.format(host=HOST, wrong_certificate=certificates[1], **vars(ports))
    _write(folder / "master.cf", services)


def write_tables(folder: Path, users: Mapping[str, str], catch_all: Mapping[str, str]) -> bool:
    """Which domains are ours, and who gets what is for nobody there; True when Postfix must be told of it."""
    domains = sorted({address.rpartition("@")[2] for address in users} | set(catch_all))
    aliases = [f"@{domain} {address}" for domain, address in catch_all.items()]
    if aliases:  # otherwise those who live there would lose their letters to the one who takes the rest
        aliases += [f"{address} {address}" for address in users]
    wanted = {
        "domains": "".join(f"{domain} here\n" for domain in domains),
        "aliases": "".join(f"{line}\n" for line in aliases),
    }
    changed = False
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            _write(path, text)
            changed = True
    return changed

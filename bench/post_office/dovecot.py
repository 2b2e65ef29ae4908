"""Dovecot's configuration, and how its mailboxes lie on disk."""

import base64
import grp
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.post_office.daemon import HOST

OWNER = "nobody"  # the user whose files all mailboxes are
WRONG = "127.0.0.3"  # Dovecot chooses a certificate by the address it is reached at

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = {host}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
local {wrong} {{
  ssl_cert = <{wrong_certificate}
  ssl_key = <{wrong_certificate}
}}
disable_plaintext_auth = no
auth_mechanisms = plain login{more_mechanisms}
auth_failure_delay = 0
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_home = {folder}/home/%Lu
mail_location = maildir:~/Maildir:UTF-8
mail_fsync = never
mail_max_userip_connections = {connections}
mail_plugins ={plugins}
recipient_delimiter = +
lda_mailbox_autocreate = yes
postmaster_address = postmaster@localhost
hostname = localhost
{oauth}
passdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
  inet_listener wrong {{
    address = {wrong}
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 1024
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener postfix {{
    port = {auth}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
protocol imap {{
  mail_plugins ={imap_plugins}
}}
{quota}
"""

QUOTA = """\
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_rule = *:storage={quota_mb}M
}}
"""

OAUTH = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Ports:
    imap: int
    imaps: int
    lmtp: int
    auth: int


def configure(folder: Path, ports: Ports, certificates: tuple[Path, Path], options) -> Path:
    """Write dovecot.conf and all it needs into the new directory `folder`; the file's path.

    `certificates`: the right one and the wrong one.
    """
    for name in ("run", "state", "home"):
        (folder / name).mkdir(parents=True)
    oauth = ""
    if options.oauth_introspection_url:
        introspection = INTROSPECTION.format(url=options.oauth_introspection_url)
        (folder / "oauth2.conf").write_text(introspection)
        oauth = OAUTH.format(folder=folder)
    quota = QUOTA.format(quota_mb=options.quota_mb) if options.quota_mb else ""
    path = folder / "dovecot.conf"
    text = CONFIGURATION.format(
        folder=folder,
        host=HOST,
        wrong=WRONG,
        owner=OWNER,
        group=grp.getgrgid(pwd.getpwnam(OWNER).pw_gid).gr_name,
        certificate=certificates[0],
        wrong_certificate=certificates[1],
        connections=options.connections,
        more_mechanisms=" xoauth2 oauthbearer" if oauth else "",
        oauth=oauth,
        plugins=" quota" if quota else "",
        imap_plugins=" quota imap_quota" if quota else "",
        quota=quota,
        **vars(ports),
    )
    path.write_text(text)
    return path


def write_users(folder: Path, users: Mapping[str, str]):
    """Who may sign in; Dovecot sees from the next whole second on that the file has changed.

    base64: a password may hold a colon.
    """
    lines = [
        f"{address}:{{PLAIN.b64}}{base64.b64encode(password.encode()).decode()}::::::\n"
        for address, password in users.items()
    ]
    fresh = folder / "users.new"
    fresh.write_text("".join(lines))
    fresh.chmod(0o644)
    kept = folder / "users"
    if kept.exists():  # Dovecot looks at the size and at the seconds of its time
        os.utime(fresh, (kept.stat().st_mtime + 1,) * 2)
    fresh.replace(kept)


def maildir(folder: Path, address: str, name: str = "INBOX") -> Path:
    """Where the letters of a mailbox's folder lie (its `new`, `cur` and `tmp`)."""
    base = folder / "home" / address / "Maildir"
    return base if name.upper() == "INBOX" else base / ("." + name.replace("/", "."))

"""Every letter of the shared corpora that lie beside a working copy: received without a crash or a loss."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.mime import read_mail

CORPORA = Path(__file__).parents[5] / "shared" / "data" / "email"
ASIDE = {".json", ".html", ".md"}

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the shared letters are not beside this working copy"
)


def letters() -> list[Path]:
    found = (path for path in CORPORA.rglob("*") if path.is_file() and path.suffix not in ASIDE)
    return sorted(path for path in found if ".expected." not in path.name)


def test_every_shared_letter_is_received():
    slow, wrong, lost = [], [], []
    for path in letters():
        payload = path.read_bytes()
        before = time.process_time()
        [found] = EmailChannel().parse(payload)
        if time.process_time() - before > 1:
            slow.append(path.name)
        if found.notice or not isinstance(found.subject, str) or found.sender.kind != "email":
            wrong.append(path.name)
        # a multipart that ends behind its headers has a body of newlines only
        if read_mail(payload).body.strip() and not (found.text or found.html or found.files):
            lost.append(path.name)
    assert (slow, wrong, lost) == ([], [], [])
    assert len(letters()) > 600


def test_enclosed_files_are_complete():
    compared, different = 0, []
    for path in sorted((CORPORA / "zammad-mail").glob("*.expected.json")):
        expected = {
            file["sha256"]
            for file in json.loads(path.read_text())["attachments"]
            # the reference stores bodies as files, too, and changes line endings of enclosed mails
            if file["content_type"] not in {None, "message/rfc822", "text/html"}
        }
        payload = path.with_name(path.name.replace(".expected.json", ".eml")).read_bytes()
        found = {hashlib.sha256(file.data).hexdigest() for file in EmailChannel().parse(payload)[0].files}
        compared += len(expected)
        if expected - found:
            different.append(path.name)
    assert compared > 10
    assert different == []

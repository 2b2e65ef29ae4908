"""What the server knows of a letter's past."""

from contextlib import closing

import pytest

from okienko.channels.email.imap import open_mailbox
from tests.servers.conftest import SHOP

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]


def test_what_was_read_or_answered_is_told(office):
    office.deliver_many(SHOP, [b"Subject: %d\r\n\r\nx\r\n" % number for number in range(3)], folder="Drafts")
    office.doveadm("flags", "add", "-u", SHOP, "\\Seen", "mailbox", "Drafts", "uid", "2")
    office.doveadm("flags", "add", "-u", SHOP, "\\Answered", "mailbox", "Drafts", "uid", "3")
    with closing(open_mailbox(office.config(SHOP))) as mailbox:
        mailbox.select("Drafts")
        letters = mailbox.letters([1, 2, 3], max_bytes=1000)
    assert [letter.is_settled for letter in letters] == [False, True, True]

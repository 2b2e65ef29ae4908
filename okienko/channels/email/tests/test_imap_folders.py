"""Folders as servers list them, and as people read them."""

import pytest

from okienko.channels.email.imap_folders import listed, quoted
from okienko.channels.email.tests.scripted_imap import ScriptedServer, fails
from okienko.inboxes.source import FolderName, Purpose, Trouble

GMAIL = [
    b'(\\HasNoChildren) "/" "INBOX"',
    b'(\\HasChildren \\Noselect) "/" "[Gmail]"',
    b'(\\All \\HasNoChildren) "/" "[Gmail]/Wszystkie"',
    b'(\\HasNoChildren \\Junk) "/" "[Gmail]/Spam"',
    b'(\\HasNoChildren \\Sent) "/" "[Gmail]/Wys&AUI-ane"',
    b'(\\Drafts \\HasNoChildren) "/" "[Gmail]/Wersje robocze"',
    b'(\\Flagged \\HasNoChildren) "/" "[Gmail]/Oznaczone gwiazdk&AQU-"',
    b'(\\HasNoChildren \\Trash) "/" "[Gmail]/Kosz"',
    b'(\\HasNoChildren) "/" "Kosz"',
]


def names(lines) -> list[tuple[str, str]]:
    return [(one.folder.name, one.folder.purpose.value) for one in listed(lines)]


def test_the_server_says_what_they_are_for():
    assert names(GMAIL) == [
        ("INBOX", "inbox"),
        ("[Gmail]/Wszystkie", "archive"),
        ("[Gmail]/Spam", "junk"),
        ("[Gmail]/Wysłane", "sent"),
        ("[Gmail]/Wersje robocze", "drafts"),
        ("[Gmail]/Oznaczone gwiazdką", ""),
        ("[Gmail]/Kosz", "trash"),
        ("Kosz", ""),
    ]


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("Spam", Purpose.JUNK),
        ("Junk E-mail", Purpose.JUNK),
        ("INBOX.spam", Purpose.JUNK),
        ("Wiadomo&AVs-ci-&AVs-mieci", Purpose.JUNK),
        ("Niechciane", Purpose.JUNK),
        ("Nevy&AX4-&AOE-dan&AOE- po&AWE-ta", Purpose.JUNK),
        ("INBOX.Wys&AUI-ane", Purpose.SENT),
        ("Elementy wys&AUI-ane", Purpose.SENT),
        ("Sent Items", Purpose.SENT),
        ("Gesendete Objekte", Purpose.SENT),
        ("Gesendet", Purpose.SENT),
        ("Odeslan&AOE- po&AWE-ta", Purpose.SENT),
        ("Archiwum", Purpose.ARCHIVE),
        ("Papierkorb", Purpose.TRASH),
        ("Gel&APY-schte Elemente", Purpose.TRASH),
        ("Elementy usuni&ARk-te", Purpose.TRASH),
        ("Entw&APw-rfe", Purpose.DRAFTS),
        ("Kopie robocze", Purpose.DRAFTS),
        ("Inbox", Purpose.INBOX),
        ("Klienci.Wys&AUI-ane", Purpose.OTHER),
        ("Reklamacje", Purpose.OTHER),
    ],
)
def test_names_say_it_where_the_server_does_not(name, purpose):
    assert [one.folder.purpose for one in listed([b'(\\HasNoChildren) "." "%s"' % name.encode()])] == [
        purpose
    ]


def test_lines_as_they_come():
    assert names(
        [
            b'(\\NonExistent \\Sent) "/" Gone',
            b"() NIL plain",
            (b'() "/" {9}', b"with ] ( "),
            b"",
            b'(\\Marked) "/" 2024',
            b'(\\Marked) "/" NIL',
            b'(\\Marked) "/"',
            b"nonsense",
            b"",
            b'() "/" "a \\"b\\""',
            b'() "/" "Wys\xc5\x82ane"',
            b'() "/" "latin \xb3"',
            b'() "/" "R&AOQ-cher & S&-hne"',
            b'() "/" "&broken!-"',
        ]
    ) == [
        ("plain", ""),
        ("with ] ( ", ""),
        ("2024", ""),
        ('a "b"', ""),
        ("Wysłane", "sent"),
        ("latin ³", ""),
        ("R&AOQ-cher & S&-hne", ""),
        ("&broken!-", ""),
    ]


def test_quoting():
    assert quoted(b'a "b" \\c') == b'"a \\"b\\" \\\\c"'


def test_asked_for_purposes_where_the_server_knows_them():
    lines = b"".join(b"* LIST " + line + b"\r\n" for line in GMAIL[:4])
    capable = "* CAPABILITY IMAP4rev1 LIST-EXTENDED SPECIAL-USE\r\n{tag} OK done\r\n"
    with ScriptedServer(CAPABILITY=capable, LIST=lines + b"{tag} OK done\r\n") as server:
        mailbox = server.open()
        assert mailbox.folders() == [
            FolderName("INBOX", Purpose.INBOX),
            FolderName("[Gmail]/Wszystkie", Purpose.ARCHIVE),
            FolderName("[Gmail]/Spam", Purpose.JUNK),
        ]
        mailbox.close()
        assert server.commands("LIST") == ['LIST "" "*" RETURN (SPECIAL-USE)']
    with ScriptedServer(LIST=lines + b"{tag} OK done\r\n") as server:
        assert len(server.open().folders()) == 3
        assert server.commands("LIST") == ['LIST "" "*"']


def test_no_folders_at_all():
    with ScriptedServer(LIST="{tag} OK done\r\n") as server:
        assert server.open().folders() == []


def test_a_polish_name_is_asked_for_as_servers_write_it():
    with ScriptedServer() as server:
        server.open().select("Wysłane")
        assert server.commands("EXAMINE") == ['EXAMINE "Wys&AUI-ane"']


def test_a_server_that_writes_names_in_its_own_way():
    """Without the encoding that the standard wants: the list shows how."""
    examine = ["{tag} NO no such mailbox\r\n", "* OK [UIDVALIDITY 1] x\r\n* 0 EXISTS\r\n{tag} OK done\r\n"]
    listing = '* LIST () "." "INBOX.Wysłane"\r\n{tag} OK done\r\n'
    with ScriptedServer(EXAMINE=examine, LIST=listing) as server:
        assert server.open().select("INBOX.Wysłane").name == "INBOX.Wysłane"
        assert server.commands("EXAMINE") == ['EXAMINE "INBOX.Wys&AUI-ane"', 'EXAMINE "INBOX.Wysłane"']


def test_a_server_that_writes_ampersands_as_they_are():
    examine = ["{tag} NO no such mailbox\r\n", "* OK [UIDVALIDITY 1] x\r\n* 0 EXISTS\r\n{tag} OK done\r\n"]
    with ScriptedServer(EXAMINE=examine, LIST='* LIST () "/" "A & B"\r\n{tag} OK done\r\n') as server:
        assert server.open().select("A & B").name == "A & B"
        assert server.commands("EXAMINE") == ['EXAMINE "A &- B"', 'EXAMINE "A & B"']


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("[NONEXISTENT] Unknown Mailbox: x (Failure)", Trouble.FOLDER),
        ("Mailbox doesn't exist: x", Trouble.FOLDER),
        ("[NOPERM] Permission denied", Trouble.FOLDER),
        ("[SERVERBUG] Internal error", Trouble.REFUSED),
        ("[INUSE] Mailbox is locked", Trouble.BUSY),
    ],
)
def test_a_folder_that_does_not_open(words, trouble):
    with ScriptedServer(EXAMINE=f"{{tag}} NO {words}\r\n") as server:
        mailbox = server.open()
        with fails() as failure:
            mailbox.select("Gone")
        assert failure[0] == trouble
        assert words in failure[1]
        if trouble == Trouble.FOLDER:
            assert "Gone" in failure[1]
            with pytest.raises(RuntimeError, match="no folder is selected"):
                mailbox.numbers()

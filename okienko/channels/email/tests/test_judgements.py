import pytest

from okienko.channels.email.judgements import is_forward
from okienko.channels.email.parse import parse
from okienko.inboxes.channel import Automatic


def judged(*headers: str, sender: str = "piotr@biuro.example", subject: str = "Zwrot") -> Automatic:
    lines = [f"From: {sender}", f"Subject: {subject}", *headers, "", "x"]
    return parse("\r\n".join(lines).encode()).automatic


REPORT = "Content-Type: multipart/report; boundary=b; report-type="


@pytest.mark.parametrize(
    "headers",
    [
        [REPORT + "delivery-status"],
        [REPORT + '"Delivery-Status"'],
        [REPORT + "feedback-report"],
        ["X-Failed-Recipients: zofia@poczta.example"],
    ],
)
def test_is_bounce_by_headers_alone(headers):
    assert judged(*headers) == Automatic.BOUNCE


@pytest.mark.parametrize(
    ("sender", "subject", "headers", "expected"),
    [
        ("MAILER-DAEMON@mx.example", "cokolwiek", [], Automatic.BOUNCE),
        ("Mail Delivery Subsystem <MAILER-DAEMON>", "Returned mail: see transcript", [], Automatic.BOUNCE),
        ("postmaster@biuro.example", "Undeliverable: Zwrot", [], Automatic.BOUNCE),
        ("postmaster@biuro.example", "Niedostarczona wiadomość", [], Automatic.BOUNCE),
        (
            "serwer@biuro.example",
            "Delivery Status Notification (Failure)",
            ["Return-Path: <>"],
            Automatic.BOUNCE,
        ),
        # people write about deliveries too, and postmasters are people
        ("zofia@poczta.example", "Delivery failed, where is my parcel?", [], Automatic.NO),
        ("postmaster@biuro.example", "Pytanie o fakturę", [], Automatic.NO),
    ],
)
def test_is_bounce_by_sender_and_subject(sender, subject, headers, expected):
    assert judged(*headers, sender=sender, subject=subject) == expected


@pytest.mark.parametrize(
    "headers",
    [
        ["Auto-Submitted: auto-replied"],
        ["Auto-Submitted: Auto-Replied (vacation)"],
        ["X-Autoreply: yes"],
        ["X-Autorespond: urlop"],
        ["X-Auto-Reply: 1"],
        ["Precedence: auto_reply"],
        [REPORT + "disposition-notification"],
    ],
)
def test_is_auto_reply_by_headers_alone(headers):
    assert judged(*headers) == Automatic.REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Zwrot",
        "Odpowiedź automatyczna: Zwrot",
        "Autoodpowiedź: x",
        "Abwesenheitsnotiz: x",
        "OOO: x",
    ],
)
def test_out_of_office_by_subject_needs_a_further_sign(subject):
    assert judged("X-Auto-Response-Suppress: All", subject=subject) == Automatic.REPLY
    assert judged("Auto-Submitted: auto-generated", subject=subject) == Automatic.REPLY
    assert judged("Precedence: bulk", subject=subject) == Automatic.REPLY
    assert judged(subject=subject) == Automatic.NO


def test_suppressing_answers_is_what_outlook_people_do():
    assert judged("X-Auto-Response-Suppress: DR, OOF, AutoReply") == Automatic.NO


@pytest.mark.parametrize(
    "headers",
    [
        ["List-Id: <agd.example>"],
        ["List-Post: <mailto:agd@lists.example>"],
        ["Precedence: list"],
        ["List-Unsubscribe: <https://u.example>", "Precedence: bulk"],
    ],
)
def test_is_mailing_list(headers):
    assert judged(*headers) == Automatic.LIST


@pytest.mark.parametrize(
    "headers", [["Auto-Submitted: auto-generated"], ["Auto-Submitted: auto-notified"], ["Precedence: bulk"]]
)
def test_is_generated(headers):
    assert judged(*headers) == Automatic.GENERATED


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Auto-Submitted: no"],
        ["X-Autoreply: no"],
        ["List-Unsubscribe: <https://u.example>"],
        ["Return-Path: <>"],
        ["Precedence: first-class"],
    ],
)
def test_a_person_wrote(headers):
    assert judged(*headers) == Automatic.NO


def test_a_no_reply_sender_may_be_a_contact_form():
    assert judged("Reply-To: zofia@poczta.example", sender="noreply@sklep.example") == Automatic.NO


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Fwd: Zwrot", True),
        ("FW: Zwrot", True),
        ("Fw. Zwrot", True),
        ("PD: Zwrot", True),
        ("Re: PD: Zwrot", True),
        ("WG: Zwrot", True),
        ("TR: Zwrot", True),
        ("RV: Zwrot", True),
        ("Przekaż: Zwrot", True),
        ("Przekazane: Zwrot", True),
        ("Re: Zwrot", False),
        ("Odp: Zwrot", False),
        ("PD-40 wkład: pytanie", False),
        ("Transport: pytanie", False),
        ("Przekazałam paczkę: kiedy zwrot?", False),
        ("", False),
    ],
)
def test_is_forward(subject, expected):
    assert is_forward(subject) is expected

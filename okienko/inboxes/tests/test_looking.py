from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.events.models import Job
from okienko.inboxes import operations
from okienko.inboxes.looking import BYTES, LETTERS, Look, Stuck
from okienko.inboxes.models import Arrival, Folder, Import, Mailbox, Missed
from okienko.inboxes.operations import PROCESS_ARRIVAL, ledger, start_checkup
from okienko.inboxes.operations.imports import import_from
from okienko.inboxes.source import FolderName, Purpose, SourceError
from okienko.inboxes.tests import server as servers

pytestmark = pytest.mark.django_db
OLD = timezone.localdate() - timedelta(days=100)


@pytest.fixture
def server():
    return servers.Server()


@pytest.fixture
def mailbox():
    made = operations.set_up(
        brand=operations.add_brand(name="Ziarno i Glina"),
        name="Sklep",
        address="sklep@ziarno.example",
        config={"imap_host": "imap.ziarno.example", "host": "smtp.ziarno.example"},
        secrets={"password": "x"},
        actor=Actor.system(),
    )
    operations.connect(made.inbox, actor=Actor.system())
    made.refresh_from_db()
    return made


@pytest.fixture
def celina():
    return add_agent(email="celina@ziarno.example", name="Celina", password=None, role=Agent.Role.OWNER)


def letters(*numbers: int) -> list[bytes]:
    return [b"Subject: %d\r\n\r\n%d" % (number, number) for number in numbers]


def look(mailbox: Mailbox, server: servers.Server, stuck: Stuck | None = None, **config) -> Look:
    mailbox = Mailbox.objects.select_related("inbox").get(pk=mailbox.pk)
    mailbox.inbox.config.update(config)
    mailbox.inbox.save()
    made = Look(mailbox, server.open(), lambda: False, stuck or Stuck())
    made.watch()
    return made


def came() -> list[tuple[bytes, bool]]:
    """Every arrival's body and whether it is quiet, in the order of their coming."""
    arrivals = Arrival.objects.select_related("blob").order_by("pk")
    return [(arrival.blob.read().rpartition(b"\n")[2], arrival.is_quiet) for arrival in arrivals]


def import_all(look: Look):
    while look.import_some():
        pass


def test_the_first_look_takes_the_last_days_quietly_and_what_comes_aloud(mailbox, server):
    server.inbox.add(*letters(1), day=OLD)
    server.inbox.add(*letters(2, 3))
    first = look(mailbox, server)
    first.everywhere()
    assert came() == []
    server.inbox.add(*letters(4))
    first.everywhere()
    import_all(first)

    assert came() == [(b"4", False), (b"2", True), (b"3", True)]
    loud, *rest = Job.objects.filter(name=PROCESS_ARRIVAL).order_by("-priority", "run_at")
    assert loud.args == {"arrival_id": Arrival.objects.get(is_quiet=False).pk}
    assert {job.priority for job in rest} == {loud.priority - 1}


def test_what_came_during_an_outage_comes_however_long_it_was(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(*range(1, 3 * LETTERS)), day=OLD)
    look(mailbox, server).everywhere()

    assert came() == [(b"%d" % number, False) for number in range(1, 3 * LETTERS)]
    assert max(map(len, server.asked)) == LETTERS


def test_a_second_look_takes_nothing_twice(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(1, 2))
    look(mailbox, server).everywhere()
    Folder.objects.update(confirmed=0)  # as if the process had died before confirming
    look(mailbox, server).everywhere()

    assert came() == [(b"1", False), (b"2", False)]


def test_big_letters_are_fetched_a_few_at_a_time(mailbox, server, settings):
    look(mailbox, server).everywhere()
    server.inbox.add(*(b"x" * (BYTES // 3) for _ in range(4)), b"y")
    look(mailbox, server).everywhere()
    assert server.asked == [[1, 2, 3], [4, 5]]


def test_of_a_letter_beyond_all_measure_the_beginning_comes(mailbox, server, settings):
    settings.MAX_MAIL_BYTES = 100
    look(mailbox, server).everywhere()
    server.inbox.add(b"x" * 1000)
    look(mailbox, server).everywhere()
    arrival = Arrival.objects.get()
    assert (arrival.blob.size, arrival.error) == (100, "only the first 100 of 1000 bytes")


def test_a_letter_the_server_refuses_holds_no_other_back_and_comes_later(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(1, 2, 3))
    server.refuses = {2}
    look(mailbox, server).everywhere()
    assert [body for body, _ in came()] == [b"1", b"3"]
    assert list(Missed.objects.values_list("number", "reason")) == [(2, "no")]

    server.refuses = set()
    look(mailbox, server).missed_ones()
    assert [body for body, _ in came()] == [b"1", b"3", b"2"]
    assert not Missed.objects.exists()


def test_a_missed_letter_that_was_deleted_is_forgotten(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(1))
    server.refuses = {1}
    look(mailbox, server).everywhere()
    del server.inbox.letters[1]
    look(mailbox, server).missed_ones()
    assert (came(), Missed.objects.count()) == ([], 0)


def test_a_letter_at_which_the_line_breaks_is_left_for_later(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(*range(1, 11)))
    server.breaks = {7}
    stuck, broken = Stuck(), 0
    while broken < 20:
        try:
            look(mailbox, server, stuck).everywhere()
            break
        except SourceError:
            broken += 1

    assert [body for body, _ in came()] == [b"%d" % number for number in range(1, 11) if number != 7]
    assert list(Missed.objects.values_list("number", flat=True)) == [7]
    assert broken == 1 + ledger.PATIENCE


def test_another_validity_brings_what_is_new_and_doubles_nothing(mailbox, server):
    first = look(mailbox, server)
    first.everywhere()
    server.inbox.add(*letters(1, 2))
    first.everywhere()
    fresh = servers.Folder(validity="2", purpose=Purpose.INBOX, next_number=10)
    fresh.add(b"Subject: old\r\n\r\nold", day=OLD)
    fresh.add(*letters(1, 2, 3))
    server.folders["INBOX"] = fresh
    look(mailbox, server).everywhere()

    # 1 and 2 come again, to be known again by what they are when they are read; the old one stays away.
    assert came() == [(b"1", False), (b"2", False), (b"1", False), (b"2", False), (b"3", False)]
    assert Folder.objects.get().confirmed == 13


def test_a_renamed_folder_keeps_its_ledger(mailbox, server):
    server.folders["Sklep"] = servers.Folder()
    first = look(mailbox, server, folders=["Sklep"])
    first.everywhere()
    server.folders["Sklep"].add(*letters(1, 2))
    first.everywhere()
    server.folders["Ceramika"] = server.folders.pop("Sklep")
    server.folders["Ceramika"].add(*letters(3))
    look(mailbox, server).everywhere()

    assert [body for body, _ in came()] == [b"1", b"2", b"3"]
    assert sorted(Folder.objects.values_list("name", flat=True)) == ["Ceramika", "INBOX"]


def test_another_folder_of_the_same_validity_is_not_taken_for_a_renamed_one(mailbox, server):
    server.folders["Sklep"] = servers.Folder()
    first = look(mailbox, server, folders=["Sklep", "Ceramika"])
    first.everywhere()
    server.folders["Sklep"].add(*letters(1, 2, 3))
    first.everywhere()
    del server.folders["Sklep"]
    server.folders["Ceramika"] = servers.Folder()
    server.folders["Ceramika"].add(*letters(7, 8))
    second = look(mailbox, server, folders=["Sklep", "Ceramika"])
    second.everywhere()
    import_all(second)

    assert came()[3:] == [(b"7", True), (b"8", True)]
    assert list(Folder.objects.exclude(error="").values_list("name", "is_watched")) == [("Sklep", True)]


def test_junk_is_watched_when_asked(mailbox, server):
    server.folders["Spam"] = servers.Folder(purpose=Purpose.JUNK)
    server.folders["Spam"].add(*letters(1))
    look(mailbox, server).everywhere()
    both = look(mailbox, server, junk=True)
    both.everywhere()
    server.folders["Spam"].add(*letters(2))
    both.everywhere()
    import_all(both)
    assert came() == [(b"2", False)]


def test_the_daily_count_finds_and_mends_gaps(mailbox, server):
    first = look(mailbox, server)
    first.everywhere()
    server.inbox.add(*letters(1, 3))
    first.everywhere()
    # A letter that shows up late, with a number that has been passed; another that is refused.
    server.inbox.letters |= {5: letters(5)[0], 6: letters(6)[0]}
    server.inbox.days |= {5: OLD, 6: OLD}
    Folder.objects.update(confirmed=9)
    server.refuses = {6}
    counting = look(mailbox, server)
    assert counting.is_due_to_count()
    counting.count()

    assert [body for body, _ in came()] == [b"1", b"3", b"5"]
    counted = Folder.objects.get()
    assert (counted.on_server, counted.with_us, counted.mended) == (4, 3, 1)
    assert not counting.is_due_to_count()


def test_an_import_brings_a_range_of_days_once_and_goes_on_where_it_was(mailbox, server, celina):
    server.inbox.add(*letters(*range(1, 121)), day=OLD)
    server.inbox.add(*letters(200), day=OLD - timedelta(days=1))
    server.inbox.add(*letters(201), day=OLD + timedelta(days=1))
    first = look(mailbox, server)
    first.everywhere()
    import_all(first)
    assert came() == []
    name = FolderName("INBOX", Purpose.INBOX)
    begun = import_from(mailbox, name, since=OLD, before=OLD + timedelta(days=1), agent=celina)
    first.import_some()
    begun.refresh_from_db()
    assert (begun.found, begun.taken, begun.percent) == (120, 50, 41)

    second = look(mailbox, server)
    second.everywhere()
    import_all(second)
    assert came() == [(b"%d" % number, True) for number in range(1, 121)]
    begun.refresh_from_db()
    assert (begun.state, begun.taken) == (Import.State.FINISHED, 120)


def test_an_import_of_a_folder_that_is_gone_stops_in_words(mailbox, server, celina):
    begun = import_from(mailbox, FolderName("Stare"), since=None, before=None, agent=celina)
    first = look(mailbox, server)
    first.everywhere()
    import_all(first)
    begun.refresh_from_db()
    assert (begun.state, begun.error) == (Import.State.STOPPED, "no such folder")


def test_todays_mail_is_never_taken_by_an_import(mailbox, server, celina):
    first = look(mailbox, server)
    first.everywhere()
    import_from(mailbox, FolderName("INBOX", Purpose.INBOX), since=None, before=None, agent=celina)
    server.inbox.add(*letters(1))  # after the look, before the import begins
    import_all(first)
    first.everywhere()
    assert came() == [(b"1", False)]


def test_our_trial_letters_are_nobodys_conversation(mailbox, server, celina):
    look(mailbox, server).everywhere()
    trial = start_checkup(mailbox.inbox, agent=celina, language="pl")
    server.inbox.add(b"X-Okienko-Check: %s\r\nSubject: p\r\n\r\n1" % trial.token.encode())
    server.inbox.add(b"X-Okienko-Check: forged-by-a-stranger\r\nSubject: p\r\n\r\n2")
    look(mailbox, server).everywhere()
    assert list(Arrival.objects.order_by("pk").values_list("state", flat=True)) == ["done", "new"]


def test_a_stop_in_the_middle_loses_nothing(mailbox, server):
    look(mailbox, server).everywhere()
    server.inbox.add(*letters(*range(1, 121)))
    stopping = look(mailbox, server)
    stopping.stopped = lambda: len(server.asked) >= 1
    assert not stopping.everywhere()
    assert len(came()) == LETTERS
    assert look(mailbox, server).everywhere()
    assert [body for body, _ in came()] == [b"%d" % number for number in range(1, 121)]

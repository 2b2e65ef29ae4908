"""Backup and restore of a filled, running product, on the database the suite runs on."""

import io
import json
import smtplib
import subprocess
import tarfile
import threading
from pathlib import Path

import httpx
import pytest

from bench.processes import Installation, installation
from tests.faults.house import address_of_postgresql, sibling

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("backup")]
SHOP = "sklep@ziarno-i-glina.example"
# What a restore changes on purpose.
NEW_LIFE = {"events_epoch", "events_job", "events_schedule", "conversations_delivery", "django_migrations"}


def new(folder: Path, name: str, **settings: str) -> Installation:
    server = address_of_postgresql()
    return installation(folder / name, sibling(server, f"backup_{name}") if server else "", **settings)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A demonstration shop, a backup made while letters came in, and what its rows were at rest."""
    folder = tmp_path_factory.mktemp("backup")
    made = new(folder, "filled")
    made.command("demo", "--short")
    with made.serving() as server:
        stop = threading.Event()
        writer = threading.Thread(target=write_letters, args=(server.lmtp_port, stop))
        writer.start()
        try:
            made.command("backup", str(folder / "running.backup"))
        finally:
            stop.set()
            writer.join()
    made.command("backup", str(folder / "at-rest.backup"))
    return made, folder


def write_letters(port: int, stop: threading.Event):
    number = 0
    while not stop.is_set():
        number += 1
        letter = (
            f"From: z{number}@klient.example\r\nTo: {SHOP}\r\nSubject: {number}\r\n\r\nhej {number}".encode()
        )
        with smtplib.LMTP("127.0.0.1", port) as door:
            door.sendmail("z@klient.example", [SHOP], letter)


def rows_of(made: Installation) -> dict[str, list]:
    """Every row of every table, as the product reads them."""
    program = (
        "import json,sys;from django.core import serializers;from django.apps import apps\n"
        "found={m._meta.db_table: json.loads(serializers.serialize('json', m.objects.order_by('pk')))"
        " for m in apps.get_models(include_auto_created=True) if m._meta.db_table != 'django_content_type'}\n"
        "print(json.dumps(found))"
    )
    return json.loads(made.command("shell", "--no-imports", "-c", program).stdout.splitlines()[-1])


def files_of(made: Installation) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (made.data / "files").rglob("*") if path.is_file()}


def restored(filled, name: str, archive: str, *words: str, keys: bool = True) -> tuple[Installation, str]:
    made, folder = filled
    other = new(folder, name)
    if keys:
        (other.data / "secret.keys").write_bytes((made.data / "secret.keys").read_bytes())
    said = other.command("restore", str(folder / archive), *words).stdout.decode()
    return other, said


def test_every_row_and_every_file_comes_back(filled):
    made, _ = filled
    other, _ = restored(filled, "equal", "at-rest.backup")
    before, after = rows_of(made), rows_of(other)

    assert before["conversations_message"]
    assert {table for table in before if before[table] != after[table]} <= NEW_LIFE
    assert files_of(other) == files_of(made)
    assert before["events_epoch"] != after["events_epoch"]


def test_a_backup_of_a_running_product_is_whole_and_usable(filled):
    other, _ = restored(filled, "usable", "running.backup")
    files = set(files_of(other))
    assert {row["fields"]["sha256"] for row in rows_of(other)["files_blob"]} == files
    with other.serving() as server, httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        browser.get("/account/sign-in/")
        signed_in = browser.post(
            "/account/sign-in/",
            data={
                "email": "anna@ziarno-i-glina.example",
                "password": "okienko-demo",
                "csrfmiddlewaretoken": browser.cookies["okienko_csrf"],
            },
            headers={"Origin": server.url},
        )
        assert signed_in.url.path == "/conversations/"
        found = browser.get("/conversations/", params={"q": "filiżanka", "queue": "open"})
        assert "filiżank" in found.text
        with smtplib.LMTP("127.0.0.1", server.lmtp_port) as door:
            door.sendmail("n@klient.example", [SHOP], b"From: n@klient.example\r\nSubject: po\r\n\r\npo")


def test_unsent_answers_are_held_back_and_told(filled):
    made, folder = filled
    program = "from okienko.conversations.models import Delivery; Delivery.objects.update(state='queued')"
    made.command("shell", "--no-imports", "-c", program)
    made.command("backup", str(folder / "unsent.backup"))
    other, said = restored(filled, "unsent", "unsent.backup")

    states = {row["fields"]["state"] for row in rows_of(other)["conversations_delivery"]}
    assert states == {"failed"}
    assert "held back" in said


def test_other_keys_are_told(filled):
    _, said = restored(filled, "keys", "at-rest.backup", keys=False)

    assert "secret keys are not those" in said


def test_data_is_not_overwritten_without_a_word(filled):
    made, folder = filled
    before = rows_of(made)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        made.command("restore", str(folder / "at-rest.backup"))

    assert b"--replace" in refused.value.stderr
    assert rows_of(made) == before


def test_an_encrypted_backup_opens_with_its_key_only(filled):
    made, folder = filled
    made.command("backup", str(folder / "secret.backup"), "--new-key", str(folder / "key"))
    data = (folder / "secret.backup").read_bytes()
    assert data.startswith(b"age-encryption.org/")
    assert b"ziarno" not in data
    other = new(folder, "encrypted")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        other.command("restore", str(folder / "secret.backup"))
    assert b"--key" in refused.value.stderr

    assert (
        b"came back"
        in other.command("restore", str(folder / "secret.backup"), "--key", str(folder / "key")).stdout
    )
    assert rows_of(other)["conversations_message"] == rows_of(made)["conversations_message"]


@pytest.mark.parametrize("how", ["cut", "file", "rubbish"])
def test_a_damaged_archive_is_refused_before_the_database_changes(filled, how):
    _, folder = filled
    whole = folder / "at-rest.backup"
    broken = folder / f"{how}.backup"
    if how == "cut":
        broken.write_bytes(whole.read_bytes()[:-40_000])
    elif how == "rubbish":
        broken.write_bytes(b"rubbish" * 1000)
    else:
        change_one_file(whole, broken)
    other = new(folder, f"damaged_{how}")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        other.command("restore", str(broken))

    assert b"Traceback" not in refused.value.stderr
    assert rows_of(other)["accounts_agent"] == []


def change_one_file(whole: Path, broken: Path):
    with tarfile.open(whole) as source, tarfile.open(broken, "w") as target:
        for member in source:
            data = source.extractfile(member).read()
            if member.name.startswith("files/"):
                data = data[:-1] + bytes([data[-1] ^ 1])
            target.addfile(member, io.BytesIO(data))


def test_a_backup_never_overwrites_another(filled):
    made, folder = filled
    with pytest.raises(subprocess.CalledProcessError) as refused:
        made.command("backup", str(folder / "at-rest.backup"))

    assert b"exists" in refused.value.stderr


def test_doctor_finds_a_lost_file_and_a_silent_mail_server(filled):
    other, _ = restored(filled, "ill", "at-rest.backup")
    with pytest.raises(subprocess.CalledProcessError) as first:
        other.command("doctor")
    told = first.value.stdout.decode()
    assert "WRONG  mail servers" in told
    assert "well   files" in told
    next((other.data / "files").rglob("*" * 1 + "?" * 60)).unlink()
    with pytest.raises(subprocess.CalledProcessError) as second:
        other.command("doctor")

    assert "WRONG  files: 1 of the newest" in second.value.stdout.decode()


def test_upgrade_backs_up_before_it_changes_anything(filled):
    other, _ = restored(filled, "older", "at-rest.backup")
    other.command("migrate", "search", "0001", "--verbosity", "0")
    said = other.command("upgrade").stdout.decode()

    assert "1 changes of the database are pending" in said
    assert len(list(other.data.glob("before-upgrade-*.backup"))) == 1
    assert "up to date" in other.command("upgrade").stdout.decode()

"""The documents say what is there, all of it, and nothing that is not."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import get_commands

from okienko.events.log import Actor, Fact
from okienko.events.metrics import NAMES
from okienko.inboxes.operations import add_brand, connect, set_up
from okienko.wiring import CHANNELS, REACTIONS, WATCHES
from tests.architecture.tree import ROOT, files

DOCS = [path for path in sorted(files()) if path.suffix == ".md"]
DJANGO_COMMANDS = {
    "check",
    "createsuperuser",
    "migrate",
    "shell",
}  # Django's own that operations.md may speak of


READERS_OF_THE_ENVIRONMENT = {
    "okienko/settings.py",
    "okienko/cli.py",
    "okienko/asgi.py",
    "okienko/front/management/commands/demo.py",  # the port of the demo's mail server, told by bin/demo
}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def rows(name: str) -> list[list[str]]:
    """The cells of every table row whose first cell is in backticks."""
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in read(name).splitlines()
        if line.startswith("| `")
    ]


def in_backticks(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def settings_read() -> set[str]:
    """Every OKIENKO_… that okienko/settings.py takes from the environment."""
    return {
        f"OKIENKO_{node.args[0].value}"
        for node in ast.walk(ast.parse(read("okienko/settings.py")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"choice", "words"}
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_documented_and_no_other():
    assert {in_backticks(row[0])[0] for row in rows("docs/configuration.md")} == settings_read()


def test_nothing_else_reads_the_environment():
    elsewhere = [
        str(path)
        for path in files()
        if path.parts[0] == "okienko"
        and path.suffix == ".py"
        and str(path) not in READERS_OF_THE_ENVIRONMENT
        and "tests" not in path.parts
        and re.search(r"\bos\.(environ|getenv)\b", read(path))
    ]
    assert elsewhere == []


def facts(base: type = Fact) -> list[type]:
    """Every kind of event of the product; those that tests define are their own affair."""
    found = [fact for child in base.__subclasses__() for fact in [child, *facts(child)]]
    return [
        fact for fact in found if fact.__module__.startswith("okienko.") and ".tests." not in fact.__module__
    ]


def test_every_event_and_its_fields_are_documented_and_no_other():
    documented = {in_backticks(row[0])[0]: in_backticks(row[1]) for row in rows("docs/events.md")}
    assert documented == {fact.type: [field.name for field in fields(fact)] for fact in facts()}


def test_what_follows_each_event_is_documented():
    documented = {in_backticks(row[0])[0]: in_backticks(row[3]) for row in rows("docs/events.md")}
    wired = {fact.type: [reaction.name for reaction in following] for fact, following in REACTIONS.items()}
    assert {kind: names for kind, names in documented.items() if names} == wired


def test_every_channel_is_documented_and_no_other():
    assert sorted(re.findall(r"^## `(\w+)`", read("docs/channels.md"), re.MULTILINE)) == sorted(
        c.kind for c in CHANNELS
    )


def own_commands() -> set[str]:
    return {name for name, app in get_commands().items() if str(app).startswith("okienko.")}


def test_every_command_of_the_product_is_documented_and_no_other():
    spoken_of = set(re.findall(r"`(?:bin/)?okienko ([a-z_]+)", read("docs/operations.md")))
    assert spoken_of - DJANGO_COMMANDS == own_commands()


def test_every_command_of_the_project_is_documented_and_no_other():
    spoken_of = set(re.findall(r"`bin/(\w+)", read("docs/operations.md")))
    assert spoken_of == {path.name for path in (ROOT / "bin").iterdir()}


def names_told_by(watch) -> set[str]:
    """The metrics a watched room tells when there is something to watch."""
    told = {name for name, *_rest in watch.look().figures()}
    assert told, f"{watch.name} tells nothing: give it something to watch"
    return told


@pytest.mark.django_db
def test_every_metric_is_documented_and_no_other():
    mailbox = set_up(
        brand=add_brand(name="Ziarno i Glina"), name="Sklep", address="sklep@ziarno.example", config={},
        secrets={}, actor=Actor.system(),
    )  # fmt: skip
    connect(mailbox.inbox, actor=Actor.system())
    told = {f"okienko_{name}" for name in NAMES}.union(*map(names_told_by, WATCHES))
    documented = re.findall(r"^\| `(okienko_\w+)`", read("docs/operations.md"), re.MULTILINE)
    assert sorted(documented) == sorted(told)


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_links_lead_somewhere(path):
    linked = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", read(path))
    assert [target for target in linked if not (ROOT / path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_files_that_are_named_exist(path):
    named = re.findall(r"`((?:okienko|tests|bench|bin|docs)/[\w./-]*\w(?:\.\w+)?/?)`", read(path))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", [path for path in DOCS if "decisions" not in path.parts], ids=str)
def test_every_document_is_found_from_another(path):
    if path.name != "README.md":
        linking = [other for other in DOCS if other != path and path.name in read(other)]
        assert linking != []


def test_decisions_are_numbered_once_each():
    numbers = [path.name[:4] for path in DOCS if "decisions" in path.parts]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_a_row_is_read_as_its_cells(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_docs.ROOT", tmp_path)
    Path(tmp_path, "a.md").write_text(
        "| Name | Means |\n| --- | --- |\n| `A` | `b`, `c` |\nbetween\n| no | row |\n"
    )
    assert [[in_backticks(cell) for cell in row] for row in rows("a.md")] == [[["A"], ["b", "c"]]]

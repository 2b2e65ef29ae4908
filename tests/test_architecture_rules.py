"""Each rule of the house can fail, and lets pass what is meant to pass."""

from pathlib import Path

import pytest
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import directions, pages, shape, styles, tree, writes

ORDER = ["ui", "contacts", "conversations"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("contact.save()", ["line 1: .save()"]),
        ("Contact.objects.create(name='Zofia')", ["line 1: .create()"]),
        ("queued = Delivery.objects.filter(pk=1)\nqueued.update(state='sent')", ["line 2: .update()"]),
        ("rows.update(**changes)", ["line 1: .update()"]),
        ("Contact.objects.filter(pk=1).delete()", ["line 1: .delete()"]),
        ("Contact.objects.bulk_update(rows, ['name'])", ["line 1: .bulk_update()"]),
        ("await Contact.objects.aget_or_create(pk=1)", ["line 1: .aget_or_create()"]),
        ("cursor.execute('DELETE FROM contacts_contact')", ["line 1: .execute() of more than a question"]),
        ("cursor.execute(statement)", ["line 1: .execute() of more than a question"]),
        ("sql = A if x else B\nA = 'SELECT 1'\nB = 'UPDATE t'\nc.execute(sql)", ["line 4: .execute() of more than a question"]),
        ("c.execute('WITH x AS (SELECT 1) DELETE FROM t')", ["line 1: .execute() of more than a question"]),
        ("c.execute('PRAGMA journal_mode = WAL')", ["line 1: .execute() of more than a question"]),
        ("from okienko.lib import rows\nrows.update(row, 'name')\nrows.get(Row, pk=1)", ["line 2: rows.update()"]),
        ("from okienko.lib.rows import insert, values", ["line 1: rows.insert()"]),
        ("seen = {}\nseen.update({1: 2})\ndigest.update(b'')\nstorage.delete(name)", []),
        ("sql = A if x else B\nA = 'SELECT 1'\nB = 'SELECT 2'\nc.execute(sql)", []),
        ("QUESTION = 'SELECT {}'\nc.execute(QUESTION.format('x'))", []),
    ],
)  # fmt: skip
def test_writes_are_seen(source, found):
    assert writes.writes_in(source) == found


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("okienko/contacts/operations.py", True),
        ("okienko/conversations/operations/replying.py", True),
        ("okienko/events/queue.py", True),
        ("okienko/contacts/migrations/0002_names.py", True),
        ("okienko/contacts/views.py", False),
        ("okienko/contacts/operations_view.py", False),
        ("okienko/contacts/models/operations_log.py", False),
        ("okienko/events/management/commands/serve.py", False),
    ],
)
def test_only_these_may_write(path, may):
    assert writes.may_write(path) is may


@pytest.mark.parametrize(
    ("template", "rooms"),
    [
        (
            '{% extends "ui/base.html" %}{% include "conversations/_message.html" with x=1 %}',
            {"ui", "conversations"},
        ),
        ("{% url 'conversations:list' %}", {"conversations"}),
        ("{% load static %}{% static 'contacts/card.js' %}", {"contacts"}),
        ("{% load badge from waiting %}{% load waiting i18n %}", {"conversations"}),
        ("{% for entry in navigation %}{% url entry.name %}{% include entry.panel %}{% endfor %}", set()),
    ],
)
def test_rooms_named_by_templates_are_seen(template, rooms):
    assert directions.rooms_in_template(template, {"waiting": "conversations"}) == rooms


def test_rooms_named_by_python_are_seen():
    source = 'reverse("conversations:list")\nrender(request, "ui/x.html", {})\nimport_module("okienko.contacts.x")\nreverse(name)'
    assert directions.rooms_in_python(source) == {"conversations", "ui", "contacts"}


def test_only_higher_rooms_are_too_high():
    assert directions.too_high("contacts", {"ui", "contacts", "conversations", "admin"}, ORDER) == [
        "conversations"
    ]


@isolate_apps()
def test_foreign_keys_up_and_attributes_below_are_seen():
    class Upper(models.Model):
        class Meta:
            app_label = "conversations"

    class Lower(models.Model):
        up = models.ForeignKey(Upper, models.CASCADE, related_name="+")

        class Meta:
            app_label = "contacts"

    class Heir(models.Model):
        down = models.ForeignKey(Lower, models.CASCADE, related_name="heirs")
        quiet = models.ForeignKey(Lower, models.CASCADE, related_name="+")
        own = models.ForeignKey("self", models.CASCADE, related_name="children")

        class Meta:
            app_label = "conversations"

    assert directions.upward_keys(Lower, ORDER) == ["contacts.Lower.up points up to conversations"]
    assert directions.upward_keys(Heir, ORDER) == [
        "conversations.Heir.down adds an attribute to contacts: related_name='+'"
    ]


def test_reads_past_the_permissions_are_seen():
    source = (
        "Conversation.objects.get(pk=1)\nConversation.objects.visible_to(anna).get(pk=1)\nTag.objects.all()"
    )
    assert directions.unseen_reads(source, {"Conversation"}) == ["line 1: Conversation.objects.get"]


@pytest.mark.parametrize(
    ("template", "faults"),
    [
        ('<a onclick="go()">', ["an inline event handler"]),
        ('<div {% if x %}hidden{% endif %} hx-on:click="go()">', ["hx-on"]),
        ('<p class="a"\n style="color: red">', ["a style attribute"]),
        ('<a href="javascript:go()">', ["a javascript: address"]),
        ("{{ message.html|safe }}", ["|safe"]),
        ("{% autoescape off %}", ["autoescape off"]),
        ("<style>p { margin: 0 }</style>", ["an inline style sheet"]),
        ('<script nonce="{{ n }}">go()</script>', ["an inline script"]),
        ('<path fill="#fff" stroke="none"/>', ['fill="#fff": a class says that']),
        (
            '<text font-size="12"></text><td bgcolor="white">',
            ['font-size="12": a class says that', 'bgcolor="white": a class says that'],
        ),
        ('<path fill="currentColor" stroke="{{ x }}" fill-rule="evenodd" data-fill="red"/>', []),
        ('<script type="importmap">{}</script>', ["an import map without its nonce"]),
        (
            '<script type="importmap" nonce="{{ n }}">{}</script><script type="module" src="/x.js"></script>',
            [],
        ),
        ('{# style="" onclick="" |safe #}<p class="style" data-on="1">{{ safe }} style= onclick=</p>', []),
    ],
)
def test_faults_of_templates_are_seen(template, faults):
    assert pages.faults_of_template(template) == faults


@pytest.mark.parametrize(
    ("template", "faults"),
    [
        ("{{ recipient.address }}", ["recipient.address"]),
        ("{{ message.words|linked|linebreaks }}", ["message.words|linked|linebreaks"]),
        ("{{ message.sender.contact.name|default:message.sender.value|initials }}",
         ["message.sender.contact.name|default:message.sender.value|initials"]),
        ("{{ a.value|personal:request.user|default:a.value }}", ["a.value|personal:request.user|default:a.value"]),
        ("{% blocktranslate with who=conversation.contact count n=2 %}x{% endblocktranslate %}", ["who=conversation.contact"]),
        ("{% include 'x.html' with line=delivery.reason only %}", ["line=delivery.reason"]),
        ("{{ contact.name }}", ["contact.name"]),
        ("{{ recipient.address|personal:request.user }}{{ a.value|default:b.value|personal:request.user|initials }}", []),
        ("{# {{ recipient.address }} #}{% if delivery.reason %}{{ conversation.number }}{{ agent.name }}{% endif %}", []),
    ],
)  # fmt: skip
def test_personal_data_past_its_veil_is_seen(template, faults):
    assert pages.faults_of_personal_data(template) == faults


@pytest.mark.parametrize(
    ("style", "faults"),
    [
        ("p { color: #fff; }", ["color: #fff"]),
        ("@layer screens { @media print { p { fill: RebeccaPurple } } }", ["fill: RebeccaPurple"]),
        ("p { background: oklch(1 0 0); color: hsl(0 0% 0%); --x: rgb(0 0 0); }",
         ["background: oklch(", "color: hsl(", "--x: rgb("]),
        ("p { border: 1px solid var(--line); inset: 0 -0.5rem; margin: .5PT }", ["border: 1px", "inset: -0.5rem", "margin: .5PT"]),
        ("p { font-size: 0.9em; }", ["font-size: 0.9em"]),
        ("p { font-size: calc(1em * 2); font-weight: 600; }", ["font-size: calc(1em * 2)", "font-weight: 600"]),
        ("p { border-radius: 8px; border-end-start-radius: 0.3em; }", ["border-radius: 8px", "border-end-start-radius: 0.3em"]),
        ("p { box-shadow: 0 2px var(--a) black; }", ["box-shadow: black", "box-shadow: 2px"]),
        ("p { z-index: 10; transition: color 120ms ease, inset .2s; }", ["z-index: 10", "transition: 120ms", "transition: .2s"]),
        ("p { --ease: cubic-bezier(0, 0, 1, 1); }", ["--ease: cubic-bezier("]),
        ("p { margin: 0 auto; width: 50%; max-width: 60ch; white-space: nowrap; color: var(--red, currentColor); }", []),
        ("p { transition: rotate var(--fast) 0s; border-radius: 50% var(--radius) 0; font-size: calc(var(--a) * 0.36); }", []),
        ("a:not(.red):hover { color: inherit } /* #fff */ @media (width < 640px) { p { background: url('a-red.svg'); } }", []),
    ],
)  # fmt: skip
def test_colours_sizes_and_times_are_seen(style, faults):
    assert styles.faults_of_style(style) == [f"{each} belongs in tokens.css" for each in faults]


def test_pictures_and_faces_in_style_sheets_are_told_apart():
    picture = ["a picture in the sheet: icons come from the package"]
    assert styles.faults_of_style("p { background: url( 'data:image/svg+xml,x') }") == picture
    assert styles.faults_of_style("@font-face { font-weight: 500 600 } p { background: url(data.svg) }") == []


def test_variables_nobody_declares_are_seen():
    sheet = "p { --own: 1; color: var(--own); inset: var( --lost); margin: var(--maybe, 0) }"
    assert styles.variables_needed(sheet) - styles.variables_declared(sheet) == {"--lost"}
    assert styles.variables_declared("picture.style.setProperty('--times', 2)") == {"--times"}


@pytest.mark.parametrize(
    ("script", "faults"),
    [
        ("customElements.define('desk-live', X);", ["desk-live is not prefixed ok-"]),
        ("customElements.define('ok-a', X); customElements.define('ok-b', Y);", ["2 elements in one file"]),
        ("this.innerHTML = text;", ["innerHTML"]),
        (
            "line.style.color = '#c00'; at(`#${id}`); dot.fill = `rgb(${x} 0 0)`;",
            ["#c00 belongs in tokens.css", "rgb( belongs in tokens.css"],
        ),
        ("customElements.define('ok-live', X);", []),
    ],
)
def test_faults_of_scripts_are_seen(script, faults):
    assert pages.faults_of_script(script) == faults


def test_unsafe_python_is_seen():
    assert pages.faults_of_python("return mark_safe(html)") == ["mark_safe"]
    assert pages.faults_of_python("return format_html('<b>{}</b>', text)") == []


def test_long_files_and_functions_are_seen():
    long = "def grow():\n" + "    x = 1\n" * 39
    assert shape.too_long(Path("a.py"), long) == ["grow: 40 lines of 39"]
    assert shape.too_long(Path("a.py"), long.removesuffix("    x = 1\n")) == []
    assert shape.too_long(Path("a.py"), "async " + long) == ["grow: 40 lines of 39"]
    assert shape.too_long(Path("a.js"), "x;\n" * 101) == ["101 lines of 100"]
    assert shape.too_long(Path("a.html"), "\n" * 150) == []


def test_vague_names_are_seen():
    names = ["contacts/utils.py", "common/x.py", "contacts/helpers/x.py", "contacts/operations.py"]
    assert [shape.is_vague(Path(name)) for name in names] == [True, True, True, False]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.dispatch import Signal", ["line 1: own signals: record an event"]),
        ("from django.db.models.signals import post_save", ["line 1: signals: record an event"]),
        ("class A:\n    def save(self, *args): pass", ["line 2: save() with effects: write an operation"]),
        ("def save(blob): pass", []),
    ],
)
def test_foreign_habits_are_seen(source, found):
    assert shape.foreign_habits(source) == found


def test_what_is_no_business_of_a_channel_is_seen():
    source = "from django import http\nimport django.db.models\nfrom django.utils import timezone\nimport starlette"
    assert shape.beyond_a_channel(source) == [
        "line 1: django.http",
        "line 2: django.db.models",
        "line 4: starlette",
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a\nA = [a.one, a.two]\ndef connect():\n    for x in A:\n        a.install(x)", []),
        ("A = [x for x in y]", ["line 1: ListComp"]),
        ("A = [1] if DEBUG else []", ["line 1: IfExp"]),
        ("if DEBUG:\n    A = []", ["line 1: If"]),
        ("def helper(): pass", ["line 1: FunctionDef"]),
        ("def connect():\n    if A:\n        go()", ["line 2: If in connect()"]),
        ("A = [lambda: 1]", ["line 1: Lambda"]),
    ],
)
def test_decisions_in_wiring_are_seen(source, found):
    assert shape.more_than_lists(source) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http" + "s://files.pythonhosted" + ".org/x", ["a registry of packages"]),
        ("http" + "://mirror.example/a-1.0.whl", ["a downloaded file"]),
        ("cd /" + "root/okienko", ["a place on somebody's machine"]),
        (f"cd {tree.ROOT}/okienko", [] if tree.ROOT.parts[1] in tree.USUAL else ["the place of this copy"]),
        ("https://www.example.org/guide and /var/lib/okienko and /users/", []),
    ],
)
def test_traces_are_seen(text, found):
    assert [name for name in tree.traces_in(text) if name in found or not found] == found


def test_loose_requirements_are_seen():
    good = "a==1.0 \\\n    --hash=sha256:00\n    # via b\n"
    assert tree.faults_of_requirements(good) == []
    assert tree.faults_of_requirements("--index-url x\n" + good)[:1] == ["an address"]
    assert tree.faults_of_requirements("a==1.0\n") == ["no hash: a==1.0"]
    assert tree.faults_of_requirements("a>=1.0 \\\n    --hash=sha256:00\n") == ["not pinned: a>=1.0 \\"]


def test_addresses_in_the_browser_lock_are_seen():
    entry = '"resolved": "x", "integrity": "y"'
    assert tree.faults_of_package_lock(f'{{"packages": {{"": {{}}, "a": {{{entry}}}}}}}') == ["a: resolved"]
    assert tree.faults_of_package_lock('{"packages": {"a": {}}}') == ["a: no integrity"]

"""Polish is complete: every text of the code and the templates, in all three plural forms."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from tests.architecture.tree import ROOT

LANGUAGE = "pl"
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue():
    path = ROOT / "okienko" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """Every text of the product, as Django's own tool finds them, by (context, text)."""
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.skip(f"translations: needs gettext, there is no {' '.join(missing)} (apt-get install gettext)")
    copy = tmp_path_factory.mktemp("texts") / "okienko"
    leave_out = shutil.ignore_patterns("tests", "migrations", "locale", "__pycache__", "static")
    shutil.copytree(ROOT / "okienko", copy, ignore=leave_out)
    (copy / "locale").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", LANGUAGE, "--no-wrap"]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, text=True)
    with (copy / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {key(message): message for message in read_po(file) if message.id}


def key(message):
    return message.context, message.id


def said(messages) -> list[str]:
    return sorted(str(message.id) for message in messages)


def forms(text) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [text]


def is_complete(message) -> bool:
    """Not fuzzy, nothing empty, as many forms as Polish has where there is a plural."""
    wanted = 3 if message.pluralizable else 1
    translated = forms(message.string)
    return not message.fuzzy and len(translated) == wanted and all(text.strip() for text in translated)


def is_faithful(message) -> bool:
    """Each form has the placeholders of the English text; a singular may leave the number out."""
    allowed = [sorted(PLACEHOLDER.findall(text)) for text in forms(message.id)]
    return all(sorted(PLACEHOLDER.findall(text)) in allowed for text in forms(message.string))


def test_every_text_is_translated(used):
    known = {key(message) for message in catalogue() if message.id}
    assert said(message for each, message in used.items() if each not in known) == []


def test_no_translation_is_left_over(used):
    assert said(message for message in catalogue() if message.id and key(message) not in used) == []


def test_no_translation_is_empty_fuzzy_or_short_of_a_plural():
    assert said(message for message in catalogue() if message.id and not is_complete(message)) == []


def test_placeholders_survive():
    assert said(message for message in catalogue() if message.id and not is_faithful(message)) == []


def test_texts_of_the_code_are_english(used):
    foreign = [
        message for message in used.values() if re.search(r"[ąćęłńóśźż]", str(message.id), re.IGNORECASE)
    ]
    assert said(message for message in foreign if message.id != "Polski") == []


def test_an_unfinished_translation_is_seen(tmp_path):
    path = tmp_path / "django.po"
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>1 && n<5 ? 1 : 2);\\n"\n\n'
    path.write_text(
        head
        + 'msgid "empty"\nmsgstr ""\n\n'
        + '#, fuzzy\nmsgid "fuzzy"\nmsgstr "x"\n\n'
        + 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "dzień"\nmsgstr[1] "%(n)s dni"\nmsgstr[2] ""\n\n'
        + 'msgid "by %(name)s"\nmsgstr "przez %(nmae)s"\n\n'
        + 'msgid "good"\nmsgstr "dobrze"\n'
    )
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=LANGUAGE) if message.id]
    assert said(message for message in messages if not is_complete(message)) == [
        "('%(n)s day', '%(n)s days')", "empty", "fuzzy",
    ]  # fmt: skip
    assert said(message for message in messages if not is_faithful(message))[-1:] == ["by %(name)s"]

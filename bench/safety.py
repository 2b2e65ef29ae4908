"""What strangers' letters manage to do in an agent's browser: nothing.

Each attack of the collection comes as a letter: as its HTML, and as its sender's name, subject, text and file name too.
An agent opens the conversation, the letter in its own layout, and lets its pictures load.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from smtplib import LMTP
from urllib.parse import urlsplit

import django
from playwright.sync_api import Page, sync_playwright

from bench import corpora
from bench.figures import Figure
from bench.houses import program
from bench.processes import Process, installation
from bench.watched import Watch, watched

CHROMIUM = "/usr/bin/chromium"
QUICK = 12  # letters
FIRST = 10_001  # the number of an installation's first conversation
PATIENCE = 60_000  # ms
PICTURE = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def run(quick: bool) -> Iterator[Figure]:
    payloads = attacks()
    payloads = payloads[:: len(payloads) // QUICK] if quick else payloads
    with tempfile.TemporaryDirectory(prefix="okienko-safety-") as folder:
        scratch = Path(folder)
        made = installation(scratch / "data", OKIENKO_STATIC=str(scratch / "static"))
        made.command("collectstatic", "--no-input", "--verbosity", "0")
        told = program(made, "bench.safety")
        with made.serving() as server:
            sent(server, told["address"], payloads)
            watch, opened = looked_at(server, told["session"], len(payloads))
    for name in ("executed", "handlers", "javascript_urls", "foreign_requests", "held_back"):
        found = getattr(watch, name)
        for words in found[:20]:
            print(f"{name}: {words[:300]}", file=sys.stderr)
        yield Figure(f"safety.xss.{name}", len(found), f"of {len(payloads)}", "== 0")
    yield Figure("safety.xss.letters_opened", opened, "letters", f"== {len(payloads)}")
    yield Figure("safety.xss.frames_looked_into", watch.frames, "frames", f">= {2 * with_layout(payloads)}")


def attacks() -> list[str]:
    file = corpora.SHARED / "data" / "security" / "dompurify-payloads.json"
    if not file.exists():
        raise corpora.Absent(f"{file} is missing: this benchmark needs the attacks kept beside the project")
    return [each["payload"] for each in json.loads(file.read_text()) if each.get("payload")]


def with_layout(payloads: list[str]) -> int:
    return sum(bool(payload.strip()) for payload in payloads)


def sent(server: Process, address: str, payloads: list[str]):
    with LMTP("127.0.0.1", server.lmtp_port) as door:
        for number, payload in enumerate(payloads):
            mail = letter(payload, number, address)
            if refused := door.sendmail(f"zly-{number}@napastnik.example", [address], mail.as_bytes()):
                raise RuntimeError(f"letter {number} was refused: {refused}")


def letter(payload: str, number: int, to: str) -> EmailMessage:
    """The attack in every place where a stranger may write something."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", payload).split())
    name = re.sub(r'["\\]', "'", line[:120])
    mail = EmailMessage(policy=SMTP)
    mail["From"] = (
        f'"{name}" <zly-{number}@napastnik.example>' if name.isascii() else f"zly-{number}@napastnik.example"
    )
    mail["To"] = to
    mail["Subject"] = f"[{number}] {line[:180]}"
    mail["Message-ID"] = f"<{number}@napastnik.example>"
    clean = payload.encode("utf-8", "replace").decode()
    mail.set_content(clean or "-")
    mail.add_alternative(f'<img src="https://napastnik.example/a.png">{clean}', subtype="html")
    mail.add_attachment(PICTURE, maintype="image", subtype="gif", filename=f"{line[:100]}.gif")
    return mail


def looked_at(server: Process, session: str, count: int) -> tuple[Watch, int]:
    host = urlsplit(server.url).netloc
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(base_url=server.url, locale="pl-PL")
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "okienko_session", "value": session, "url": server.url}])
        watch = watched(context, host)
        page = context.new_page()
        numbers = conversations(page, count)
        for number in numbers:
            visit(page, watch, number)
        chromium.close()
    return watch, len(numbers)


def conversations(page: Page, count: int) -> list[int]:
    """Their numbers, as soon as all letters have been read in."""
    numbers = list(range(FIRST, FIRST + count))  # they follow one another
    for number in numbers:
        while not page.request.get(f"/conversations/{number}/").ok:
            page.wait_for_timeout(300)
    return numbers


def visit(page: Page, watch: Watch, number: int):
    """Open the conversation, its letter without and with pictures, and its file."""
    page.goto(f"/conversations/{number}/")
    layout = page.locator("ok-mail summary")
    if layout.count():
        layout.first.click()
        page.locator(".mail-frame").wait_for(state="attached")
        page.wait_for_timeout(300)
        watch.look(page)
        page.locator('[name=wish][value="once"]').click()
        page.locator(".letter:not([hx-get]) .mail-frame").wait_for(state="attached")
    page.wait_for_timeout(300)
    watch.look(page)
    file = page.locator("ok-peek a")
    if file.count():
        file.first.click()
        page.locator("dialog.lightbox[open] #look").wait_for()
        watch.look(page)


def main():
    """Run inside the installation: an office, and somebody signed in to it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")
    django.setup()
    from bench import office  # models can be read only now

    made = office.opened()
    print(json.dumps({"session": office.signed_in(made.ours)[0], "address": office.ADDRESS}))


if __name__ == "__main__":
    main()

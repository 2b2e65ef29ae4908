"""What makes the desk installable: the manifest, the worker, and the page for when there is no line."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from okienko.accounts.models import Office, Role
from okienko.accounts.operations import add_agent
from okienko.front.first_run import FirstRun
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
SHELL = {
    "ui/css/okienko.css": "ui/css/okienko.111.css",
    "ui/css/tokens.css": "ui/css/tokens.111.css",
    "ui/js/desk.js": "ui/js/desk.111.js",
    "ui/js/worker.js": "ui/js/worker.111.js",
    "ui/img/icon-192.png": "ui/img/icon-192.111.png",
    "npm/@fontsource-variable/inter/files/latin.woff2": "npm/@fontsource-variable/inter/files/latin.111.woff2",
    "django_htmx/htmx-2.min.js": "django_htmx/htmx-2.min.111.js",
    "django_htmx/htmx.js": "django_htmx/htmx.111.js",
    "accounts/js/ok-print.js": "accounts/js/ok-print.111.js",
}
KEPT = [
    "/static/django_htmx/htmx-2.min.111.js",
    "/static/npm/@fontsource-variable/inter/files/latin.111.woff2",
    "/static/ui/css/okienko.111.css",
    "/static/ui/img/icon-192.111.png",
    "/static/ui/js/desk.111.js",
    "/static/ui/js/worker.111.js",
]


@pytest.fixture
def deployed(settings, tmp_path):
    """deployed(paths): the product with these static files collected."""

    def deploy(paths: dict[str, str]):
        root = tmp_path / f"static-{len(list(tmp_path.iterdir()))}"
        root.mkdir()
        (root / "staticfiles.json").write_text(json.dumps({"paths": paths, "version": "1.1", "hash": "1"}))
        settings.STATIC_ROOT = root

    return deploy


@pytest.fixture
def anna():
    return add_agent(email="anna@ziarno.example", name="Anna Nowicka", password=None)


def signed_in(agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def told(client: Client) -> dict:
    """What the worker is told about the shell."""
    return json.loads(re.match(r"self\.SHELL = (.*);\n", client.get("/worker.js").content.decode())[1])


def test_the_manifest_names_the_desk(client, deployed):
    deployed({})
    answer = client.get("/manifest.webmanifest", headers={"accept-language": "pl"})
    said = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/manifest+json")
    assert answer["Cache-Control"] == "no-cache, private"
    assert {name: said[name] for name in ("id", "name", "short_name", "start_url", "scope", "display", "lang")} == {
        "id": "/", "name": "Okienko", "short_name": "Okienko", "start_url": "/", "scope": "/",
        "display": "standalone", "lang": "pl",
    }  # fmt: skip
    assert [(icon["sizes"], icon["purpose"], icon["src"]) for icon in said["icons"]] == [
        ("192x192", "any", "/static/ui/img/icon-192.png"),
        ("512x512", "any", "/static/ui/img/icon-512.png"),
        ("192x192", "maskable", "/static/ui/img/icon-maskable-192.png"),
        ("512x512", "maskable", "/static/ui/img/icon-maskable-512.png"),
    ]
    assert said["shortcuts"] == []  # nobody is signed in


def test_the_icon_leads_where_one_may_go(anna):
    client = signed_in(anna)
    urls = [each["url"] for each in client.get("/manifest.webmanifest").json()["shortcuts"]]
    assert urls == ["/conversations/?queue=mine", "/conversations/new/"]
    assert [client.get(url).status_code for url in urls] == [200, 200]
    anna.custom_role = Role.objects.create(name="Magazyn", words=["conversations.read"])
    anna.save()
    urls = [each["url"] for each in client.get("/manifest.webmanifest").json()["shortcuts"]]
    assert urls == ["/conversations/?queue=mine"]


def test_the_manifest_speaks_ones_language(anna):
    anna.language = "en"
    anna.save()
    said = signed_in(anna).get("/manifest.webmanifest", headers={"accept-language": "pl"}).json()
    assert (said["lang"], said["shortcuts"][0]["name"]) == ("en", "Mine")


def test_every_picture_of_the_manifest_is_as_large_as_it_says():
    from django.contrib.staticfiles import finders
    from PIL import Image

    from okienko.front.shell import ICONS

    for name, sizes, _, purpose in ICONS:
        with Image.open(finders.find(name)) as icon:
            corner = icon.convert("RGBA").getpixel((0, 0))[3]
            assert (f"{icon.width}x{icon.height}", corner) == (sizes, 255 if purpose == "maskable" else 0)


def test_the_worker_is_told_what_to_keep(client, deployed):
    deployed(SHELL)
    answer = client.get("/worker.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "no-cache, private",
    )
    assert answer.content.decode().splitlines()[1:] == ['importScripts("/static/ui/js/worker.111.js");']
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert told(client) | {"version": ""} == {
        "version": "", "files": KEPT, "offline": "/offline/", "signOut": reverse("accounts:sign_out"),
    }  # fmt: skip


def test_files_without_a_hash_are_not_kept(client, deployed, settings):
    deployed({})
    assert told(client)["files"] == []
    deployed(SHELL)
    settings.DEBUG = True  # the sources are served, which may change under the same name
    assert told(client)["files"] == []


def test_a_deploy_is_another_version(client, deployed):
    deployed(SHELL)
    first = told(client)["version"]
    assert told(client)["version"] == first
    deployed(SHELL | {"ui/js/desk.js": "ui/js/desk.222.js"})
    assert told(client)["version"] != first


def test_so_is_another_language_or_theme(anna, deployed):
    deployed(SHELL)
    client = signed_in(anna)
    versions = [told(client)["version"]]
    for change in ({"language": "en"}, {"theme": "dark"}, {"name": "Anna Nowak"}):
        for name, value in change.items():
            setattr(anna, name, value)
        anna.save()
        versions.append(told(client)["version"])
    polish, english, dark, renamed = versions
    assert len({polish, english, dark}) == 3
    assert renamed == dark  # nobody's name is in what is kept


def test_the_page_without_a_line_is_nobodys(anna):
    answer = signed_in(anna).get("/offline/")
    said = page(answer)
    assert (answer.status_code, said.one("h1").words) == (200, "Nie ma połączenia")
    assert said.one("a").attributes["href"] == ""  # the same address again
    assert said.every("form") + said.every("input") == []
    assert "Anna" not in answer.content.decode()


def test_asking_for_it_takes_no_message_away(anna):
    client = signed_in(anna)
    client.post("/account/name/", {"name": "Anna Nowak"})  # "Saved." waits for the next page
    client.get("/offline/")
    client.get("/worker.js")
    assert len(page(client.get("/account/")).every(cls="notice")) == 1


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/worker.js", "/offline/"])
def test_they_are_there_for_everybody(path, anna, client):
    FirstRun.begun = False
    assert client.get(path).status_code == 200
    Office.objects.create(requires_second_factor=True)
    assert signed_in(anna).get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_every_page_can_be_installed(anna, deployed):
    deployed({})
    head = page(signed_in(anna).get("/account/")).one("head")
    links = {each.attributes["rel"]: each.attributes for each in head.every("link")}
    assert links["manifest"]["href"] == "/manifest.webmanifest"
    assert links["manifest"]["crossorigin"] == "use-credentials"  # the cookie says whose language
    assert links["apple-touch-icon"]["href"] == "/static/ui/img/apple-touch-icon.png"


@pytest.mark.parametrize(
    ("theme", "colours"),
    [
        ("light", [("#FBFAF7", None)]),
        ("dark", [("#101412", None)]),
        (
            "system",
            [("#FBFAF7", "(prefers-color-scheme: light)"), ("#101412", "(prefers-color-scheme: dark)")],
        ),
    ],
)
def test_the_frame_of_the_window_has_the_colour_of_the_page(anna, theme, colours):
    anna.theme = theme
    anna.save()
    metas = page(signed_in(anna).get("/account/")).every("meta", name="theme-color")
    assert [(each.attributes["content"], each.attributes.get("media")) for each in metas] == colours

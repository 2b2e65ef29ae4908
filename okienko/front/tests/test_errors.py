import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from okienko.front import errors


def broken(request):
    raise ZeroDivisionError


def forbidden(request):
    raise PermissionDenied


def fine(request):
    return HttpResponse("fine")


urlpatterns = [
    path("broken", broken),
    path("forbidden", forbidden),
    path("fine", fine),
]
handler400, handler403 = errors.bad_request, errors.permission_denied
handler404, handler500 = errors.page_not_found, errors.server_error


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    settings.DEBUG = False
    settings.LANGUAGE_CODE = "en"
    settings.MIDDLEWARE = ["okienko.ui.security.SecurityHeaders"]
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere", 404, "There is nothing here"),
        ("/forbidden", 403, "This is not open to you"),
        ("/broken", 500, "Something broke on our side"),
    ],
)
def test_each_says_what_happened_and_leads_back(client, address, status, words):
    """Without the database mark: none of these pages may need it."""
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == status
    assert text.count(f"<h1>{words}</h1>") == 1
    assert text.count('href="/"') == 1
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; script-src 'self'; ")


def test_a_request_that_makes_no_sense(client):
    page = errors.bad_request(client.get("/fine").wsgi_request)
    text = page.content.decode()
    assert (page.status_code, text.count("<h1>The request could not be understood</h1>")) == (400, 1)


def test_a_form_that_is_out_of_date(client):
    page = errors.csrf_failure(client.get("/fine").wsgi_request, reason="no cookie")
    assert (page.status_code, page.content.decode().count("<h1>This form is out of date</h1>")) == (403, 1)


def test_when_even_the_page_for_errors_is_broken(client, settings, caplog):
    settings.TEMPLATES = []
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.content.decode().splitlines() == [
        "Coś się u nas zepsuło. Spróbuj za chwilę.",
        "Something broke on our side. Try again in a moment.",
    ]

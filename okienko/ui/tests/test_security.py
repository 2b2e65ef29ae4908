import re

import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpResponse, HttpResponseServerError
from django.template import Context, Template
from django.test import RequestFactory

from okienko.ui import security
from okienko.ui.security import (
    SecurityHeaders,
    composer_page,
    content_security_policy,
    frame_options,
    mail_body_page,
)

PAGE = (
    "default-src 'self'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


urlpatterns = []


def answered(view, **extra):
    return SecurityHeaders(view)(RequestFactory().get("/", **extra))


def plain(request):
    return HttpResponse("page")


def with_import_map(request):
    page = Template(
        '<script type="importmap" nonce="{{ request.csp_nonce }}">{{ request.csp_nonce }}</script>'
    )
    return HttpResponse(page.render(Context({"request": request})))


def test_an_ordinary_page():
    headers = answered(plain).headers
    assert headers["Content-Security-Policy"] == PAGE.format(nonce="")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].count("=()") == 6


def test_the_nonce_is_in_the_policy_when_a_template_wrote_it_and_is_new_each_time():
    pages = [answered(with_import_map) for _ in range(2)]
    words = [re.findall(r"[\w-]{22}", page.content.decode()) for page in pages]
    assert [len(set(pair)) for pair in words] == [1, 1]
    assert words[0] != words[1]
    for page, (word, _) in zip(pages, words, strict=True):
        assert page.headers["Content-Security-Policy"] == PAGE.format(nonce=f" 'nonce-{word}'")


def test_a_composer_page_may_style_elements_and_keeps_everything_else():
    headers = answered(composer_page(with_import_map)).headers
    policy = re.sub(r"nonce-[\w-]{22}", "nonce-x", headers["Content-Security-Policy"])
    assert policy == PAGE.format(nonce=" 'nonce-x'") + "; style-src-attr 'unsafe-inline'"


def test_a_mail_body_is_sandboxed_exactly():
    headers = answered(mail_body_page(plain)).headers
    assert headers["Content-Security-Policy"] == (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_view_with_a_policy_of_its_own():
    headers = answered(content_security_policy("default-src 'none'")(plain)).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    ("policy", "framing"),
    [
        ("default-src 'self'; frame-ancestors 'none'", "DENY"),
        ("frame-ancestors 'self'", "SAMEORIGIN"),
        ("frame-ancestors https://shop.example", ""),
        ("sandbox", ""),
    ],
)
def test_older_browsers_are_told_the_same_about_framing(policy, framing):
    assert frame_options(policy) == framing


def test_decorated_views_keep_their_names():
    assert [composer_page(plain).__name__, mail_body_page(plain).__name__] == ["plain", "plain"]


@pytest.mark.parametrize(
    ("url", "told"), [("https://desk.example", "max-age=31536000"), ("http://localhost", None)]
)
def test_strict_transport_only_where_there_is_tls(settings, url, told):
    settings.PUBLIC_URL = url
    assert answered(plain).headers.get("Strict-Transport-Security") == told


def test_errors_have_them_too(settings):
    def missing(request):
        raise Http404

    settings.DEBUG = False
    settings.ROOT_URLCONF = __name__
    headers = answered(lambda _: HttpResponseServerError("broken")).headers
    assert headers["Content-Security-Policy"] == PAGE.format(nonce="")
    headers = answered(convert_exception_to_response(missing)).headers
    assert headers["Content-Security-Policy"] == PAGE.format(nonce="")


def test_what_a_view_says_itself_is_kept():
    def framed(request):
        return HttpResponse(headers={"Referrer-Policy": "no-referrer", "X-Frame-Options": "SAMEORIGIN"})

    headers = answered(framed).headers
    assert (headers["Referrer-Policy"], headers["X-Frame-Options"]) == ("no-referrer", "SAMEORIGIN")


def test_the_nonce_is_false_until_it_is_written():
    nonce = security.Nonce()
    assert not nonce
    assert [str(nonce), str(nonce)] == [nonce.word, nonce.word]
    assert nonce

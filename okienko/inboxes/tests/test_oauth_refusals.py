"""Every "no" of Google and Microsoft, and every answer that is none: what becomes of it in words."""

import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.utils import translation

from bench.authorisation_server import AuthorisationServer, Scripted
from bench.post_office.certificates import Signer
from okienko.inboxes import oauth, oauth_reasons
from okienko.inboxes.oauth import ConsentError
from okienko.inboxes.tests.signing_in import BACK, authorisation, registered

GOOD = {"access_token": "ya29.abc", "refresh_token": "1//r", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def server(settings, monkeypatch):
    with authorisation(settings, monkeypatch) as server:
        yield server


def refreshed(name: str = "google") -> oauth.Tokens:
    return oauth.refresh(oauth.provider(name), "1//r")


def answered(server: AuthorisationServer, status: int, body: bytes | dict, **more) -> ConsentError:
    """What becomes of an answer to a renewal."""
    server.answers.append(Scripted(status, body, **more))
    with pytest.raises(ConsentError) as caught:
        refreshed()
    return caught.value


ADMIN = "The administrator of your Microsoft 365 must "
WORKSPACE = "The administrator of your Google Workspace must "
WITHDRAWN = " no longer lets Okienko into this mailbox"
SECRET = " does not accept the secret of this installation"
REFUSED = " refused: “"


@pytest.mark.parametrize(
    ("name", "said", "start", "needs_consent"),
    [
        ("google", "invalid_grant Token has been expired or revoked.", "Google" + WITHDRAWN, True),
        ("google", "invalid_client Unauthorized", "Google" + SECRET, False),
        ("google", "disabled_client The OAuth client was disabled.", "Google does not know", False),
        ("google", "deleted_client", "Google does not know", False),
        ("google", "unauthorized_client", "The permission of Google was given to another app", True),
        ("google", "access_denied", "Permission was not given: on the page of Google", True),
        ("google", "org_internal", "The app registered at Google is only for people of", True),
        ("google", "admin_policy_enforced", WORKSPACE + "allow it", True),
        ("google", "redirect_uri_mismatch", "The address people come back to", True),
        ("google", "invalid_scope", "The app registered at Google has no right to mail", True),
        ("google", "invalid_request", "Google" + REFUSED + "invalid_request”", False),
        ("google", "consent_required", "Google" + REFUSED + "consent_required”", False),
        ("microsoft", "invalid_grant AADSTS50173: password changed", "Microsoft" + WITHDRAWN, True),
        ("microsoft", "invalid_grant AADSTS700082: inactivity", "Microsoft" + WITHDRAWN, True),
        ("microsoft", "interaction_required AADSTS50076: MFA", "Microsoft" + WITHDRAWN, True),
        ("microsoft", "invalid_grant AADSTS65001: no consent", ADMIN + "allow it: send them", True),
        ("microsoft", "access_denied AADSTS90094: admin", ADMIN + "allow it: send them", True),
        ("microsoft", "access_denied AADSTS900941: admin", ADMIN + "allow it: send them", True),
        ("microsoft", "consent_required", ADMIN + "allow it: send them", True),
        ("microsoft", "invalid_grant AADSTS50105: not assigned", ADMIN + "let this mailbox use", True),
        ("microsoft", "invalid_grant AADSTS53003: blocked", ADMIN + "allow it: a rule", True),
        ("microsoft", "invalid_client AADSTS7000215: bad secret", "Microsoft" + SECRET, False),
        ("microsoft", "invalid_client AADSTS7000222: expired", "Microsoft" + SECRET, False),
        ("microsoft", "unauthorized_client AADSTS700016: not found", "Microsoft does not know", False),
        ("microsoft", "invalid_request AADSTS50011: redirect", "The address people come back to", True),
        ("microsoft", "invalid_request AADSTS50194: /common", "This Microsoft account does not belong", True),
        ("microsoft", "invalid_grant AADSTS50057: disabled", "This account is disabled or locked", True),
        ("microsoft", "invalid_scope AADSTS70011", "The app registered at Microsoft has no right", True),
        ("microsoft", "access_denied AADSTS65004: declined", "Permission was not given: on the page", True),
        ("microsoft", "temporarily_unavailable AADSTS90033", "Microsoft cannot give or renew", False),
        ("microsoft", "invalid_request AADSTS123456", "Microsoft refused: “invalid_request, AADSTS123456”", False),
    ],
)  # fmt: skip
def test_every_no_has_its_reason(server, name, said, start, needs_consent):
    error, _, description = said.partition(" ")
    told = f"{description} User zofia@klient.example, token 1//r, trace 8f14\r\n"
    answer = {"error": error, "error_description": told}
    server.answers.append(Scripted(400, answer))
    with pytest.raises(ConsentError) as caught:
        refreshed(name=name)
    assert (caught.value.reason[: len(start)], caught.value.needs_consent) == (start, needs_consent)
    for secret in ("zofia", "1//r", "8f14", server.client_secret):
        assert secret not in caught.value.reason
    # The same "no" on the way back, by the browser.
    back = oauth.refusal(oauth.provider(name), answer | {"state": "s"}, redirect_uri=BACK)
    wanted = "It took too long" if WITHDRAWN in start else start
    assert back.reason[: len(wanted)] == wanted


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "invalid_grant", "error_codes": [65001]},
        {"error": "invalid_grant", "suberror": "consent_required"},
    ],
)
def test_numbers_count_wherever_they_stand(server, answer):
    settings = {**registered(server)["microsoft"], "url": "https://login.microsoftonline.com"}
    reason = oauth.refusal(oauth.microsoft(settings), answer, redirect_uri=BACK).reason
    assert reason == (
        "The administrator of your Microsoft 365 must allow it: send them this address, where they sign in and choose"
        " “Accept”: https://login.microsoftonline.com/organizations/adminconsent?client_id=okienko."
        " Then connect the mailbox again."
    )


@pytest.mark.parametrize("error", [{"code": 400}, ["invalid_grant"], 7, "<b>" * 99, "zofia@klient.example"])
def test_an_error_that_is_no_code_word_is_not_passed_on(server, error):
    caught = answered(server, 400, {"error": error, "error_codes": "no list", "error_description": 5})
    assert caught.reason == (
        "Google refused: “?”. Try again later. If it stays, whoever looks after Okienko can look up this word."
    )


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_every_reason_fits_where_it_is_kept(name):
    long = "https://" + "x" * 100
    case = oauth_reasons.Case(name, name.title(), "login.microsoftonline.com", long, long)
    assert [rule for rule in oauth_reasons.RULES if not 60 < len(rule.words(case)) < 500] == []


# What is no answer


STRANGE = (
    "{host} answered in a way Okienko does not understand. Perhaps something between this server and Google changes"
    " the answers. Okienko tries again by itself."
)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Sign in to the hotel's network</html>"),
        (200, b""),
        (200, b"\xff\xfe{}"),
        (200, b"[" * 50_000),
        (200, b'["access_token"]'),
        (200, b'{"access_token": "a", "token_type": "Bearer", "expires_in": NaN}'),
        (200, {}),
        (200, GOOD | {"token_type": "mac"}),
        (200, GOOD | {"token_type": None}),
        (200, GOOD | {"access_token": ""}),
        (200, GOOD | {"access_token": 7}),
        (200, GOOD | {"access_token": "a\x01auth=Bearer b"}),
        (200, GOOD | {"access_token": "a\r\nA2 LOGOUT"}),
        (200, GOOD | {"access_token": "a\n"}),
        (200, GOOD | {"refresh_token": {"a": 1}}),
        (200, GOOD | {"expires_in": "soon"}),
        (200, GOOD | {"expires_in": 0}),
        (200, GOOD | {"expires_in": -5}),
        (200, GOOD | {"expires_in": [1]}),
        (200, GOOD | {"filling": "x" * oauth.MOST_BYTES}),
        (200, b'{"access_token":"' + b"x" * 50_000_000),
        (201, GOOD),
        (302, GOOD),
        (403, b"<html>Forbidden</html>"),
        (404, {}),
    ],
)
def test_a_strange_answer(server, status, body):
    caught = answered(server, status, body)
    host = urlsplit(server.url).netloc
    assert (caught.reason, caught.needs_consent) == (STRANGE.format(host=host), False)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_out_of_order(server, status):
    caught = answered(server, status, {"error": "invalid_grant"})  # whatever it says beside
    assert (caught.reason, caught.needs_consent) == (
        "Google cannot give or renew permissions at the moment. Okienko tries again by itself.",
        False,
    )


@pytest.mark.parametrize("how", [{"pause": 1.5}, {"drip": 0.1}])
def test_nobody_waits_for_ever(server, monkeypatch, how):
    monkeypatch.setattr(oauth, "PATIENCE_SECONDS", 0.4)
    begin = datetime.now(UTC)
    caught = answered(server, 200, GOOD, **how)
    assert datetime.now(UTC) - begin < timedelta(seconds=1)
    host = urlsplit(server.url).netloc
    assert (caught.reason, caught.needs_consent) == (
        f"{host} did not answer in time. Okienko tries again by itself.",
        False,
    )


def test_nobody_there(server, settings):
    settings.OAUTH["google"]["url"] = "http://127.0.0.1:9"
    with pytest.raises(ConsentError, match=r"^No safe connection to 127\.0\.0\.1:9\.") as caught:
        refreshed()
    assert not caught.value.needs_consent


@pytest.mark.parametrize("url", ["http://auth.shop.test", "ftp://127.0.0.1", "https:///"])
def test_secrets_go_to_encrypted_addresses_only(server, settings, url):
    settings.OAUTH["google"]["url"] = url
    with pytest.raises(ConsentError, match="is not encrypted, so neither permission nor secret may go there"):
        refreshed()


def test_a_redirect_is_not_followed(server):
    with AuthorisationServer() as elsewhere:
        caught = answered(server, 307, b"", headers={"Location": f"{elsewhere.url}/token"})
        assert (caught.needs_consent, len(server.asked), elsewhere.asked) == (False, 1, [])


class Encrypted(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        raw = b'{"access_token":"a","token_type":"Bearer"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *words):
        """Quiet."""


@pytest.fixture
def encrypted(settings, monkeypatch, tmp_path):
    """A signer, and a server behind a certificate of his for 127.0.0.1."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    signer = Signer(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signer.certificate("right", ["auth.test"], ["127.0.0.1"]))
    http = ThreadingHTTPServer(("127.0.0.1", 0), Encrypted)
    http.handle_error = lambda *_: None
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"https://127.0.0.1:{http.server_port}"
    settings.OAUTH = {"google": {"client_id": "a", "client_secret": "b", "url": url}}
    yield signer
    http.shutdown()
    thread.join()
    http.server_close()


def test_a_certificate_of_an_unknown_signer(encrypted):
    with translation.override("en"), pytest.raises(ConsentError, match=r"^No safe connection to 127"):
        refreshed()


def test_a_certificate_that_this_machine_trusts(encrypted, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted.file))
    assert refreshed().access_token == "a"

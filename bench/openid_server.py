"""The authorisation server as people sign in with it: OpenID Connect, with discovery, keys, ID token and userinfo.

with OpenIdServer(redirect_uri=…, account="anna@ziarno.test") as server:
    server.url                          # the issuer
    server.claims = {"email_verified": False}   # what it says otherwise than usual
"""

import hashlib
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.authorisation_server import AuthorisationServer, Grant, Handler

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_ID = "of the test"


@dataclass
class OpenIdServer(AuthorisationServer):
    claims: dict = field(default_factory=dict)

    def handler(self):
        return _OpenIdHandler

    @property
    def configuration(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def said_of(self, account: str) -> dict:
        subject = hashlib.sha256(account.encode()).hexdigest()[:20]
        return {"sub": subject, "email": account, "email_verified": True, "name": "Somebody"} | self.claims

    def _given(self, grant: Grant, *, fresh: bool) -> dict:
        now = int(time.time())
        said = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300} | self.said_of(
            grant.account
        )
        token = jwt.encode(said, KEY, algorithm="RS256", headers={"kid": KEY_ID})
        return super()._given(grant, fresh=fresh) | {"id_token": token}


class _OpenIdHandler(Handler):
    def do_GET(self):  # noqa: N802 - as the library calls it
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            self.answer(200, self.house.configuration)
        elif path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.answer(200, {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]})
        elif path == "/userinfo":
            self.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer "))
        else:
            super().do_GET()

    def userinfo(self, token: str):
        grant, ends = self.house.accesses.get(token, (None, 0.0))
        if grant is None or ends <= time.time():
            self.answer(401, {"error": "invalid_token"})
        else:
            self.answer(200, self.house.said_of(grant.account))

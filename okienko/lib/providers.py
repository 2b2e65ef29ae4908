"""Providers people may sign in with, as allauth wants them described."""


def sign_in_providers(oidc: dict, registered: dict, wanted: list[str]) -> list[dict]:
    """`oidc`: name, issuer, client_id, client_secret of any provider; `registered`: those of settings.OAUTH.

    Of `wanted` ("google", "microsoft") those that are registered. Microsoft tells no verified addresses, so only the
    directory of one organisation will do: there its administrator gives them out.
    """
    found = []
    if oidc["issuer"] and oidc["client_id"]:
        found.append(_app("oidc", oidc["name"], oidc["issuer"], oidc))
    google, microsoft = registered["google"], registered["microsoft"]
    if "google" in wanted and google["client_id"]:
        found.append(_app("google", "Google", google["url"] or "https://accounts.google.com", google))
    if "microsoft" in wanted and microsoft["client_id"] and microsoft["tenant"] not in OPEN_TO_EVERYBODY:
        issuer = f"{microsoft['url']}/{microsoft['tenant']}/v2.0"
        found.append(_app("microsoft", "Microsoft", issuer, microsoft, verified_email=True))
    return found


OPEN_TO_EVERYBODY = {"common", "organizations", "consumers"}


def _app(provider_id: str, name: str, issuer: str, client: dict, **settings) -> dict:
    return {
        "provider_id": provider_id,
        "name": name,
        "client_id": client["client_id"],
        "secret": client["client_secret"],
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, **settings},
    }

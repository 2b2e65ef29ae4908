"""Somebody who works at the desk, by HTTP alone."""

import contextlib

import httpx


class Desk:
    """Anna's browser, without a screen."""

    def __init__(self, port: int):
        origin = f"http://127.0.0.1:{port}"
        self.browser = httpx.Client(base_url=origin, headers={"Origin": origin}, follow_redirects=True)
        self.browser.get("/account/sign-in/")
        self.post("/account/sign-in/", email="anna@desk.example", password="okienko-demo")

    @property
    def session(self) -> str:
        return self.browser.cookies["okienko_session"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.close()

    def try_to_post(self, path: str, **form: str):
        """The server may die while it answers, or be dead."""
        with contextlib.suppress(httpx.TransportError):
            self.post(path, **form)

    def post(self, path: str, **form: str) -> int:
        form["csrfmiddlewaretoken"] = self.browser.cookies["okienko_csrf"]
        return self.browser.post(path, data=form).status_code

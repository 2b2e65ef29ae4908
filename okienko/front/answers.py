"""What the door itself says, before any page is asked: two lines, Polish first, English second.

The reader's language is not known yet (nobody has looked at the session), so both are given.
"""

from starlette.responses import PlainTextResponse

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

WORDS = {
    400: (
        "Żądanie dotarło uszkodzone albo niepełne. Spróbuj jeszcze raz.",
        "The request arrived damaged or incomplete. Please try again.",
    ),
    404: ("Tu nic nie ma. Sprawdź adres.", "There is nothing here. Check the address."),
    405: ("Tego adresu nie można tak użyć.", "This address cannot be used that way."),
    408: (
        "Przesyłanie stanęło i zostało przerwane. Spróbuj jeszcze raz.",
        "The upload stalled and was stopped. Please try again.",
    ),
    413: (
        "To za dużo naraz. Wyślij mniejszy plik albo podziel go na części.",
        "This is too much at once. Send a smaller file or split it.",
    ),
    429: (
        "Za dużo prób. Odczekaj chwilę i spróbuj ponownie.",
        "Too many attempts. Wait a moment and try again.",
    ),
    500: (
        "Coś się u nas zepsuło. Spróbuj za chwilę.",
        "Something broke on our side. Try again in a moment.",
    ),
    503: (
        "Chwilowo nie mamy na to miejsca. Spróbuj za chwilę.",
        "We have no room for this now. Try again soon.",
    ),
}


def answer(status: int, *, words: str = "", **headers: str) -> PlainTextResponse:
    """An ASGI application; `words` replaces the usual two lines, `retry_after="6"` adds a header."""
    text = words or "\n".join(WORDS[status])
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return PlainTextResponse(text + "\n", status_code=status, headers={**HEADERS, **named})

"""Papers that travel with letters: PDF files, lists, and letters that are laid out. All made here."""

import zlib
from collections.abc import Callable

# Letters of Polish by the names that PDF readers know them by; codes 128 and up are free for them.
GLYPHS = {
    "ą": "aogonek", "ć": "cacute", "ę": "eogonek", "ł": "lslash", "ń": "nacute", "ó": "oacute", "ś": "sacute",
    "ź": "zacute", "ż": "zdotaccent", "Ą": "Aogonek", "Ć": "Cacute", "Ę": "Eogonek", "Ł": "Lslash",
    "Ń": "Nacute", "Ó": "Oacute", "Ś": "Sacute", "Ź": "Zacute", "Ż": "Zdotaccent", "„": "quotedblbase",
    "”": "quotedblright", "–": "endash", "×": "multiply",
}  # fmt: skip
CODES = {letter: 128 + place for place, letter in enumerate(GLYPHS)}


def pdf(title: str, lines: list[str]) -> bytes:
    """One page of A4: a heading, then the lines. Text beyond Latin and Polish letters becomes question marks."""
    page = [b"BT /F1 18 Tf 56 770 Td (%s) Tj ET" % _encoded(title)]
    page += [
        b"BT /F1 11 Tf 56 %d Td (%s) Tj ET" % (730 - 18 * number, _encoded(line))
        for number, line in enumerate(lines)
    ]
    drawn = zlib.compress(b"\n".join(page))
    differences = " ".join(f"/{name}" for name in GLYPHS.values()).encode()
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (pl) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
            % b"<< /Font << /F1 5 0 R >> >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawn), drawn),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
            + b"/BaseEncoding /WinAnsiEncoding /Differences [128 %s] >> >>" % differences,
        ]
    )


def _file(objects: list[bytes]) -> bytes:
    """Objects numbered from 1, the first being the catalogue, with the table of where each begins."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count, table, count, len(body),
    )  # fmt: skip


def _encoded(text: str) -> bytes:
    codes = bytes(CODES.get(letter) or (ord(letter) if letter.isascii() else ord("?")) for letter in text)
    return codes.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf(name: str, title: str, *lines: str) -> Callable[[], tuple[str, str, bytes]]:
    return lambda: (name, "application/pdf", pdf(title, list(lines)))


PAPERS: dict[str, Callable[[], tuple[str, str, bytes]]] = {
    "faktura": _pdf(
        "faktura.pdf",
        "Faktura",
        "Sprzedawca: Ziarno i Glina sp. z o.o., ul. Młyńska 4, 60-001 Poznań",
        "",
        "1. Kubek „Mgła”, granatowy × 2            138,00 zł",
        "2. Brazylia Santos 1 kg × 1                79,00 zł",
        "3. Dostawa                                 12,90 zł",
        "",
        "Razem do zapłaty: 229,90 zł (w tym VAT)",
        "Zapłacono.",
    ),
    "formularz": _pdf(
        "odstapienie.pdf",
        "Oświadczenie o odstąpieniu od umowy",
        "Niniejszym informuję o moim odstąpieniu od umowy sprzedaży następujących rzeczy:",
        "",
        "............................................................................",
        "",
        "Imię i nazwisko konsumenta, adres, data: jak w wiadomości.",
    ),
    "dowod": _pdf(
        "potwierdzenie-nadania.pdf",
        "Potwierdzenie nadania",
        "Punkt nadania: automat paczkowy",
        "Adresat: Magazyn Ziarno i Glina, ul. Młyńska 4, 60-001 Poznań",
        "Przesyłkę przyjęto.",
    ),
    "instrukcja": _pdf(
        "instrukcja.pdf",
        "Instrukcja obsługi",
        "1. Przed pierwszym użyciem przepłukać ciepłą wodą, bez detergentu.",
        "2. Nie napełniać powyżej zaworu.",
        "3. Czyścić suchym pędzelkiem. Żarna odkręcać ręką, bez narzędzi.",
        "4. Części zamienne: sklep@ziarno-i-glina.example",
    ),
    "bezkofeinowa": _pdf(
        "noc-karta-surowca.pdf",
        "„Noc” – karta surowca",
        "Metoda: ekstrakcja wodą, bez rozpuszczalników.",
        "Zawartość kofeiny po dekofeinacji: poniżej 0,1%.",
    ),
    "umowa": _pdf(
        "umowa-komisu.pdf",
        "Umowa komisu",
        "Strony: Ziarno i Glina sp. z o.o. oraz Kawiarnia Niedziela",
        "Przedmiot: 12 torebek kawy Kolumbia Huila po 250 g.",
        "Czas: jeden miesiąc. Niesprzedane torebki wracają bez opłat.",
        "",
        "Podpisy: .............................        .............................",
    ),
    "lista": lambda: (
        "zamówienie-kubki.txt",
        "text/plain",
        "Kubki „Mgła” z nadrukiem\n48 szt.\nLogo: jednokolorowe, na spodzie\n".encode(),
    ),
}

LAID_OUT = {
    "zamowienie-firmowe": """<div style="font-family:Georgia,serif;max-width:560px">
<h2 style="color:#0b6e4f;border-bottom:2px solid #0b6e4f;padding-bottom:6px">Wydawnictwo Kubek</h2>
<p>Dzień dobry, w załączeniu zamówienie i logo. Prosimy o fakturę pro forma.</p>
<table style="border-collapse:collapse;width:100%">
<tr><th style="text-align:left;border-bottom:1px solid #ccc;padding:6px">Pozycja</th>
<th style="text-align:right;border-bottom:1px solid #ccc;padding:6px">Sztuk</th></tr>
<tr><td style="padding:6px">Kubek „Mgła” z nadrukiem</td><td style="text-align:right;padding:6px">48</td></tr></table>
<p><img src="https://statystyki.wydawnictwo-kubek.example/otwarcie.gif" alt="" width="1" height="1">
<a href="https://wydawnictwo-kubek.example/">wydawnictwo-kubek.example</a></p></div>""",
}

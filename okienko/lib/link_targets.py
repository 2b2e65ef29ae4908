"""Where a link really leads, and what about it deserves a second look. No Django, never raises."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

MOST_WORDS = 5000  # characters of a link's words that are looked through
USUAL_PORTS = {None, 80, 443}
# Services that hide the address behind one of their own.
SHORTENERS = {
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "v.gd", "buff.ly", "cutt.ly", "rb.gy", "rebrand.ly",
    "lnkd.in", "t.ly", "shorturl.at", "tiny.cc", "tiny.pl", "skroc.pl", "bl.ink", "s.id", "qr.ae", "adf.ly", "x.gd",
    "surl.li", "urlz.fr", "soo.gd", "clck.ru", "u.to", "shorte.st", "dub.sh", "tr.im", "2u.pw",
}  # fmt: skip
# Endings of names besides those of countries: enough to see that words look like an address.
ENDINGS = {
    "com", "net", "org", "info", "biz", "edu", "gov", "mil", "int", "name", "shop", "store", "online", "site", "xyz",
    "top", "app", "dev", "club", "cloud", "email", "live", "bank", "finance", "website", "space", "tech", "agency",
    "company", "services", "support", "world", "group", "example", "test", "art", "blog", "cafe", "coffee",
}  # fmt: skip
NO_COUNTRIES = {"js", "ts", "py", "vb", "db", "go", "sh"}  # endings of files, or of nothing
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LOOKS_LIKE_ONE = re.compile(
    r"(?<![\w@.-])(?P<way>https?://|www\.)?(?:[^\s/@:<>()\[\]]{1,100}@)?(?P<host>(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_][\w-]{1,62})(?![\w@])",
    re.IGNORECASE,
)
_IS_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """`address` for a browser; `host` for a reader, "" where there is none (tel:).

    `doubts`, each once, the gravest first: "elsewhere" (the words name another address), "letters" (letters of
    another alphabet that look like ours), "login" (something stands before an @), "number" (no name), "port", "short".
    """

    address: str
    host: str = ""
    doubts: tuple[str, ...] = ()


def target(href: str, words: str = "") -> Target | None:
    """Where `href` leads when a person clicks on `words`; None when it leads nowhere outside."""
    address = tidied(href)
    scheme, _, rest = address.partition(":")
    if scheme == "tel":
        return Target(address)
    if scheme == "mailto":
        domain = shown(rest.partition("?")[0].rpartition("@")[2])
        return Target(address, domain, ("elsewhere",) if differs(domain, mail_domains(words)) else ())
    try:
        parts = urlsplit(address)
        host, port = true_host(parts), parts.port
    except ValueError:
        return None
    if scheme not in {"http", "https"} or not host:
        return None
    found = {
        "elsewhere": differs(host, mentioned(words)),
        "letters": is_in_disguise(host),
        "login": "@" in parts.netloc,
        "number": bool(_IS_NUMBER.match(host.rpartition(".")[2])) or ":" in host,
        "port": port not in USUAL_PORTS,
        "short": host.removeprefix("www.") in SHORTENERS,
    }
    name = shown(host) + (f":{port}" if found["port"] else "")
    return Target(address, name, tuple(doubt for doubt, applies in found.items() if applies))


def tidied(href: str) -> str:
    """As a browser reads it: without what nobody sees, and with / for \\ before the query."""
    text = _UNSEEN.sub("", href).strip().replace(" ", "%20")
    scheme, colon, rest = text.partition(":")
    if scheme.lower() not in {"http", "https"} or not colon:
        return f"{scheme.lower()}{colon}{rest}"
    head = re.match(r"[^?#]*", rest)
    before = head[0].replace("\\", "/") if head else ""
    return f"{scheme.lower()}://{before.lstrip('/')}{rest[len(before) :]}"


def true_host(parts: SplitResult) -> str:
    """The host as a browser understands it: decoded, in the plain forms of its letters, small. ValueError."""
    host = unicodedata.normalize("NFKC", unquote(parts.hostname or "")).lower().replace("。", ".")
    return readable(host.strip("."))


def readable(host: str) -> str:
    """Names that are written xn--… in the letters they stand for."""
    return ".".join(_decoded(label) for label in host.split("."))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError, OverflowError):
        return label


def shown(host: str) -> str:
    """The host for a reader. Where letters could deceive, what machines call it stands beside."""
    host = readable(unicodedata.normalize("NFKC", host).lower().strip(" .>"))
    if host.isascii() or not is_in_disguise(host):
        return host
    return f"{plain(host)} ({host})"


def plain(host: str) -> str:
    """The xn--… form of a name."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in host.split(".")
    )


def is_in_disguise(host: str) -> bool:
    """Letters that are not Latin in a name whose ending is, or of two alphabets in one part of a name."""
    *labels, ending = [alphabets(label) for label in host.split(".")]
    foreign = any(found - {"LATIN"} for found in labels)
    return (foreign and ending <= {"LATIN"}) or any(len(found) > 1 for found in [*labels, ending])


def alphabets(label: str) -> set[str]:
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in label if letter.isalpha()}


def mentioned(words: str) -> set[str]:
    """Hosts that the words of a link name."""
    text = unicodedata.normalize("NFKC", " ".join(words[:MOST_WORDS].split())).replace("。", ".")
    text = _UNSEEN.sub("", text)
    found = (
        (bool(one["way"]), readable(one["host"].lower().removeprefix("www.")))
        for one in _LOOKS_LIKE_ONE.finditer(text)
    )
    return {host for surely, host in found if "." in host and (surely or ends_like_one(host))}


def mail_domains(words: str) -> set[str]:
    return {host for host in mentioned(words) if f"@{host}" in words.lower()}


def ends_like_one(host: str) -> bool:
    ending = host.rpartition(".")[2]
    is_country = len(ending) == len("pl") and ending.isascii() and ending.isalpha()
    return (is_country and ending not in NO_COUNTRIES) or ending in ENDINGS


def differs(host: str, named: set[str]) -> bool:
    """Do the words name a host that is not this one, nor in the same house?"""
    return any(not is_same_house(host.removeprefix("www."), one) for one in named)


def is_same_house(host: str, named: str) -> bool:
    """The same, one inside the other: konto.bank.example and bank.example."""
    return host == named or host.endswith(f".{named}") or (named.endswith(f".{host}") and "." in host)

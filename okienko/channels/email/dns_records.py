"""What DNS says about a domain that sends mail: SPF, DKIM and DMARC, each with the record to add in words."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okienko.channels.email import providers, spf
from okienko.channels.email.domain_names import Names, Unanswered, in_ascii
from okienko.channels.email.providers import Provider
from okienko.inboxes.source import Step, Verdict
from okienko.lib.text import cut

SECONDS = 20  # for everything that is asked
MAX_SHOWN = 60  # characters of somebody's record in a sentence
SELECTORS = (
    "default", "mail", "dkim", "google", "selector1", "selector2", "s1", "s2", "k1", "key1", "x", "smtp", "dkim1",
)  # fmt: skip
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62})", re.IGNORECASE)


def examine_domain(domain: str, *, smtp_host: str, selectors: Sequence[str] = ()) -> list[Step]:
    """The steps "spf", "dkim" and "dmarc", in this order. Never raises.

    `smtp_host`: the server that sends for us. `selectors`: where else a DKIM key may be, the likeliest first.
    """
    try:
        domain = in_ascii(domain)
    except ValueError:
        words = _("The address has no domain whose DNS could be looked at.")
        return [Step(name, Verdict.SKIPPED, words) for name in ("spf", "dkim", "dmarc")]
    if owner := providers.of_domain(domain):
        words = _("%(domain)s belongs to %(provider)s, which takes care of it.") % {
            "domain": domain,
            "provider": owner.label,
        }
        return [Step(name, Verdict.SKIPPED, words) for name in ("spf", "dkim", "dmarc")]
    look = _Look(Names(SECONDS), domain, smtp_host, providers.of_server(smtp_host))
    return [
        _step("spf", domain, lambda: _spf(look)),
        _step("dkim", domain, lambda: _dkim(look, selectors)),
        _step("dmarc", domain, lambda: _dmarc(look.names, domain)),
    ]


@dataclass(frozen=True)
class _Look:
    names: Names
    domain: str
    smtp_host: str
    provider: Provider | None

    @property
    def sender(self) -> str:
        return self.provider.label if self.provider else self.smtp_host


def _step(name: str, domain: str, judged: Callable[[], tuple[Verdict, str]]) -> Step:
    try:
        return Step(name, *judged())
    except Unanswered:
        words = _("DNS did not tell about %s just now. This says nothing about the domain.") % domain
        return Step(name, Verdict.SKIPPED, words)


def _spf(look: _Look) -> tuple[Verdict, str]:
    names, domain = look.names, look.domain
    found = spf.records(names.texts(domain))
    wanted = _wanted(look)
    if not found:
        return Verdict.WARNING, _(
            "%(domain)s has no SPF record, so other servers cannot tell your letters from forged ones and may "
            "refuse them. Add this where the domain's DNS is kept: %(record)s"
        ) % {"domain": domain, "record": _as_record(domain, f"v=spf1 {wanted or 'mx'} ~all")}
    if len(found) > 1:
        return Verdict.FAILED, _(
            "%(domain)s has more than one SPF record, and then receivers use none of them. Leave this one alone "
            "and remove the others: %(record)s"
        ) % {"domain": domain, "record": _as_record(domain, _joined(found, wanted))}
    try:
        policy = spf.read(names, domain, found[0])
    except spf.Faulty as fault:
        return Verdict.FAILED, _fault(domain, fault)
    return _judged(look, found[0], policy, wanted)


def _judged(look: _Look, record: str, policy: spf.Policy, wanted: str) -> tuple[Verdict, str]:
    if policy.ending == "+":
        return Verdict.WARNING, _(
            "The SPF record of %s lets everybody send in its name. Write ~all instead of all or +all at its end."
        ) % look.domain
    if not wanted:
        return Verdict.OK, _(
            "%s has an SPF record. Whether it covers the server that sends for you cannot be told from here."
        ) % look.domain
    known = set(look.provider.spf) if look.provider else set()
    if policy.includes & known or policy.lets(_public(look.names, look.smtp_host)):
        return Verdict.OK, _("The SPF record of %(domain)s lets %(sender)s send for it.") % {
            "domain": look.domain,
            "sender": look.sender,
        }
    is_refused = policy.ending == "-" and bool(known)  # of other servers we do not know all they send by
    words = _(
        "The SPF record of %(domain)s does not name %(sender)s, through which your letters go out, so that they "
        "may be refused or taken for spam. Change it to: %(record)s"
    )
    return (Verdict.FAILED if is_refused else Verdict.WARNING), words % {
        "domain": look.domain,
        "sender": look.sender,
        "record": _as_record(look.domain, f"{record[:6]} {wanted}{record[6:]}"),
    }


def _wanted(look: _Look) -> str:
    """What the record should contain for our letters; "" where that cannot be told."""
    if look.provider and look.provider.spf:
        return look.provider.spf[0]
    return f"a:{look.smtp_host.lower()}" if _public(look.names, look.smtp_host) else ""


def _public(names: Names, host: str) -> list[str]:
    """Addresses of a server as the world sees them; none for one in our own network."""
    try:
        host = in_ascii(host)
    except ValueError:
        return []
    return [one for one in names.addresses(host) if ipaddress.ip_address(one).is_global]


def _joined(found: list[str], wanted: str) -> str:
    """One record that lets send whatever the several ones let send."""
    terms = [
        term for record in sorted(found) for term in record.split()[1:] if not term.lower().endswith("all")
    ]
    return " ".join(["v=spf1", *dict.fromkeys([*terms, *([wanted] if wanted else [])]), "~all"])


def _fault(domain: str, fault: spf.Faulty) -> str:
    what = cut(fault.what, MAX_SHOWN)
    if fault.kind == "lookups":
        return (
            _(
                "The SPF record of %s refers to too many others: receivers look up ten and then give up. Remove the "
                "services that no longer send for you."
            )
            % domain
        )
    if fault.kind == "missing":
        return _(
            "The SPF record of %(domain)s refers to %(other)s, which has no valid SPF record; receivers then use "
            "none of it. Correct or remove that part."
        ) % {"domain": domain, "other": what}
    return _(
        "The SPF record of %(domain)s has a mistake, and receivers then use none of it: “%(part)s”. Correct that "
        "part."
    ) % {"domain": domain, "part": what}


def _dkim(look: _Look, selectors: Sequence[str]) -> tuple[Verdict, str]:
    likely = [selector for selector in selectors if _SELECTOR.fullmatch(selector)]
    usual = [*likely, *(look.provider.dkim if look.provider else ()), *SELECTORS]
    names, domain = look.names, look.domain
    for selector in dict.fromkeys(usual):
        if any(_is_key(text) for text in names.texts(f"{selector}._domainkey.{domain}")):
            return Verdict.OK, _("A DKIM key of %(domain)s was found (selector “%(selector)s”).") % {
                "domain": domain,
                "selector": selector,
            }
    return Verdict.WARNING, _(
        "No DKIM key of %s could be found by the usual names. There may be one under another name: that cannot be "
        "seen from here. If your provider's panel does not show DKIM as switched on, switch it on there: signed "
        "letters are taken for spam less often."
    ) % domain


def _is_key(text: str) -> bool:
    """A public key that is not withdrawn (RFC 6376: an empty p= is)."""
    tags = _tags(text)
    return tags.get("v", "DKIM1") == "DKIM1" and bool(tags.get("p"))


def _dmarc(names: Names, domain: str) -> tuple[Verdict, str]:
    parts = domain.split(".")
    for start in range(len(parts) - 1):  # what the domain above says holds for those below it
        above = ".".join(parts[start:])
        found = [text for text in names.texts(f"_dmarc.{above}") if _tags(text).get("v") == "DMARC1"]
        if found:
            return _judged_dmarc(domain, above, found)
    start = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    return Verdict.WARNING, _(
        "%(domain)s has no DMARC record; big providers ask for one. To begin with, add this where the domain's DNS "
        "is kept, with an address of yours for the reports: %(record)s"
    ) % {"domain": domain, "record": _as_record(f"_dmarc.{domain}", start)}


def _judged_dmarc(domain: str, holder: str, found: list[str]) -> tuple[Verdict, str]:
    tags = _tags(found[0])
    policy = (tags.get("sp") if holder != domain else "") or tags.get("p", "")
    if len(found) > 1:
        return Verdict.WARNING, _(
            "%s has more than one DMARC record, and then receivers use none of them. Leave one."
        ) % holder
    match policy.lower():
        case "reject" | "quarantine":
            return Verdict.OK, _(
                "%(domain)s has a DMARC record: forged letters are kept back (p=%(policy)s)."
            ) % {
                "domain": domain,
                "policy": policy.lower(),
            }
        case "none":
            return Verdict.OK, _(
                "%s has a DMARC record that only watches (p=none). When the reports show that all your letters "
                "pass, change it to p=quarantine: then forged ones no longer arrive."
            ) % domain
    return Verdict.WARNING, _(
        "The DMARC record of %s does not say what to do with forged letters. It needs p=none, p=quarantine or "
        "p=reject."
    ) % holder


def _tags(text: str) -> dict[str, str]:
    """`v=DKIM1; p=…` as tags in lower case with their values."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _as_record(name: str, text: str) -> str:
    return f'{name} TXT "{text}"'

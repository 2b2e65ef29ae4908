"""What a domain's SPF record (RFC 7208) lets send for it, with everything it refers to looked up."""

import ipaddress
import re
from dataclasses import dataclass, field

from okienko.channels.email.domain_names import Names

MAX_LOOKUPS = 10  # RFC 7208 4.6.4: receivers stop here, and the whole record counts for nothing
MAX_TERMS = 200

_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<target>[^/\s]+))?(?P<length>(?:/\d{1,3})?(?://\d{1,3})?)",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"(?P<sign>[+?~-]?)ip[46]:(?P<network>[0-9a-f.:]+(?:/\d{1,3})?)", re.IGNORECASE)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9_.-]*)=(?P<value>\S*)", re.IGNORECASE)
_NEEDS_TARGET = {"include", "exists"}
_PASS = {"", "+"}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Faulty(Exception):
    """Receivers cannot use the record. `kind`: "syntax", "lookups" or "missing"; `what`: the word at fault."""

    def __init__(self, kind: str, what: str = ""):
        super().__init__(kind, what)
        self.kind, self.what = kind, what


@dataclass
class Policy:
    """Everything that may send. `ending`: the sign before "all" ("-", "~", "?", "+"), "" where there is none."""

    includes: set[str] = field(default_factory=set)  # "include:_spf.google.com", at whatever depth
    networks: list[Network] = field(default_factory=list)
    ending: str = ""
    lookups: int = 0

    def lets(self, addresses: list[str]) -> bool:
        """May one of these addresses send?"""
        found = [ipaddress.ip_address(address) for address in addresses]
        return self.ending == "+" or any(address in network for address in found for network in self.networks)


def records(texts: list[str]) -> list[str]:
    """The SPF records among the TXT records of a domain."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def read(names: Names, domain: str, record: str) -> Policy:
    """Look up whatever the record refers to. Faulty, and Unanswered when DNS does not tell."""
    policy = Policy()
    _walk(names, domain, record, policy, top=True)
    return policy


def _walk(names: Names, domain: str, record: str, policy: Policy, *, top: bool):
    redirect, has_all = "", False
    for term in record.split()[1 : MAX_TERMS + 1]:
        if modifier := _MODIFIER.fullmatch(term):
            redirect = modifier["value"] if modifier["name"].lower() == "redirect" else redirect
        elif found := _NETWORK.fullmatch(term):
            _note_network(found, policy, term)
        elif (found := _TERM.fullmatch(term)) and _is_whole(found):
            if found["name"].lower() == "all":
                has_all = True
                policy.ending = (found["sign"] or "+") if top else policy.ending
            else:
                _ask(names, domain, found, policy)
        else:
            raise Faulty("syntax", term)
    if redirect and not has_all:
        _follow(names, redirect, policy, top=top)


def _is_whole(term: re.Match) -> bool:
    name = term["name"].lower()
    if name in {"ip4", "ip6"}:  # those that are right were taken for networks
        return False
    return bool(term["target"]) or name not in _NEEDS_TARGET


def _note_network(found: re.Match, policy: Policy, term: str):
    try:
        network = ipaddress.ip_network(found["network"], strict=False)
    except ValueError:
        raise Faulty("syntax", term) from None
    if found["sign"] in _PASS:
        policy.networks.append(network)


def _ask(names: Names, domain: str, term: re.Match, policy: Policy):
    name, target = term["name"].lower(), (term["target"] or domain).lower()
    allows = term["sign"] in _PASS
    if name == "include":
        within = policy if allows else Policy(lookups=policy.lookups)
        _follow(names, target, within, top=False)
        policy.lookups = within.lookups
        within.includes.add(f"include:{target}")
        return
    _count(policy)
    if "%" in target or not allows:
        return  # a macro stands for something else with every letter
    if name == "a":
        _note_hosts([target], names, term["length"], policy)
    elif name == "mx":
        _note_hosts(names.mail_servers(target), names, term["length"], policy)


def _follow(names: Names, target: str, policy: Policy, *, top: bool):
    _count(policy)
    if "%" in target:
        return
    found = records(names.texts(target))
    if len(found) != 1:
        raise Faulty("missing", target)
    _walk(names, target, found[0], policy, top=top)


def _count(policy: Policy):
    policy.lookups += 1
    if policy.lookups > MAX_LOOKUPS:
        raise Faulty("lookups")


def _note_hosts(hosts: list[str], names: Names, lengths: str, policy: Policy):
    four, _slashes, six = lengths.partition("//")
    for host in hosts[:MAX_LOOKUPS]:
        for address in names.addresses(host):
            length = six if ":" in address else four.strip("/")
            try:
                policy.networks.append(
                    ipaddress.ip_network(f"{address}/{length}" if length else address, False)
                )
            except ValueError:
                raise Faulty("syntax", lengths) from None

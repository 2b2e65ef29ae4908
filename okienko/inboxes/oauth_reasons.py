"""Why Google or Microsoft let us into a mailbox no more, or never did, in the words of whoever looks after it.

Nothing that the provider wrote is passed on but its code word: its sentences hold addresses and ids of people.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

_AADSTS = re.compile(r"AADSTS(\d{4,8})")
_CODE_WORD = re.compile(r"[\w.-]{1,40}", re.ASCII)


@dataclass(frozen=True)
class Case:
    """What a reason may name. `redirect_uri`: "" when a known permission was being renewed."""

    name: str
    label: str
    host: str = ""  # of the token endpoint
    admin_url: str = ""  # where an administrator allows it for everybody; Microsoft has one
    redirect_uri: str = ""


class ConsentError(Exception):
    """No token. `reason`: what happened and what to do, for the page; no secret, code or person is named.

    `needs_consent`: only connecting the mailbox again helps. False: the same permission may serve again, when
    the provider is back or when the settings of this installation are mended.
    """

    def __init__(self, reason: str, *, needs_consent: bool):
        super().__init__(reason)
        self.reason = reason
        self.needs_consent = needs_consent


def code_words(answer: Mapping) -> set[str]:
    """Every code in an error answer or in the address a person came back with; AADSTS65001 as "65001"."""
    said = (answer.get(key) for key in ("error", "suberror", "error_subtype", "error_subcode"))
    words = {word.lower() for word in said if isinstance(word, str) and _CODE_WORD.fullmatch(word)}
    numbers = answer.get("error_codes")
    words |= (
        {str(number) for number in numbers if isinstance(number, int)} if isinstance(numbers, list) else set()
    )
    return words | set(_AADSTS.findall(str(answer.get("error_description") or "")))


def refused(case: Case, answer: Mapping) -> ConsentError:
    """What the provider's "no" means. The most exact reason that is known for any of its codes."""
    codes = code_words(answer)
    for rule in RULES:
        if rule.codes & codes and (not rule.provider or rule.provider == case.name):
            return ConsentError(rule.words(case), needs_consent=rule.needs_consent)
    return ConsentError(_unknown(case, answer), needs_consent=False)


def no_lasting_permission(case: Case) -> ConsentError:
    """There was no refresh token: in an hour it would be over."""
    if case.name == "google":
        words = _("Google gave permission for one hour only, as it does when it was asked before. Open"
                  " myaccount.google.com/connections, remove Okienko there and connect the mailbox again.")  # fmt: skip
    else:
        words = _("%(label)s gave permission for one hour only. Connect the mailbox again and leave lasting"
                  " access allowed.") % {"label": case.label}  # fmt: skip
    return ConsentError(words, needs_consent=True)


def mail_not_allowed(case: Case) -> ConsentError:
    words = _("Signing in with %(label)s worked, but without permission for mail. Connect the mailbox again and"
              " tick reading and sending mail when %(label)s asks.") % {"label": case.label}  # fmt: skip
    return ConsentError(words, needs_consent=True)


def unreachable(case: Case) -> ConsentError:
    words = _("No safe connection to %(host)s. It may be the internet connection of this server, its clock, or a"
              " fault at %(label)s.") % {"host": case.host, "label": case.label}  # fmt: skip
    return _for_now(case, words)


def silent(case: Case) -> ConsentError:
    return _for_now(case, _("%(host)s did not answer in time.") % {"host": case.host})


def out_of_order(case: Case) -> ConsentError:
    words = _("%(label)s cannot give or renew permissions at the moment.") % {"label": case.label}
    return _for_now(case, words)


def strange_answer(case: Case) -> ConsentError:
    words = _("%(host)s answered in a way Okienko does not understand. Perhaps something between this server and"
              " %(label)s changes the answers.") % {"host": case.host, "label": case.label}  # fmt: skip
    return _for_now(case, words)


def _for_now(case: Case, words: str) -> ConsentError:
    again = _("Try again in a few minutes.") if case.redirect_uri else _("Okienko tries again by itself.")
    return ConsentError(f"{words} {again}", needs_consent=False)


def unsafe_address(case: Case) -> ConsentError:
    words = _("%(address)s is not encrypted, so neither permission nor secret may go there. Whoever looks after"
              " Okienko must set an address with https://.")  # fmt: skip
    return ConsentError(words % {"address": case.host}, needs_consent=False)


def unsafe_return(redirect_uri: str, label: str) -> ConsentError:
    parts = urlsplit(redirect_uri)
    words = _("%(label)s leads people back to encrypted addresses only, and %(address)s is not. Whoever looks after"
              " Okienko must set OKIENKO_PUBLIC_URL to an address with https://.")  # fmt: skip
    address = f"{parts.scheme}://{parts.netloc}"
    return ConsentError(words % {"label": label, "address": address}, needs_consent=True)


def _unknown(case: Case, answer: Mapping) -> str:
    numbers = _AADSTS.findall(str(answer.get("error_description") or ""))
    error = answer.get("error")
    plain = error if isinstance(error, str) and _CODE_WORD.fullmatch(error) else "?"
    code = f"{plain}, AADSTS{numbers[0]}" if numbers else plain
    return _("%(label)s refused: “%(code)s”. Try again later. If it stays, whoever looks after Okienko can look up"
             " this word.") % {"label": case.label, "code": code}  # fmt: skip


def _administrator(case: Case) -> str:
    return _("The administrator of your Microsoft 365 must allow it: send them this address, where they sign in and"
             " choose “Accept”: %(url)s. Then connect the mailbox again.") % {"url": case.admin_url}  # fmt: skip


def _not_assigned(_case: Case) -> str:
    return _("The administrator of your Microsoft 365 must let this mailbox use Okienko: in entra.microsoft.com,"
             " Enterprise applications, the app's “Users and groups”, add it. Then connect the mailbox again.")  # fmt: skip


def _conditional_access(_case: Case) -> str:
    return _("The administrator of your Microsoft 365 must allow it: a rule (Conditional Access in"
             " entra.microsoft.com) keeps Okienko out of this mailbox. It must make an exception for the mailbox or"
             " for the address of this server. Then connect the mailbox again.")  # fmt: skip


def _workspace_policy(_case: Case) -> str:
    return _("The administrator of your Google Workspace must allow it: in admin.google.com, Security, API"
             " controls, “Manage app access”, mark this app as trusted. Then connect the mailbox again.")  # fmt: skip


def _organisation_only(_case: Case) -> str:
    return _("The app registered at Google is only for people of its own organisation. Choose an address of that"
             " organisation, or set the audience of the app to “External” in Google Cloud.")  # fmt: skip


def _foreign_account(_case: Case) -> str:
    return _("This Microsoft account does not belong to the organisation the app is registered for. Choose another"
             " account when you connect, or have OKIENKO_MICROSOFT_TENANT checked.")  # fmt: skip


def _account_closed(case: Case) -> str:
    return _("This account is disabled or locked at %(label)s. Once it can sign in there again, connect the mailbox"
             " again.") % {"label": case.label}  # fmt: skip


def _app_disabled(case: Case) -> str:
    return _("%(label)s does not know this installation's app, or has disabled it. Whoever looks after Okienko must"
             " check it there, and %(setting)s.") % {"label": case.label, "setting": _setting(case, "ID")}  # fmt: skip


def _other_app(case: Case) -> str:
    return _("The permission of %(label)s was given to another app than %(setting)s names now. Connect the mailbox"
             " again.") % {"label": case.label, "setting": _setting(case, "ID")}  # fmt: skip


def _secret(case: Case) -> str:
    return _("%(label)s does not accept the secret of this installation: it has expired or is wrong. Whoever looks"
             " after Okienko must make a new one there and put it in %(setting)s.") % {
        "label": case.label, "setting": _setting(case, "SECRET"),
    }  # fmt: skip


def _setting(case: Case, what: str) -> str:
    return f"OKIENKO_{case.name.upper()}_CLIENT_{what}"


def _redirect(case: Case) -> str:
    return _("The address people come back to is not registered with this app at %(label)s. Whoever looks after"
             " Okienko must enter it there, exactly like this: %(address)s. Then connect the mailbox again.") % {
        "label": case.label, "address": case.redirect_uri,
    }  # fmt: skip


def _scope(case: Case) -> str:
    if case.name == "google":
        return _("The app registered at Google has no right to mail. Whoever looks after Okienko must add the scope"
                 " https://mail.google.com/ in Google Cloud. Then connect the mailbox again.")  # fmt: skip
    return _("The app registered at Microsoft has no right to mail. Whoever looks after Okienko must add the"
             " delegated permissions IMAP.AccessAsUser.All and SMTP.Send there. Then connect the mailbox"
             " again.")  # fmt: skip


def _denied(case: Case) -> str:
    return _("Permission was not given: on the page of %(label)s somebody chose “cancel”. Connect the mailbox again"
             " and allow reading and sending mail.") % {"label": case.label}  # fmt: skip


def _over(case: Case) -> str:
    if case.redirect_uri:
        return _("It took too long, or this page was opened twice: what %(label)s hands out serves once, and for a"
                 " few minutes. Connect the mailbox again.") % {"label": case.label}  # fmt: skip
    if case.name == "google":
        return _("Google no longer lets Okienko into this mailbox: the permission was withdrawn or has expired, or"
                 " the password was changed. Connect the mailbox again. If this happens every week, the app in"
                 " Google Cloud is still “in testing” and must be published there.")  # fmt: skip
    return _("%(label)s no longer lets Okienko into this mailbox: the permission was withdrawn or has expired, or the"
             " password was changed. Connect the mailbox again.") % {"label": case.label}  # fmt: skip


def _out_of_order(case: Case) -> str:
    return out_of_order(case).reason


@dataclass(frozen=True)
class Rule:
    codes: frozenset[str]
    words: Callable[[Case], str]
    needs_consent: bool
    provider: str = ""  # "": whoever says so


def _rule(
    codes: str, words: Callable[[Case], str], *, needs_consent: bool = True, provider: str = ""
) -> Rule:
    return Rule(frozenset(codes.split()), words, needs_consent, provider)


# The first that fits: numbers say more than words, and "invalid_grant" is said of almost everything.
RULES = [
    _rule("65001 90094 90095 900941 consent_required admin_consent_required", _administrator, provider="microsoft"),
    _rule("50105", _not_assigned),
    _rule("53000 53001 53002 53003 53004 530003 530032 530034", _conditional_access),
    _rule("50057 50053", _account_closed),
    _rule("50020 50034 50194 90072 9002331 9002332 50128 90002", _foreign_account),
    _rule("7000215 7000222 7000218 invalid_client", _secret, needs_consent=False),
    _rule("700016 7000112 disabled_client deleted_client", _app_disabled, needs_consent=False),
    _rule("unauthorized_client", _other_app),
    _rule("50011 500112 500113 redirect_uri_mismatch", _redirect),
    _rule("70011 650053 650057 65005 invalid_scope", _scope),
    _rule("admin_policy_enforced", _workspace_policy),
    _rule("org_internal", _organisation_only),
    _rule("90033 temporarily_unavailable server_error internal_failure slow_down", _out_of_order, needs_consent=False),
    _rule("65004 access_denied consent_declined", _denied),
    _rule("invalid_grant interaction_required login_required", _over),
]  # fmt: skip

"""What customers of a provider must do before a program may use their mailbox, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_POLISH_PORTAL = gettext_noop(
    "Open the mailbox in a browser and allow mail programs (IMAP and SMTP) in its settings. If signing in there "
    "takes a second step, make a password for applications and enter that one here."
)
_HOSTING = gettext_noop(
    "The server's name is in the customer panel of your hosting, under e-mail. User name: the whole address."
)
_GOOGLE = gettext_noop(
    "Best sign in with Google. With a password: switch on two-step verification in the Google account, make an "
    "app password there and enter that one here; the usual password is refused."
)
_ZOHO = gettext_noop(
    "Switch on IMAP access in the settings of Zoho Mail. If signing in takes a second step, make an "
    "application-specific password in the Zoho account and enter that one here."
)
_GMX = gettext_noop("Open the mailbox in a browser and allow POP3 and IMAP in its settings.")

_ADVICE = {
    "gmail": _GOOGLE,
    "workspace": _GOOGLE,
    "outlook": gettext_noop(
        "Sign in with Microsoft: Outlook.com no longer takes passwords from programs. In its settings, IMAP must "
        "be allowed for this mailbox."
    ),
    "microsoft": gettext_noop(
        "Sign in with Microsoft: Microsoft 365 does not take passwords from programs. An administrator of your "
        "organisation may have to agree once, and must leave IMAP and authenticated SMTP switched on for this "
        "mailbox."
    ),
    "wp": _POLISH_PORTAL,
    "o2": _POLISH_PORTAL,
    "onet": _POLISH_PORTAL,
    "interia": _POLISH_PORTAL,
    "gazeta": _POLISH_PORTAL,
    "home": gettext_noop(
        "The server is called like serwer1234567.home.pl; its number is in the customer panel of home.pl. User "
        "name: the whole address."
    ),
    "nazwa": gettext_noop(
        "The server is called like server123456.nazwa.pl; its number is in the customer panel of nazwa.pl. User "
        "name: the whole address."
    ),
    "ovh": gettext_noop(
        "These are the servers of OVHcloud's ordinary mailboxes. Email Pro and Exchange have others, like "
        "pro1.mail.ovh.net or ex1.mail.ovh.net: the customer panel shows which."
    ),
    "cyberfolks": _HOSTING,
    "lh": gettext_noop(
        "The server is called like mail-serwer12345.lh.pl; its number is in the customer panel of LH.pl. User "
        "name: the whole address."
    ),
    "seohost": _HOSTING,
    "hekko": _HOSTING,
    "az": _HOSTING,
    "yahoo": gettext_noop(
        "Make an app password in the security settings of the Yahoo account and enter that one here; the usual "
        "password is refused."
    ),
    "icloud": gettext_noop(
        "Make an app-specific password in the Apple account and enter that one here; the usual password is "
        "refused."
    ),
    "proton": gettext_noop(
        "Proton Mail is reached only through Proton Mail Bridge, a program on a computer of yours. Enter the "
        "address, ports, user name and password that the Bridge shows."
    ),
    "zoho": _ZOHO,
    "zoho_eu": _ZOHO,
    "zoho_pro": _ZOHO,
    "zoho_pro_eu": _ZOHO,
    "fastmail": gettext_noop(
        "Make an app password in the settings of Fastmail, under privacy and security, and enter that one here; "
        "the usual password is refused."
    ),
    "gmx": _GMX,
    "gmx_net": _GMX,
    "seznam": gettext_noop(
        "If signing in takes a second step, make a password for applications in the Seznam account and enter "
        "that one here."
    ),
}


def advice(provider: str) -> str:
    """In the current language; "" where nothing special is to be done."""
    text = _ADVICE.get(provider, "")
    return _(text) if text else ""

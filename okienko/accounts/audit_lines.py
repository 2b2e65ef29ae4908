"""How what happens to people and at the entrance reads in the audit log."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from okienko.accounts import roles
from okienko.accounts.access_events import (
    InvitationAccepted,
    InvitationRevoked,
    InvitationSent,
    PasswordChanged,
    SecondFactorChanged,
    SecondFactorRequired,
    SignedIn,
)
from okienko.accounts.audit import Line, Named
from okienko.accounts.events import AccountChanged, Exported, SessionEnded, TokenMade, TokenRevoked
from okienko.accounts.models import Agent, Role, Team
from okienko.accounts.staff_events import (
    AgentCameBack,
    AgentLeft,
    AgentRenamed,
    RoleChanged,
    RoleDeleted,
    RoleGiven,
    RoleMade,
    TeamChanged,
    TeamDeleted,
    TeamGivenUp,
    TeamJoined,
    TeamMade,
    TeamParted,
)

ROLES = dict(Agent.Role.choices)
WAYS = {"account": _("in the account"), "reset": _("by a link from a letter")}
FACTORS = {
    "totp": _("codes of an app"),
    "webauthn": _("a passkey"),
    "recovery_codes": _("recovery codes"),
    "all": _("all of them"),
}
ACTS = {"added": _("added"), "removed": _("taken away"), "renewed": _("renewed")}
ENDS = {
    "left": _("signed out"),
    "chosen": _("signed out from another browser"),
    "all": _("signed out with all others"),
    "expired": _("signed out after 90 days"),
    "revoked": _("may no longer sign in"),
}


def scopes(data: dict) -> list[str]:
    """What a token may do, in the words of the roles."""
    known = [_titled(word) for word in data.get("scopes", ())]
    days = data.get("days", 0)
    until = (
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else gettext("for ever")
    )
    return [gettext("Valid: %(time)s") % {"time": until}, *known]


def words_given(data: dict) -> list[str]:
    """Which permissions came and went, of events that list them in `old` and `new`."""
    if data.get("what", "words") != "words":
        return []
    old, new = set(data.get("old", "").split()), set(data.get("new", "").split())
    return [gettext("now also: %(word)s") % {"word": _titled(word)} for word in sorted(new - old)] + [
        gettext("no longer: %(word)s") % {"word": _titled(word)} for word in sorted(old - new)
    ]


def _titled(word: str) -> str:
    return str(roles.ALL[word].title) if word in roles.ALL else word


SIGHT = {"open": _("open"), "closed": _("closed")}
PEOPLE = (
    Line(RoleGiven, _("Role of {agent_id}: {old} → {new}"), {"old": ROLES, "new": ROLES}),
    Line(AgentRenamed, _("{agent_id} was given another name")),
    Line(AgentLeft, _("{agent_id} no longer works here")),
    Line(AgentCameBack, _("{agent_id} works here again")),
    Line(RoleMade, _("Role {role_id} made"), details=words_given),
    Line(
        RoleChanged,
        _("Role {role_id} changed: {what}"),
        {"what": {"name": _("name"), "words": _("permissions")}},
        details=words_given,
    ),
    Line(RoleDeleted, _("Role “{old}” deleted")),
    Line(TeamMade, _("Team {team_id} made")),
    Line(
        TeamChanged,
        _("Team {team_id}, {what}: {old} → {new}"),
        {"what": {"name": _("name"), "sight": _("who sees it")}, "old": SIGHT, "new": SIGHT},
    ),
    Line(TeamJoined, _("{agent_id} joined the team {team_id}")),
    Line(TeamParted, _("{agent_id} left the team {team_id}")),
    Line(TeamGivenUp, _("Team {team_id} given up")),
    Line(TeamDeleted, _("Team “{old}” deleted")),
    Line(InvitationSent, _("Somebody was invited as {role}"), {"role": ROLES}),
    Line(InvitationRevoked, _("An invitation was withdrawn")),
    Line(InvitationAccepted, _("{agent_id} accepted an invitation")),
    Line(
        AccountChanged,
        _("Own account: {what}"),
        {
            "what": {
                "name": _("another name"),
                "photo": _("a new photo"),
                "photo_removed": _("photo taken away"),
            }
        },
    ),
)
ENTRANCE = (
    Line(SignedIn, _("Signed in")),
    Line(SessionEnded, _("Browser of {agent_id}: {why}"), {"why": ENDS}),
    Line(PasswordChanged, _("Password of {agent_id} changed {way}"), {"way": WAYS}),
    Line(
        SecondFactorChanged,
        _("Second factor of {agent_id}, {kind}: {change}"),
        {"kind": FACTORS, "change": ACTS},
    ),
    Line(TokenMade, _("An API token was made for {agent_id}"), details=scopes),
    Line(TokenRevoked, _("An API token of {agent_id} was revoked")),
)
OFFICE = (
    Line(
        SecondFactorRequired,
        _("Second factor for everybody: {required}"),
        {"required": {True: _("required"), False: _("not required")}},
    ),
)
EXPORTS = (
    Line(Exported, _("Saved as a file: {what}, {rows} rows"), {"what": {"audit": _("the audit log")}}),
)


def agents(ids: Iterable[int]) -> dict[int, Named]:
    rows = Agent.objects.filter(pk__in=list(ids)).values_list("pk", "name", "photo__sha256")
    return {pk: Named(name, photo=photo or "") for pk, name, photo in rows}


def agent_called(words: str) -> int | None:
    """By whole address or whole name, whatever the case."""
    known = Agent.objects.filter(Q(email=words.lower()) | Q(name__iexact=words))
    return known.values_list("pk", flat=True).first()


def teams(ids: Iterable[int]) -> dict[int, Named]:
    return {pk: Named(name) for pk, name in Team.objects.filter(pk__in=list(ids)).values_list("pk", "name")}


def own_roles(ids: Iterable[int]) -> dict[int, Named]:
    return {pk: Named(name) for pk, name in Role.objects.filter(pk__in=list(ids)).values_list("pk", "name")}

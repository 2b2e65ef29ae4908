"""What happens at the entrance: signing in, passwords, second factors, invitations."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """`way`: password, mfa (a passkey or a code), socialaccount, invitation, begin; several joined by "+"."""

    type = "agent.signed_in"
    agent_id: int
    way: str = ""


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    """`way`: account, or reset by a link."""

    type = "agent.password_changed"
    agent_id: int
    way: str = ""


@dataclass(frozen=True, kw_only=True)
class SecondFactorChanged(Fact):
    """`kind`: totp, webauthn, recovery_codes, all. `change`: added, removed, renewed."""

    type = "agent.second_factor_changed"
    agent_id: int
    kind: str = ""
    change: str = ""


@dataclass(frozen=True, kw_only=True)
class SecondFactorRequired(Fact):
    type = "office.second_factor_required"
    office_id: int
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Fact):
    type = "invitation.sent"
    invitation_id: int
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Fact):
    type = "invitation.revoked"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Fact):
    type = "invitation.accepted"
    invitation_id: int
    agent_id: int = 0

"""The map: which rooms meet where. What happens stands in `work`, what is seen in `pages`."""

from okienko.accounts import audit, settings_pages
from okienko.accounts import belongings as people_belongings
from okienko.contacts import belongings as contact_belongings
from okienko.contacts import listing as contact_listing
from okienko.contacts.models import install_sight
from okienko.events import registry as events
from okienko.inboxes import registry as inboxes
from okienko.ui import navigation, panels
from okienko.wiring.pages import (
    ACTS,
    AUDIT,
    AUDIT_SUBJECTS,
    NAVIGATION,
    PANEL_FRAME,
    PANELS,
    SETTINGS_PAGES,
)
from okienko.wiring.work import (
    AUDIENCES,
    CHANNELS,
    CONTACT_COLUMNS,
    CONTACT_SIGHT,
    ENGINE_TEMPLATES,
    LISTENERS,
    OF_AGENTS,
    OF_IDENTITIES,
    OF_TEAMS,
    PARTINGS,
    REACTIONS,
    SCHEDULES,
    TASKS,
    WATCHES,
)

__all__ = ["CHANNELS", "REACTIONS", "SETTINGS_PAGES", "WATCHES", "connect"]


def connect():
    inboxes.install(CHANNELS, LISTENERS)
    install_sight(CONTACT_SIGHT)
    contact_belongings.install(OF_IDENTITIES)
    contact_listing.install(CONTACT_COLUMNS)
    navigation.install(NAVIGATION)
    panels.install(PANELS, ACTS, frame=PANEL_FRAME)
    settings_pages.install(SETTINGS_PAGES)
    audit.install(AUDIT, AUDIT_SUBJECTS)
    people_belongings.install(of_agents=OF_AGENTS, of_teams=OF_TEAMS)
    events.connect(
        reactions=REACTIONS, tasks=TASKS, schedules=SCHEDULES, audiences=AUDIENCES, watches=WATCHES,
        templates=ENGINE_TEMPLATES, partings=PARTINGS,
    )  # fmt: skip

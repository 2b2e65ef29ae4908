"""The map: which rooms meet where. What happens stands in `work`, what is seen in `pages`."""

from okienko.accounts import audit, settings_pages
from okienko.accounts import belongings as people_belongings
from okienko.contacts.models import install_sight
from okienko.events import registry as events
from okienko.inboxes import registry as inboxes
from okienko.ui import navigation, panels
from okienko.wiring.pages import AUDIT, AUDIT_SUBJECTS, NAVIGATION, PANELS, SETTINGS_PAGES
from okienko.wiring.work import (
    AUDIENCES,
    CHANNELS,
    CONTACT_SIGHT,
    ENGINE_TEMPLATES,
    LISTENERS,
    OF_AGENTS,
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
    navigation.install(NAVIGATION)
    panels.install(PANELS)
    settings_pages.install(SETTINGS_PAGES)
    audit.install(AUDIT, AUDIT_SUBJECTS)
    people_belongings.install(of_agents=OF_AGENTS, of_teams=OF_TEAMS)
    events.connect(
        reactions=REACTIONS, tasks=TASKS, schedules=SCHEDULES, audiences=AUDIENCES, watches=WATCHES,
        templates=ENGINE_TEMPLATES, partings=PARTINGS,
    )  # fmt: skip

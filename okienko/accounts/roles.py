"""What each role may do, as sets of words. Code asks for words, never for roles."""

AGENT = frozenset({"conversations.work"})
LEAD = AGENT | {"conversations.delete", "conversations.assign_others"}
MANAGER = LEAD | {"conversations.see_closed", "teams.manage", "status.see"}
OWNER = MANAGER | {"people.manage", "inboxes.manage", "contacts.erase", "raw.see"}

WORDS = {"agent": AGENT, "lead": LEAD, "manager": MANAGER, "owner": OWNER}

"""What colleagues should know about a customer, whatever the matter."""

from django.db import transaction

from okienko.accounts.models import Agent
from okienko.contacts.events import ContactNoteDeleted, ContactNoteWritten
from okienko.contacts.models import Contact, ContactNote
from okienko.contacts.operations.locking import locked
from okienko.events.log import Actor, record
from okienko.lib.text import printable


@transaction.atomic
def write_note(contact: Contact, text: str, *, agent: Agent) -> ContactNote:
    """ValueError without text. The same words twice in a row are a double click: one note."""
    text = printable(text).replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("a note has words")
    contact = locked(contact.pk)
    last = contact.notes.first()
    if last and (last.agent_id, last.text) == (agent.pk, text):
        return last
    note = ContactNote.objects.create(contact=contact, agent=agent, text=text)
    record(ContactNoteWritten(contact_id=contact.pk, note_id=note.pk), actor=Actor.agent(agent))
    return note


@transaction.atomic
def delete_note(note: ContactNote, *, agent: Agent):
    """Only by who wrote it: PermissionError for everybody else. Nothing happens when it is gone."""
    if note.agent_id != agent.pk:
        raise PermissionError("somebody else's note")
    locked(note.contact_id)
    gone, _ = ContactNote.objects.filter(pk=note.pk).delete()
    if gone:
        record(ContactNoteDeleted(contact_id=note.contact_id, note_id=note.pk), actor=Actor.agent(agent))

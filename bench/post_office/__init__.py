"""A real post office of one's own, for tests and benchmarks: Debian's Postfix and Dovecot on this machine.

with post_office(users={"sklep@shop.test": "secret"}) as office:
    office.deliver("sklep@shop.test", letter)          # bytes, straight into the mailbox
    config = office.config("sklep@shop.test")          # what the e-mail channel wants to know
    office.letters("sklep@shop.test")                  # what lies in the mailbox now

Everything is in one temporary directory and on free ports of 127.0.0.1; nothing of the machine's own mail
system is read or changed, and nothing is ever sent to the outside. Only root can start it.
"""

from bench.post_office.office import PostOffice, available, missing, post_office

__all__ = ["PostOffice", "available", "missing", "post_office"]

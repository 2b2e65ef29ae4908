"""What changed in the settings of a mailbox, as it may be told: values only of what is nobody's secret."""

# Numbers, switches and names of servers. Whatever is not here is told as changed, and no more.
TOLD = {
    "imap_host", "imap_port", "imap_security", "host", "port", "security", "junk", "sent_copy", "plus_addressing",
    "catch_all", "per_minute", "per_hour", "auth", "is_closed",
}  # fmt: skip


def differences(old: dict, new: dict) -> dict[str, list]:
    """Setting → [old, new], or [] when its values are not told. What is missing is None; None and "" are one."""
    names = sorted({*old, *new})
    return {
        name: [old.get(name), new.get(name)] if name in TOLD else []
        for name in names
        if (old.get(name) or None) != (new.get(name) or None)
    }

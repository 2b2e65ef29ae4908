"""Which channels are installed. Filled by okienko/wiring/; the only way to reach one."""

from okienko.inboxes.channel import Channel, InstalledChannels, Listener
from okienko.inboxes.source import Checkable, Detecting, Pollable

_channels = InstalledChannels()
_listeners: list[Listener] = []


def install(channels: list[Channel], listeners: list[Listener]):
    _channels.install(channels)
    _listeners[:] = listeners


def channel_for(kind: str) -> Channel:
    return _channels.by_kind[kind]


def known(kind: str) -> Channel | None:
    """The channel; None for kinds without one, such as the telephone."""
    return _channels.by_kind.get(kind)


def pollable_for(kind: str) -> Pollable:
    """The channel, where it can be fetched from. TypeError when it cannot."""
    channel = channel_for(kind)
    if not isinstance(channel, Pollable):
        raise TypeError(f"{kind} cannot be fetched from")
    return channel


def checkable_for(kind: str) -> Checkable:
    """The channel, where it can be tried out. TypeError when it cannot."""
    channel = channel_for(kind)
    if not isinstance(channel, Checkable):
        raise TypeError(f"{kind} cannot be tried out")
    return channel


def detecting_for(kind: str) -> Detecting:
    """The channel, where it can guess servers. TypeError when it cannot."""
    channel = channel_for(kind)
    if not isinstance(channel, Detecting):
        raise TypeError(f"{kind} cannot guess servers")
    return channel


def installed() -> list[Channel]:
    return list(_channels.by_kind.values())


def listeners() -> list[Listener]:
    return list(_listeners)

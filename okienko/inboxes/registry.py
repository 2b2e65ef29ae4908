"""Which channels are installed. Filled by okienko/wiring.py; the only way to reach one."""

from okienko.inboxes.channel import Channel, InstalledChannels, Listener

_channels = InstalledChannels()
_listeners: list[Listener] = []


def install(channels: list[Channel], listeners: list[Listener]):
    _channels.install(channels)
    _listeners[:] = listeners


def channel_for(kind: str) -> Channel:
    return _channels.by_kind[kind]


def installed() -> list[Channel]:
    return list(_channels.by_kind.values())


def listeners() -> list[Listener]:
    return list(_listeners)

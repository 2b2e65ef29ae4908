import socket

import pytest

from okienko.lib.net import Forbidden, connected, resolved


def answering(monkeypatch, *addresses: str):
    """The resolver of this machine is told what to answer, once; a second question has another answer."""
    answers = [list(addresses), ["127.0.0.1"]]

    def getaddrinfo(host, port, type=0):  # noqa: A002 the resolver's own word
        entries = []
        for one in answers.pop(0):
            family = socket.AF_INET6 if ":" in one else socket.AF_INET
            where = (one, port, 0, 0) if ":" in one else (one, port)
            entries.append((family, type, 6, "", where))
        return entries

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%2",
        "febf::1",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "192.0.0.192",
    ],
)
def test_never_connected_to(monkeypatch, address):
    answering(monkeypatch, address)
    with pytest.raises(Forbidden) as caught:
        resolved("mail.example", 993, public_only=False)
    assert (caught.value.host, caught.value.address) == ("mail.example", address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.7", "192.168.1.4", "172.16.0.1", "fd12::1", "100.64.0.1", "::ffff:10.0.0.7"],
)
def test_private_networks_unless_only_public_ones(monkeypatch, address):
    answering(monkeypatch, address)
    assert [found[0] for found in resolved("mail.example", 993, public_only=False)] == [address]
    answering(monkeypatch, address)
    with pytest.raises(Forbidden):
        resolved("mail.example", 993, public_only=True)


def test_public_addresses_in_the_resolvers_order_without_the_forbidden(monkeypatch):
    answering(monkeypatch, "2a00:1450::1", "169.254.169.254", "93.184.216.34", "93.184.216.34")
    assert resolved("mail.example", 143, public_only=True) == [
        ("2a00:1450::1", 143, 0, 0),
        ("93.184.216.34", 143),
    ]


@pytest.mark.parametrize(
    "host", ["", "a..example", "x" * 70 + ".example", "zero\0byte", "no-such-name.invalid"]
)
def test_names_that_lead_nowhere(host):
    with pytest.raises(socket.gaierror):
        resolved(host, 993, public_only=False)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_ports_there_are_not(port):
    with pytest.raises(OSError, match="no such port"):
        resolved("127.0.0.1", port, public_only=False)


def test_connects_to_the_address_that_was_checked(monkeypatch):
    """A second question to the resolver would have been answered otherwise, and allowed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answering(monkeypatch, "169.254.169.254")
        with pytest.raises(Forbidden):
            connected("mail.example", port, 2, public_only=False)
        with connected("mail.example", port, 2, public_only=False) as line:
            assert line.getpeername() == ("127.0.0.1", port)


def test_the_next_address_when_the_first_refuses(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answering(monkeypatch, "127.0.0.2", "127.0.0.1")
        with connected("mail.example", port, 2, public_only=False) as line:
            assert line.getpeername() == ("127.0.0.1", port)
            assert line.gettimeout() == 2
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


def test_refused_by_all(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answering(monkeypatch, "127.0.0.2", "127.0.0.1")
    with pytest.raises(ConnectionRefusedError):
        connected("mail.example", port, 2, public_only=False)


def test_all_addresses_share_the_time(monkeypatch):
    """A listener with a full queue swallows whoever comes next, as a firewall does."""
    with socket.socket() as full, socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        full.bind(("127.0.0.2", port))
        full.listen(0)
        with socket.create_connection(("127.0.0.2", port)):
            answering(monkeypatch, "127.0.0.2", "127.0.0.1")
            with connected("mail.example", port, 1, public_only=False) as line:
                assert line.getpeername() == ("127.0.0.1", port)
            answering(monkeypatch, "127.0.0.2", "127.0.0.2")
            with pytest.raises(TimeoutError):
                connected("mail.example", port, 0.4, public_only=False)

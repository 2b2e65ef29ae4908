import pytest

from okienko.front import limits
from okienko.front.limits import Buckets, Limits, network, with_client
from okienko.front.tests.asgi_client import scope


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_ten_sign_ins_a_minute_then_one_every_six_seconds():
    clock = Clock()
    rates = Limits("/sign-in/", clock=clock)
    attempt = scope("/sign-in/", method="POST")
    assert [rates.wait(attempt) for _ in range(11)] == [0] * 10 + [6]
    clock.now += 5
    assert rates.wait(attempt) == 1
    clock.now += 1
    assert [rates.wait(attempt), rates.wait(attempt)] == [0, 6]


def test_a_missing_slash_is_no_way_around():
    rates = Limits("/sign-in/", clock=Clock())
    assert [rates.wait(scope("/sign-in", method="POST")) for _ in range(11)][-1] == 6


def test_addresses_do_not_share_and_reading_is_free():
    rates = Limits("/sign-in/", clock=Clock())
    for _ in range(11):
        rates.wait(scope("/sign-in/", method="POST"))
    assert rates.wait(scope("/sign-in/", method="POST", client=("192.0.2.8", 1))) == 0
    assert rates.wait(scope("/sign-in/")) == 0


def test_other_posts_have_a_wider_limit_of_their_own():
    rates = Limits("/sign-in/", clock=Clock())
    assert [rates.wait(scope("/c/1/reply", method="POST")) for _ in range(121)] == [0] * 120 + [1]
    assert rates.wait(scope("/sign-in/", method="POST")) == 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_customer_of_a_provider_is_one_key(address, key):
    assert network(address) == key


def test_memory_is_bounded_and_the_rested_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 3)
    clock = Clock()
    buckets = Buckets(burst=1, per_minute=1, clock=clock)
    for key in ("a", "b"):
        buckets.wait(key)
    clock.now += 61
    buckets.wait("c")
    assert buckets.wait("d") == 0
    assert sorted(buckets._levels) == ["c", "d"]
    assert buckets.wait("c") == 60


def test_behind_a_proxy_only_the_last_entry_is_believed(settings):
    request = scope(
        headers=[("X-Forwarded-For", "10.0.0.1, 198.51.100.9"), ("X-Forwarded-For", "6.6.6.6, 203.0.113.5")]
    )
    settings.SECURE_PROXY_SSL_HEADER = None
    assert with_client(request)["client"] == ("192.0.2.7", 5000)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert with_client(request)["client"] == ("203.0.113.5", 0)
    assert with_client(scope())["client"] == ("192.0.2.7", 5000)

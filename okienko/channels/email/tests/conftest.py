"""Every test sends by connections of its own, and reads English."""

import pytest
from django.utils import translation

from okienko.channels.email import smtp
from okienko.channels.email.smtp_pool import Pool


@pytest.fixture(autouse=True)
def pool(monkeypatch):
    made = Pool()
    monkeypatch.setattr(smtp, "POOL", made)
    yield made
    smtp.POOL.close_idle()


@pytest.fixture
def _english():
    with translation.override("en"):
        yield

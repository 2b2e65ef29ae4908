"""What tests of the engine room share."""

import pytest

from okienko.events.models import Epoch


@pytest.fixture
def epoch(transactional_db) -> str:
    """The token of the log's life; a test that writes for good has emptied its table."""
    return Epoch.objects.get_or_create(defaults={"token": "0123abcd"})[0].token

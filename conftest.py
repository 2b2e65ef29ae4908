"""For every test of the house: the files of an installation lie in the test's own directory."""

import signal

import pytest


def pytest_configure():
    # A polite end, so that fixtures stop the servers they have started.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture(autouse=True)
def has_begun():
    """Most tests speak of an office that has its owner; those of the first page ask for a fresh one."""
    from okienko.front.first_run import FirstRun  # noqa: PLC0415 - Django is set up only now

    FirstRun.begun = True
    yield
    FirstRun.begun = True

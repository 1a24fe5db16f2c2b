"""As many connections as the system lets a process hold open."""

import resource
from collections.abc import Iterator

import pytest

from digest.collect.descriptors import affordable


@pytest.fixture
def limit() -> Iterator[pytest.MonkeyPatch]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_is_raised_as_far_as_the_connections_need(limit: pytest.MonkeyPatch) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    assert affordable(200) == 200
    assert 400 < resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 1000


def test_a_limit_that_suffices_stays(limit: pytest.MonkeyPatch) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (900, hard))
    assert affordable(200) == 200
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 900


@pytest.mark.parametrize(("most", "connections"), [(64, 12), (256, 108), (20, 2)])
def test_where_it_cannot_be_raised_fewer_are_in_use(limit: pytest.MonkeyPatch, most: int, connections: int) -> None:
    limit.setattr(resource, "getrlimit", lambda _: (most, most))
    limit.setattr(resource, "setrlimit", lambda *_: pytest.fail("there is nothing to raise"))
    assert affordable(200) == connections

"""Two installations, one of each home, shared by the tests of this folder."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.faults.fleet import Fleet, embedded, phone_of, production
from tests.faults.visitors import FleetLink, Link

_PEOPLE = 60
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def production_fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """An installation on PostgreSQL and Redis."""
    with production(tmp_path_factory.mktemp("production") / "p", people=_PEOPLE) as fleet:
        yield fleet


@pytest.fixture(scope="session")
def embedded_fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """An installation in one folder."""
    with embedded(tmp_path_factory.mktemp("embedded") / "e", people=_PEOPLE) as fleet:
        yield fleet


@pytest.fixture(params=["production", "embedded"])
def fleet(request: pytest.FixtureRequest) -> Fleet:
    """Each of the two."""
    found: Fleet = request.getfixturevalue(f"{request.param}_fleet")
    return found


@pytest_asyncio.fixture
async def link(fleet: Fleet) -> AsyncIterator[Link]:
    """Connections to it."""
    async with FleetLink(fleet) as opened:
        yield opened


@pytest.fixture
def person() -> str:
    """The user name of somebody no other test has used."""
    return phone_of(next(_numbers))


@pytest.fixture
def somebody_else() -> str:
    """The same, for another person."""
    return phone_of(next(_numbers))

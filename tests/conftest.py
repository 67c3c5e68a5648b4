"""Fixtures that every test file shares."""

import pytest

import viz

NETWORKS = list(viz.ZOO)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> str:
    """Every network of the zoo, by key."""
    return str(request.param)

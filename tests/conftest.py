"""Fixtures that every test file shares."""

import os

import pytest

os.environ["KERAS_BACKEND"] = "torch"  # Keras reads it when it is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several test processes share the cores

import viz

NETWORKS = list(viz.ZOO)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> str:
    """Every network of the zoo, by key."""
    return str(request.param)

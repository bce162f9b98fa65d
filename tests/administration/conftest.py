"""An office of administrators, for each database."""

import pytest
from flask import Flask

from tests.administration.office import Office


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)

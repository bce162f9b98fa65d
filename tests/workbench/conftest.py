"""A desk with its pages, for each database."""

import pytest
from flask import Flask

from tests.casework.test_life import Desk
from tests.workbench.pages import Pages


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(Desk(app))

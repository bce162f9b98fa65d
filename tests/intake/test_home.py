"""The figures of the first page: nothing by which a hidden number could be worked out."""

import pytest
from flask import Flask

from desk.intake.views.home import figures_of


@pytest.mark.parametrize(("in_time", "shown"), [(84, True), (98, True), (99, False), (103, False)])
def test_how_many_were_in_time_stays_out_where_fewer_than_five_were_late(
    app: Flask, in_time: int, shown: bool
) -> None:
    counts = {"case.filed": 130, "case.replied": 103, "case.replied_in_time": in_time}
    with app.test_request_context():
        numbers = [n for _label, n, _note in figures_of(counts)]
    assert numbers[:2] == [130, 103]
    assert (in_time in numbers[2:]) is shown

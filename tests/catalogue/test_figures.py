"""The figures of the catalogue come out of its rows."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from flask import Flask

from desk.catalogue.queries import (
    departments_offering,
    figures,
    item_of,
    items_page,
)
from tests import make
from tests.catalogue.test_loading import ENTRY, JUNE, load

TODAY = date(2026, 11, 23)


def test_figures_count_what_is_offered_and_sum_the_limits(app: Flask) -> None:
    region = make.region()
    load(
        region,
        ENTRY,
        replace(ENTRY, code="A2", visits=0, online=False, reach=("across_provinces", "cluster")),
        replace(ENTRY, code="A3", legal_n=14, legal_unit="calendar_day", promised_n=0,
                instant=True, visits=2, reach=("cross_region",)),
        replace(ENTRY, code="A4", level="city"),
        replace(ENTRY, code="A5", legal_n=None, legal_unit=None),
        replace(ENTRY, code="A6", active_to=JUNE),
    )  # fmt: skip
    found = {f.definition.key: (f.numerator, f.denominator) for f in figures(region.id, on=TODAY)}
    assert found == {
        "online": (4, 5),
        "one_visit": (3, 5),
        "no_visit": (1, 5),
        "across_provinces": (1, 5),
        "cluster": (4, 5),
        "cross_region": (1, 5),
        "instant": (1, 5),
        "compression": (60, 70),
    }


def test_a_published_example_comes_out(app: Flask) -> None:
    region = make.region()
    load(region, replace(ENTRY, legal_n=33, promised_n=4))
    compression = figures(region.id, on=TODAY)[-1]
    assert compression.numerator / compression.denominator == Fraction(29, 33)
    assert f"{compression.share:.2%}" == "87.88%"


def test_nothing_over_nothing_is_no_share(app: Flask) -> None:
    region = make.region()
    assert [f.share for f in figures(region.id, on=TODAY)] == [None] * 8


def test_an_earlier_day_has_its_own_figures(app: Flask) -> None:
    region = make.region()
    load(region, ENTRY)
    load(region, replace(ENTRY, online=False), valid_from=JUNE)
    assert figures(region.id, on=date(2026, 5, 31))[0].numerator == 1
    assert figures(region.id, on=JUNE)[0].numerator == 0


def test_pages_run_forward_and_back_without_a_gap(app: Flask) -> None:
    region = make.region()
    load(region, *(replace(ENTRY, code=f"A{n:02d}") for n in range(7)))
    pages = [items_page(region.id, on=TODAY, size=3)]
    while pages[-1].after:
        pages.append(items_page(region.id, on=TODAY, size=3, after=pages[-1].after))
    assert [[row.code for row in page.rows] for page in pages] == [
        ["A00", "A01", "A02"], ["A03", "A04", "A05"], ["A06"],
    ]  # fmt: skip
    assert pages[0].before is None
    back = items_page(region.id, on=TODAY, size=3, before=pages[2].before)
    assert back == pages[1]
    first = items_page(region.id, on=TODAY, size=3, before=back.before)
    assert first == pages[0]


def test_the_departments_are_counted(app: Flask) -> None:
    region = make.region()
    tax = replace(ENTRY, code="A2", department="税务局")
    load(region, ENTRY, replace(ENTRY, code="A1b"), tax, replace(ENTRY, code="A3", active_to=JUNE))
    counted = departments_offering(region.id, on=TODAY)
    assert [(d.name_zh, n) for d, n in counted] == [("登记中心", 2), ("税务局", 1)]
    of_tax = items_page(region.id, on=TODAY, department_id=counted[1][0].id)
    assert [row.code for row in of_tax.rows] == ["A2"]


def test_an_item_shows_the_version_of_the_day(app: Flask) -> None:
    region = make.region()
    load(region, ENTRY)
    load(region, replace(ENTRY, promised_n=3), valid_from=JUNE)
    assert item_of(region.id, "A1", on=TODAY).version.promised_n == 3
    assert item_of(region.id, "A1", on=date(2026, 1, 2)).version.promised_n == 5

"""Nobody reaches a hidden cell of the real board by adding and subtracting what it publishes."""

import csv
import io
from collections import Counter
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from desk.board.items import STEPS, measured_of
from desk.board.views.doors import Seen
from desk.catalogue.models import Item
from desk.kernel.db import db, end_read, transaction
from desk.tally.actions import Leaf, add
from desk.tally.models import Tally
from desk.worktime.periods import Month
from tests import make
from tests.board.attack import Board, reached

BOARDS, ATTEMPTS = 25, 1000
LEVELS = (5, 4, 3, 2, 1)
REASONS = ("R01", "R02", "R06", "R99")
SIZES = ((0, 0, 1, 2, 4), (0, 0, 2, 9, 14), (0, 6, 12, 30), (0, 1, 3, 40, 120))
"""How many of something there may be: a quiet place, one in between, a busy one."""

Atom = tuple[str, int, int, str]
"""Month, department, item, and what it was: a level, or a reason."""


class World:
    """Three departments with two items each, over a few months that are over."""

    def __init__(self, app: Flask) -> None:
        self.region = make.region().id
        make.hall(self.region)
        self.units = {make.department(self.region).id: list[int]() for _n in range(3)}
        for unit, items in self.units.items():
            items += [make.item(self.region, unit).id for _n in range(2)]
        with app.test_request_context("/board"):
            last = Seen().last_over
        self.months = [last]
        while len(self.months) < 4:
            self.months.insert(0, self.months[0].before())
        self.codes = {unit.code: unit.id for unit in db.session.scalars(db.select(make.Department))}
        db.session.remove()

    def draw(self, rng: Random) -> Counter[Atom]:
        """Draw ratings by month, department, item and level, and complaints by reason."""
        found: Counter[Atom] = Counter()
        sizes = rng.choice(SIZES)
        for month in self.months:
            for unit, items in self.units.items():
                for item in items:
                    for level in LEVELS:
                        n = rng.choice(sizes)
                        found[month.text, unit, item, f"rating.level.{level}"] = (
                            n if level > 2 else min(n, rng.choice((0, 0, 1, 3, 6)))
                        )
                for reason in REASONS:
                    found[month.text, unit, 0, f"reason.{reason}"] = rng.choice(sizes)
        return found

    def keep(self, drawn: Counter[Atom]) -> None:
        """Let the board count this and nothing else."""
        firsts = {month.text: month.first for month in self.months}
        leaves = [
            (
                Leaf(self.region, what, firsts[month], department_id=unit, item_id=item),
                n,
            )
            for (month, unit, item, what), n in drawn.items()
        ]
        leaves += [
            (Leaf(self.region, "case.filed", firsts[month], department_id=unit), n)
            for (month, unit, _item, what), n in drawn.items()
            if what.startswith("reason.")
        ]
        with transaction():
            db.session.execute(delete(Tally))
            add(leaves)
        end_read()


def published(world: World, client: FlaskClient, drawn: Counter[Atom]) -> Board:
    """Read the real board: months, the year and items, and say what each number is the sum of."""
    board = Board()
    for month in world.months:
        told = client.get(f"/board.json?month={month.text}").get_json()
        _month(board, world, month, told, drawn)
    _year(board, world, client, drawn)
    _items(world)
    return board


def _atoms(drawn: Counter[Atom], what: str, **where: Any) -> tuple[list[Atom], int]:
    names = ("month", "unit", "item")
    found = [
        atom
        for atom in drawn
        if atom[3].startswith(what)
        and all(atom[names.index(name)] == value for name, value in where.items())
    ]
    return found, sum(drawn[atom] for atom in found)


def _bad(drawn: Counter[Atom], **where: Any) -> tuple[list[Atom], int]:
    one, two = (_atoms(drawn, f"rating.level.{n}", **where) for n in (1, 2))
    return one[0] + two[0], one[1] + two[1]


def _rated(board: Board, name: str, drawn: Counter[Atom], told: Any, **where: Any) -> None:
    """Note how many ratings there were of something, and how many bad ones where a share says it."""
    n = None if told is None else told["n"]
    board.cell(f"{name}/n", *_atoms(drawn, "rating.", **where), n, 10)
    share = None if told is None else told["share"]
    bad = None if share is None or n is None else round(n * (1 - share))
    board.cell(f"{name}/bad", *_bad(drawn, **where), bad, 5)


def _month(
    board: Board, world: World, month: Month, told: dict[str, Any], drawn: Counter[Atom]
) -> None:
    here = {"month": month.text}
    for level, n in told["levels"].items():
        parts = {"good": (5, 4, 3), "strict": (5, 4), "bad": (2, 1), "all": LEVELS}
        both = [
            _atoms(drawn, f"rating.level.{one}", **here)
            for one in parts.get(level, (int(level) if level.isdigit() else 0,))
        ]
        atoms, value = [a for some, _n in both for a in some], sum(n for _some, n in both)
        board.cell(f"{month.text}/level {level}", atoms, value, n, 5)
    _rated(board, f"{month.text}/whole", drawn, told["whole"]["rated"], **here)
    units = {world.codes[unit["code"]]: unit["rated"] for unit in told["departments"]}
    for unit in world.units:
        _rated(board, f"{month.text}/{unit}", drawn, units.get(unit), unit=unit, **here)
    for reason in REASONS:
        n = told["reasons"].get(reason)
        board.cell(f"{month.text}/{reason}", *_atoms(drawn, f"reason.{reason}", **here), n, 5)
    filed = _atoms(drawn, "reason.", **here)
    board.cell(f"{month.text}/all reasons", *filed, told["reasons"].get("all"), 5)
    board.cell(f"{month.text}/filed", *filed, told["counts"]["case.filed"], 5)


def _year(board: Board, world: World, client: FlaskClient, drawn: Counter[Atom]) -> None:
    year = world.months[-1].text[:4]
    text = client.get(f"/board.csv?year={year}").get_data().decode("utf-8-sig")
    told = {
        row["code"]: int(row["n"])
        for row in csv.DictReader(io.StringIO(text))
        if row["table"] == "departments" and row["measure"] == "rated" and row["n"]
    }
    for code, unit in world.codes.items():
        atoms = [a for a in _atoms(drawn, "rating.", unit=unit)[0] if a[0].startswith(year)]
        value = sum(drawn[atom] for atom in atoms)
        board.cell(f"{year}/{code}", atoms, value, told.get(code), 10)


def _items(world: World) -> None:
    """Look at what the page of each item says: no exact number, so nothing to add and subtract."""
    for item in (one for items in world.units.values() for one in items):
        told = measured_of(db.session.get_one(Item, item), world.months[-1])
        assert {told.rated.n, told.complaints} <= {None, *STEPS}
        assert told.rated.share in {None, *(n / 100 for n in range(101))}


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def test_a_thousand_attempts_on_the_real_board_reach_nothing_small(
    app: Flask, world: World, client: FlaskClient
) -> None:
    rng, hidden = Random(5), 0
    for _board in range(BOARDS):
        drawn = world.draw(rng)
        world.keep(drawn)
        board = published(world, client, drawn)
        hidden += len(board.hidden)
        assert reached(board.told, board.told, board.hidden) == set()
        for _n in range(ATTEMPTS // BOARDS + 1):
            assert board.attempt(rng) is None, board.hidden
    assert hidden > 100


def test_an_attack_that_must_succeed_does(app: Flask, world: World, client: FlaskClient) -> None:
    drawn = world.draw(Random(5))
    world.keep(drawn)
    board = published(world, client, drawn)
    name, (row, n) = next(iter(board.hidden.items()))
    some = dict(list(row.items())[:1])
    rest = {atom: 1 for atom in row if atom not in some}
    board.told |= {"part": (some, 0), "rest": (rest, n)}
    assert reached(board.told, board.told, {name: (row, n)}) == {name}

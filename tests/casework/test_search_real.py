"""Every word of the real sample is found, and nothing else: compared with a plain search."""

import csv
import random
import unicodedata

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.casework.models import Case
from desk.casework.queries.lists import rows_by_key
from desk.casework.queries.search import search
from desk.kernel.db import db, end_read
from desk.organisation.models import Hall
from desk.organisation.queries import home_region
from tests import make
from tests.real import real_file

EVERYTHING = 5_000
COMMON = "，。、：；？！“”（）0123456789"


def fold(text: str) -> str:
    """Make width and case the same, as a reader sees them the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def words_of(texts: list[str], lengths: tuple[int, ...], n: int, rng: random.Random) -> list[str]:
    """Cut words out of the texts: none with a space, each with a letter or digit."""
    words: list[str] = []
    while len(words) < n:
        text, length = rng.choice(texts), rng.choice(lengths)
        if len(text) < length:
            continue
        start = rng.randrange(len(text) - length + 1)
        word = text[start : start + length]
        if not any(c.isspace() for c in word) and any(c.isalnum() for c in fold(word)):
            words.append(word)
    return words


def odd_words(texts: list[str], n: int, rng: random.Random) -> list[str]:
    """Find pairs with a character that is neither usual Chinese nor usual punctuation."""
    pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
    odd = sorted(
        pair
        for pair in pairs
        if not any(c.isspace() for c in pair)
        and any(c.isalnum() for c in fold(pair))
        and any(not ("\u4e00" <= c <= "\u9fff" or c in COMMON) for c in pair)
    )
    return rng.sample(odd, min(n, len(odd)))


def numbers(actor: Actor, word: str) -> set[str]:
    found = search(actor, word, cap=EVERYTHING)
    assert found is not None
    assert not found.capped
    return {row.number for row in rows_by_key(found.keys)}


@pytest.mark.slow
def test_search_misses_nothing_and_invents_nothing(app: Flask) -> None:
    path = real_file("complaints_zh_sample.csv")
    run = app.test_cli_runner().invoke
    assert run(args=["desk", "setup", "--region", "420607", "--short-code", "XZ"]).exit_code == 0
    assert run(args=["desk", "import-cases", str(path), "--mapping", "mailbox"]).exit_code == 0
    end_read()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    number_of = {
        row.own_reference: row.number
        for row in db.session.execute(select(Case.own_reference, Case.number))
    }
    plain = {number_of[row["id"]]: f"{row['title']}\n{row['text']}\n{row['id']}" for row in rows}
    folded = {number: fold(text) for number, text in plain.items()}
    region_id, hall_id = home_region().id, db.session.scalars(select(Hall.id)).one()
    actors = (
        make.actor(Role.SUPERVISOR, region_id),
        make.actor(Role.CLERK, region_id, hall_id=hall_id),
    )
    rng = random.Random(20_201)
    texts = [text for row in rows for text in (row["title"], row["text"])]
    words = [
        *words_of(texts, (2,), 300, rng),
        *words_of(texts, (1, 3, 4, 7, 12), 100, rng),
        *odd_words(texts, 100, rng),
        *("２０１６", "2016", "Ａ市", "a市", "“兰溪”辉煌", rows[0]["id"]),
    ]
    wrong: dict[str, tuple[set[str], set[str]]] = {}
    for at, word in enumerate(words):
        found = numbers(actors[at % len(actors)], word)
        exact = {number for number, text in plain.items() if word in text}
        same = {number for number, text in folded.items() if fold(word) in text}
        if exact - found or found != same:
            wrong[word] = (same - found, found - same)
    assert wrong == {}

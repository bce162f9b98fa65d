"""Filling an empty database with the invented district."""

import random
from datetime import datetime

from desk.accounts.passwords import hash_password
from desk.demo.cases import Filer
from desk.demo.history import Historian
from desk.demo.items import build_items
from desk.demo.lately import Lately
from desk.demo.people import tell_lately
from desk.demo.place import build_place
from desk.demo.quality import look
from desk.demo.ratings import BAD_SHARE, RATINGS, build_ratings
from desk.demo.telling import Telling
from desk.demo.watching import watch
from desk.demo.writing import build_replies
from desk.kernel.db import transaction
from desk.tally.actions import add

SEED = 20261123
CASES = 2000
STALLED = 26


def load(password: str, *, now: datetime, memory_kib: int, cases: int = CASES) -> None:
    """Fill an empty database; everything or nothing."""
    rng = random.Random(SEED)
    hashed = hash_password(password, memory_kib=memory_kib)
    with transaction():
        place = build_place(rng, password_hash=hashed)
        items = build_items(place, rng)
        historian = Historian(place, now, rng)
        filer = Filer(place, items, historian, rng)
        for _ in range(cases - round(RATINGS * BAD_SHARE) - STALLED):
            filer.file_complaint()
        counted = build_ratings(place, items, filer, rng)
        for n in range(STALLED):
            filer.file_stalled(n)
        add(historian.write() + counted)
        build_replies(place, now)
        tell_lately(place, now=now)
        Lately(place, now).happen()
        watch(place, now)
        Telling(place, now).happen()
        look(place, now)

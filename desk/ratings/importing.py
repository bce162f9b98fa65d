"""Loading a file of any length, and going on where a run that was stopped had come to."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from flask_babel import gettext as _

from desk.kernel.csv_file import file_digest
from desk.kernel.db import end_read
from desk.ratings.fates import Fate, Outcome, Wrong, tally
from desk.ratings.loading import Teller, Told, chunk_size

Load = Callable[..., list[Fate]]
Lines = Iterator[tuple[int, Told | Wrong]]
Then = Callable[[Sequence[Fate]], None]


@dataclass(slots=True)
class Mark:
    """How far a file has been loaded, kept beside it until it is done."""

    path: Path
    digest: str
    line: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, file: Path) -> "Mark":
        """Find where an earlier run had come to; the beginning, if the file is another one now."""
        path, digest = file.with_name(f"{file.name}.loaded"), file_digest(file)
        mark = cls(path, digest)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["digest"] == digest:
                mark.line, mark.counts = int(kept["line"]), Counter(kept["counts"])
        except (OSError, ValueError, KeyError, TypeError):
            return mark
        return mark

    def move(self, line: int, fates: Sequence[Fate]) -> None:
        """Write down that everything up to a line has been loaded: whole, or not at all."""
        self.line = line
        self.counts.update({outcome.value: n for outcome, n in tally(fates).items()})
        text = json.dumps({"digest": self.digest, "line": line, "counts": self.counts})
        fresh = self.path.with_name(f"{self.path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)

    def done(self) -> None:
        """Forget how far it had come: the next run begins anew and finds everything known."""
        self.path.unlink(missing_ok=True)


def load_file(
    lines: Lines,
    mark: Mark,
    load: Load,
    teller: Teller,
    *,
    clock: Callable[[], datetime],
    report: TextIO | None = None,
    say: Callable[[str], None],
    then: Then = lambda _: None,
) -> Counter[str]:
    """Load what is left of a file and count fates, those of the run before with them.

    Every bad line goes into the report; the first of them are said as well.
    """
    end_read()
    size, told = chunk_size(), 0
    while chunk := list(islice(lines, size)):
        fates = load(teller, [line for _number, line in chunk], now=clock())
        then(fates)
        for (number, _line), fate in zip(chunk, fates, strict=True):
            if fate.wrong is None:
                continue
            told += 1
            sentence = _("line %(line)s: %(reason)s", line=number, reason=fate.wrong.sentence())
            if report is not None:
                report.write(f"{sentence}\n")
            if told <= SHOWN:
                say(sentence)
        if report is not None:
            report.flush()
        mark.move(chunk[-1][0], fates)
    if told > SHOWN:
        say(_("… and %(more)s more.", more=told - SHOWN))
    mark.done()
    return mark.counts


SHOWN = 20
REJECTED = Outcome.REJECTED.value

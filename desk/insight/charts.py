"""Where the lines of a chart go: plain geometry, so that the server can draw it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 440.0, 176.0
LEFT, RIGHT, TOP, FOOT = 44.0, 344.0, 14.0, 142.0
STEPS = 3
NICE = (1, 2, 2.5, 5, 10)
LEAST_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, and a value for each place (None: nothing was there)."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: its pieces between gaps, its last point, and where its name stands."""

    name: str
    pieces: tuple[str, ...]
    end: tuple[float, float] | None
    label_y: float
    last: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over a common scale: the marks of the scale by height, and the places by position."""

    lines: tuple[Line, ...]
    marks: tuple[tuple[float, float], ...]
    places: tuple[tuple[float, str], ...]


def chart(places: Sequence[str], series: Sequence[Series], *, zero: bool) -> Chart:
    """Draw lines; with `zero` the scale begins at nothing, else just below the lowest value."""
    known = [value for one in series for value in one.values if value is not None]
    low, high = scale(known, zero=zero)
    across = (RIGHT - LEFT) / max(1, len(places) - 1)

    def at(n: int, value: float) -> tuple[float, float]:
        return LEFT + across * n, FOOT - (value - low) / (high - low) * (FOOT - TOP)

    lines = [_line(one, at) for one in series]
    marks = tuple(
        (FOOT - (FOOT - TOP) * n / STEPS, low + (high - low) * n / STEPS) for n in range(STEPS + 1)
    )
    every = max(1, -(-len(places) // 4))
    shown = [n for n in range(len(places)) if (len(places) - 1 - n) % every == 0]
    return Chart(_apart(lines), marks, tuple((LEFT + across * n, places[n]) for n in shown))


def scale(known: Sequence[float], *, zero: bool) -> tuple[float, float]:
    """Give the ends of a scale of three equal steps that are easy to read."""
    if not known:
        return 0.0, 3.0
    low, high = (0.0 if zero else min(known)), max(known)
    span = max(high - low, abs(high) * 0.02, 1e-6)
    size = 10.0 ** _magnitude(span / STEPS)
    for nice in NICE:
        step = nice * size
        bottom = step * (low // step)
        if bottom + STEPS * step >= high - 1e-9:
            return bottom, bottom + STEPS * step
    return low, high


def _magnitude(value: float) -> int:
    n = 0
    while value >= 10:
        value, n = value / 10, n + 1
    while value < 1:
        value, n = value * 10, n - 1
    return n


def _line(one: Series, at: object) -> Line:
    pieces: list[str] = []
    piece: list[str] = []
    end: tuple[float, float] | None = None
    last = None
    for n, value in enumerate(one.values):
        if value is None:
            pieces, piece = [*pieces, " ".join(piece)], []
            continue
        x, y = at(n, value)  # type: ignore[operator]
        piece.append(f"{x:.1f},{y:.1f}")
        end, last = (round(x, 1), round(y, 1)), value
    pieces.append(" ".join(piece))
    return Line(one.name, tuple(p for p in pieces if p), end, end[1] + 4 if end else 0.0, last)


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Move the names of lines that end close to one another apart."""
    placed: dict[str, float] = {}
    lowest = None
    for line in sorted((line for line in lines if line.end), key=lambda one: one.label_y):
        y = line.label_y if lowest is None else max(line.label_y, lowest + LEAST_GAP)
        placed[line.name], lowest = y, y
    return tuple(
        Line(x.name, x.pieces, x.end, placed.get(x.name, x.label_y), x.last) for x in lines
    )

"""A printed paper as PDF: headings, facts, texts, in a font that has the rare characters too."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desk.kernel.breaking import broken

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = Path(__file__).parent / "fonts/NotoSansSC-Regular.otf"
NAME = "desk"
MARGIN, FOOT = 20, 22
TEXT, SMALL, TITLE, HEADING = 10.5, 8.5, 17, 12.5
LEAD = 0.53
TERM_SHARE = 0.24
GAP = 4
BAR_NAME, BAR_TAIL, BAR_HEIGHT = 0.3, 0.1, 7.0
TABLE_FIRST = 0.4
GREY, INK, RULE = (80, 90, 95), (11, 12, 12), (190, 196, 200)
BAR = (18, 64, 107)
MISSING = "〓"
"""What printers put where they have no type for a character."""


@dataclass
class Paper:
    """A paper in the making; what it is called stands on every page, with who made it below.

    `missing` counts the characters that the font has no shape for.
    """

    title: str
    number: str
    made: str
    lang: str
    at: datetime
    missing: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._pdf = _blank(self)
        self._shapes = self._pdf.fonts[NAME].cmap  # type: ignore[union-attr]
        self._widths: dict[str, float] = {}
        self._lines(self.title, TITLE, bold=True)
        self._pdf.ln(3)

    def heading(self, text: str) -> None:
        """Begin a part of the paper, and keep its heading with what comes after."""
        self._room(HEADING * LEAD * 3)
        self._pdf.ln(4)
        self._lines(text, HEADING, bold=True)
        self._pdf.set_draw_color(*RULE)
        self._pdf.line(MARGIN, self._pdf.y + 0.6, MARGIN + self._pdf.epw, self._pdf.y + 0.6)
        self._pdf.ln(2.5)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write terms with what they are, side by side."""
        narrow = self._pdf.epw * TERM_SHARE
        for term, value in rows:
            self._room(TEXT * LEAD)
            top, page = self._pdf.y, self._pdf.page
            self._lines(term, TEXT, width=narrow - GAP, colour=GREY)
            below, after = self._pdf.y, self._pdf.page
            if after == page:
                self._pdf.y = top
            self._lines(value, TEXT, left=narrow)
            if self._pdf.page == after:
                self._pdf.y = max(self._pdf.y, below)
            self._pdf.ln(1.2)

    def entry(self, head: str, text: str, rows: Iterable[tuple[str, str]] = ()) -> None:
        """Write what happened at one time: a small head, and what was said."""
        self._room((SMALL + TEXT) * LEAD)
        self._lines(head, SMALL, colour=GREY)
        if text:
            self._lines(text, TEXT)
        for term, value in rows:
            self._lines(term, SMALL, colour=GREY, left=GAP)
            self._lines(value, TEXT, left=GAP)
        self._pdf.ln(2.4)

    def code(self, rows: Sequence[Sequence[bool]], side: float) -> None:
        """Draw a code of dark and light squares, `side` millimetres wide."""
        self._room(side + GAP)
        self._pdf.set_fill_color(*INK)
        one, top = side / len(rows), self._pdf.y + GAP
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    left = MARGIN + across * one
                    self._pdf.rect(left, top + down * one, one * 1.01, one * 1.01, "F")
        self._pdf.y = top + side + GAP

    def note(self, text: str) -> None:
        """Write something small and grey."""
        self._lines(text, SMALL, colour=GREY)

    def bars(self, points: Sequence[tuple[str, int]]) -> None:
        """Draw a bar for each number, with its name before and the number behind it."""
        pdf, wide = self._pdf, self._pdf.epw
        name, tail = wide * BAR_NAME, wide * BAR_TAIL
        most = max((n for _name, n in points), default=0) or 1
        for label, n in points:
            self._room(BAR_HEIGHT)
            top, page = pdf.y, pdf.page
            self._lines(label, SMALL, width=name - GAP)
            below = pdf.y
            if pdf.page == page:
                length = (wide - name - tail) * n / most
                pdf.set_fill_color(*BAR)
                if n:
                    pdf.rect(MARGIN + name, top + 0.8, max(length, 0.4), BAR_HEIGHT - 2.6, "F")
                pdf.y = top
                self._lines(str(n), SMALL, left=name + length + 1.5, width=tail)
            pdf.y = max(below, top + BAR_HEIGHT) if pdf.page == page else pdf.y
        pdf.ln(2)

    def table(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: bool = False
    ) -> None:
        """Write a table; its first column is wide, or with `texts` all are alike."""
        wide = self._pdf.epw
        first = wide / len(head) if texts else wide * TABLE_FIRST
        rest = (wide - first) / max(1, len(head) - 1)
        lefts = [0.0, *(first + rest * n for n in range(len(head) - 1))]
        widths = [first, *([rest] * (len(head) - 1))]
        for row in (head, *rows):
            self._room(TEXT * LEAD * 2)
            top, page, lowest = self._pdf.y, self._pdf.page, self._pdf.y
            for text, left, width in zip(row, lefts, widths, strict=True):
                self._pdf.y = top if self._pdf.page == page else self._pdf.y
                colour = GREY if row is head else INK
                self._lines(text, SMALL, left=left, width=width - GAP / 2, colour=colour)
                lowest = max(lowest, self._pdf.y)
            self._pdf.y = lowest + 0.8
            self._pdf.set_draw_color(*RULE)
            self._pdf.line(MARGIN, self._pdf.y, MARGIN + wide, self._pdf.y)
            self._pdf.ln(0.8)
        self._pdf.ln(1.5)

    def output(self) -> bytes:
        """Give the finished paper."""
        return bytes(self._pdf.output())

    def shaped(self, text: str) -> str:
        """Put a mark where the font has no shape, and leave out what is never seen."""
        kept = []
        for character in text:
            if character == "\n" or ord(character) in self._shapes:
                kept.append(character)
            elif character == "\t":
                kept.append("    ")
            elif unicodedata.category(character) not in {"Cf", "Mn", "Cc", "Me"}:
                self.missing[character] += 1
                kept.append(MISSING)
        return "".join(kept)

    def _room(self, height: float) -> None:
        if self._pdf.y + height > self._pdf.h - FOOT:
            self._pdf.add_page()

    def _lines(
        self,
        text: str,
        size: float,
        *,
        left: float = 0,
        width: float | None = None,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
    ) -> None:
        pdf, height = self._pdf, size * LEAD
        wide = width if width is not None else pdf.epw - left
        for line in broken(self.shaped(text), wide, partial(self._width, size)):
            self._room(height)
            pdf.set_font(NAME, size=size)
            pdf.set_text_color(*colour)
            pdf.set_draw_color(*colour)
            pdf.set_line_width(size / 100)
            pdf.text_mode = "FILL_STROKE" if bold else "FILL"
            pdf.x = MARGIN + left
            pdf.cell(wide, height, line, new_x="LMARGIN", new_y="NEXT")
        pdf.text_mode = "FILL"
        pdf.set_line_width(0.2)

    def _width(self, size: float, character: str) -> float:
        if character not in self._widths:
            self._pdf.set_font(NAME, size=100)
            self._widths[character] = self._pdf.get_string_width(character)
        return self._widths[character] * size / 100


def _blank(paper: Paper) -> "FPDF":
    """Make an empty paper with its first page open."""
    from fpdf import FPDF  # noqa: PLC0415 - large, and few pages need it

    class Sheets(FPDF):
        def header(self) -> None:
            if self.page > 1:
                self._edge(MARGIN - 9, lambda: f"{paper.number}")

        def footer(self) -> None:
            self._edge(-FOOT + 8, lambda: f"{paper.made}   {self.page} / {{nb}}")

        def _edge(self, at: float, words: Callable[[], str]) -> None:
            self.set_y(at)
            self.set_font(NAME, size=SMALL)
            self.text_mode = "FILL"
            self.set_text_color(*GREY)
            self.cell(0, SMALL * LEAD, words(), align="R")
            self.set_y(MARGIN)

    pdf = Sheets(format="A4")
    pdf.add_font(NAME, fname=FONT)
    pdf.set_margins(MARGIN, MARGIN, MARGIN)
    pdf.c_margin = 0
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(f"{paper.number} {paper.title}")
    pdf.set_lang(paper.lang.replace("_", "-"))
    pdf.set_creation_date(paper.at)
    pdf.add_page()
    return pdf

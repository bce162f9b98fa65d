"""Reading a page's markup: its ids, its links and what belongs to what."""

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "rect", "path", "line", "use"})


class Reader(HTMLParser):
    """Collects every element with its attributes and the text inside it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        at = len(self.elements) - 1
        self.texts[at] = ""
        if tag not in VOID:
            self._open.append(at)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for at in self._open:
            self.texts[at] += data

    def ids(self) -> Counter[str]:
        """Count how often each id stands on the page: once, or the page is wrong."""
        return Counter(attributes["id"] for _tag, attributes in self.elements if "id" in attributes)

    def pointed_at(self) -> set[str]:
        """List every id that a label, a description or a link points at."""
        found: set[str] = set()
        for _tag, attributes in self.elements:
            for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                found.update(attributes.get(name, "").split())
            if attributes.get("href", "").startswith("#"):
                found.add(attributes["href"][1:])
        return found

    def text_of(self, id_: str) -> str:
        """Give the text inside the element with this id, its spaces made single."""
        at = next(n for n, (_tag, found) in enumerate(self.elements) if found.get("id") == id_)
        return " ".join(self.texts[at].split())

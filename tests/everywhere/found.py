"""Finding the forms of the desk as people find them: by following links from the first page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

TEXTS = frozenset({"text", "search", "tel", "email", "textarea"})
CHOICES = frozenset({"radio", "checkbox", "select"})
OWN = frozenset({"csrf_token", "version"})
LEFT_OUT = frozenset(
    {"static", "web.language", "web.type_size", "insight.steps", "intake.ledger_key"}
)


@dataclass(slots=True)
class Control:
    """A field of a form as a page shows it: what it is, what it holds, what can be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    is_number: bool = False


@dataclass(slots=True)
class Form:
    """A form that is posted: where, by whom, from which page, and its fields by name."""

    action: str
    who: str
    page: str
    endpoint: str
    many_parts: bool = False
    controls: dict[str, Control] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, frozenset[str]]:
        """Tell forms apart that differ in more than the row they are about."""
        words = re.sub(
            r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2}-[-\d]+|\d+", "…", urlsplit(self.action).path
        )
        return self.endpoint, words, frozenset(self.controls) - OWN


class _Reader(HTMLParser):
    """Collects links and the forms that post."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[dict[str, str], dict[str, Control]]] = []
        self._inside: dict[str, Control] | None = None
        self._by_id: dict[str, dict[str, Control]] = {}
        self._select: Control | None = None
        self._area: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in has and "download" not in has:
            self.links.append(has["href"])
        elif tag == "form":
            self._inside = {}
            self._by_id[has.get("id", "")] = self._inside
            if has.get("method", "get").lower() == "post":
                self.forms.append((has, self._inside))
        elif tag in {"input", "textarea", "select", "button"} and has.get("name"):
            self._control(tag, has)
        elif tag == "option" and self._select is not None:
            self._select.choices.append(has.get("value", ""))
            if "selected" in has:
                self._select.value = has.get("value", "")

    def _control(self, tag: str, has: dict[str, str]) -> None:
        into = self._by_id.get(has["form"]) if "form" in has else self._inside
        if into is None:
            return
        name, value = has["name"], has.get("value", "")
        kind = has.get("type", "text") if tag == "input" else tag
        control = into.setdefault(name, Control(name, kind))
        control.is_number = has.get("inputmode") == "numeric"
        if kind in {"radio", "checkbox"}:
            control.choices.append(value)
            if "checked" in has:
                control.value = value
        elif kind != "button" or not control.value:
            control.value = value
        self._select = control if tag == "select" else None
        self._area = control if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


def read(page: str) -> tuple[list[str], list[tuple[dict[str, str], dict[str, Control]]]]:
    """Give the links of a page and its forms that post."""
    reader = _Reader()
    reader.feed(page)
    return reader.links, reader.forms


class Walk:
    """Opens each kind of page once for each person who finds a link to it, and keeps the forms."""

    def __init__(self, app: Flask) -> None:
        self.adapter = app.url_map.bind("localhost")
        self.forms: dict[tuple[str, str, frozenset[str]], Form] = {}
        self._seen = set[tuple[str, ...]]()

    def walk(self, who: str, browser: FlaskClient, starts: Iterable[str]) -> None:
        waiting = list(starts)
        for start in waiting:
            self._seen.add(self._kind(who, start) or ())
        while waiting:
            path = waiting.pop(0)
            answer = browser.get(path)
            if answer.mimetype != "text/html" or answer.status_code >= 400:
                continue
            page = answer.get_data(as_text=True)
            if answer.status_code in {302, 303}:
                links, forms = [answer.headers["Location"]], []
            else:
                links, forms = read(page)
            for has, controls in forms:
                self._keep(who, path, has, controls)
            waiting += list(self._further(who, path, links))

    def _keep(self, who: str, path: str, has: dict[str, str], controls: dict[str, Control]) -> None:
        action = urljoin(path, has.get("action") or path).partition("#")[0]
        endpoint = self._endpoint(action, "POST")
        assert endpoint is not None, (path, action)
        form = Form(action, who, path, endpoint, "multipart" in has.get("enctype", ""), controls)
        self.forms.setdefault(form.key, form)

    def _further(self, who: str, path: str, links: Iterable[str]) -> Iterator[str]:
        for link in links:
            where = urljoin(path, link).partition("#")[0]
            if urlsplit(where).netloc:
                continue
            kind = self._kind(who, where)
            if kind is not None and kind not in self._seen:
                self._seen.add(kind)
                yield where

    def _kind(self, who: str, where: str) -> tuple[str, ...] | None:
        endpoint = self._endpoint(where, "GET")
        if endpoint is None or endpoint in LEFT_OUT:
            return None
        parts = urlsplit(where)
        wish = parse_qs(parts.query)
        if "do" in wish:
            return endpoint, *wish["do"]
        if endpoint == "workbench.case":
            return who, endpoint, parts.path
        return who, endpoint

    def _endpoint(self, where: str, method: str) -> str | None:
        try:
            return str(self.adapter.match(urlsplit(where).path, method=method)[0])
        except HTTPException:
            return None

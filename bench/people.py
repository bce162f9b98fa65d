"""What people do on the desk and on the floor, as requests over HTTP."""

import random
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
SECONDS_TO_READ = 4
"""A page sent back sooner than somebody can read it is asked about again."""
STORY = "窗口让我补一份证明，第三次了，每次说的都不一样，我想知道到底要什么材料。" * 3


@dataclass
class Browser:
    """One person's browser; every answer that is an error stops the bench."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Come from an address of its own, as the many people do for whom the limits are made."""
        address = ".".join(str(random.randint(1, 250)) for _ in range(4))
        self.session.headers["X-Forwarded-For"] = address

    def get(self, path: str) -> str:
        return self._answer(self.session.get(urljoin(self.base, path), timeout=60))

    def post(self, path: str, page: str, **values: str) -> str:
        hidden = {
            match["name"]: match["value"]
            for tag in HIDDEN.findall(page)
            if (match := _attributes(tag)).get("name")
        }
        return self._answer(
            self.session.post(urljoin(self.base, path), {**hidden, **values}, timeout=60)
        )

    @staticmethod
    def _answer(answer: requests.Response) -> str:
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} from {answer.url}\n{_said(answer.text)}")
        return answer.text


def _said(page: str) -> str:
    """Give the words of the page's summary of errors, or of its beginning."""
    summary = page.split("govuk-error-summary", 1)[-1]
    return " ".join(re.sub(r"<[^>]*>", " ", summary[:3000]).split())[:600]


def _attributes(tag: str) -> dict[str, str]:
    found = {"name": "", "value": ""}
    found.update(dict(re.findall(r'(name|value)="([^"]*)"', tag)))
    return found


def sign_in(base: str, login: str, password: str) -> Browser:
    browser = Browser(base)
    page = browser.get("/account/sign-in")
    browser.post("/account/sign-in", page, login=login, password=password)
    return browser


def file_until_check(base: str) -> tuple[Browser, str]:
    """Fill in the steps of the filing form up to the last page, and give that page."""
    browser = Browser(base)
    page = browser.get("/complaints/new/what")
    page = browser.post(
        "/complaints/new/what", page, item_words="不动产登记", item="none", reason="R02", visits="3"
    )
    page = browser.post("/complaints/new/tell", page, title="第三次补证明", story=STORY, wish="")
    page = browser.post(
        "/complaints/new/you", page, identity_mode="real", party_kind="individual",
        name="欧阳某", phone="13800138000",
    )  # fmt: skip
    return browser, page

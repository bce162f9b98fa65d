"""Browsers are named as people name them."""

import pytest

from desk.accounts.agents import browser_name

LINES = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Safari/537.36 Edg/130.0": "Edge · Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " MicroMessenger/8.0": "WeChat · iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Safari/605": "Safari · Mac",
    "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0": "Firefox · Linux",
    "curl/8.0": "",
    "": "",
    "\x00１２３": "",
}


@pytest.mark.parametrize(("line", "name"), LINES.items())
def test_the_name_of_a_browser(line: str, name: str) -> None:
    assert browser_name(line) == name

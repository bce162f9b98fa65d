"""Putting a case's own number, date or item where a saved reply names them in braces."""

import re
from collections.abc import Mapping

FIELD = re.compile(r"\{([^{}\n]{1,24})\}")
NAMES = {
    "number": ("number", "编号"),
    "promised": ("promised date", "承诺日期"),
    "item": ("item", "事项"),
    "department": ("department", "部门"),
    "contact": ("contact", "联系方式"),
    "hall": ("hall", "大厅"),
    "today": ("today", "今天"),
    "me": ("my name", "经办人"),
}
"""What can be filled in: for each the English and the Chinese name, both understood anywhere."""

_KEYS = {name.casefold(): key for key, names in NAMES.items() for name in names}


def key_of(name: str) -> str | None:
    """Tell what a name in braces stands for; None when it stands for nothing."""
    return _KEYS.get(" ".join(name.split()).casefold())


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; what is unknown, or known and empty, stays as it stands.

    A value is put in as it is: braces inside it are not looked at again.
    """
    return FIELD.sub(lambda found: values.get(key_of(found[1]) or "") or found[0], text)


def unknown_in(text: str) -> list[str]:
    """List the names in braces that stand for nothing, each once."""
    names = dict.fromkeys(FIELD.findall(text))
    return [name for name in names if key_of(name) is None]


def left_in(text: str) -> list[str]:
    """List the fields that nothing was put into, as they stand in the text, each once."""
    found = dict.fromkeys(match[0] for match in FIELD.finditer(text) if key_of(match[1]))
    return list(found)


def joined(typed: str, inserted: str) -> str:
    """Put a saved reply behind what was typed already, on a line of its own."""
    if not typed.strip():
        return inserted
    return f"{typed.rstrip()}\n{inserted}" if inserted else typed

"""The first step of filing: which item, and where it got stuck."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.catalogue.queries import ItemRow, item_of, search_items
from desk.intake import queries
from desk.intake.forms import WhatForm
from desk.intake.views.doors import Here, blueprint, here, lang
from desk.intake.views.drafting import draft, onward, under_way
from desk.kernel.errors import NotFound
from desk.organisation.queries import CodeEntry, codes_of

MOST_MATCHES = 8
LONGEST_SEARCH = 80
GROUPS = (
    ("papers", ("R01", "R02", "R03", "R04", "R05")),
    ("time", ("R06", "R07", "R11")),
    ("online", ("R09", "R14")),
    ("rules", ("R10", "R12", "R13", "R15")),
    ("other", ("R08", "R99")),
)


@blueprint.get("/complaints/new")
@public
def new() -> ResponseReturnValue:
    """Begin, with the item or window of the link filled in.

    A link followed with a draft under way changes its item or window and keeps the rest; the first
    step is then looked at again.
    """
    given = _of_link(here())
    if not given:
        return redirect(url_for("intake.what"), 303)
    found = under_way()
    before = found.pop("what", None) or found.get("started_with") or {}
    found["started_with"] = {**before, **given}
    return onward(found, "what")


def _of_link(place: Here) -> dict[str, Any]:
    given: dict[str, Any] = {}
    code = request.args.get("item", "")[:LONGEST_SEARCH]
    if code:
        try:
            version = item_of(place.region.id, code, on=place.today).version
        except NotFound:
            version = None
        if version is not None:
            words = version.name_en if lang() == "en" and version.name_en else version.name_zh
            given |= {"item_code": code, "item": code, "item_words": words}
    qr_code = request.args.get("window", "")[:40]
    window = queries.window_by_qr(place.region.id, qr_code, place.today) if qr_code else None
    if window is not None:
        given["window_id"] = window.id
    return given


@blueprint.route("/complaints/new/what", methods=["GET", "POST"])
@public
def what() -> ResponseReturnValue:
    place, found = here(), under_way()
    known = found.get("what") or found.get("started_with") or {}
    form = WhatForm(data=_form_data(known)) if request.method == "GET" else WhatForm()
    matches = _matches(form, place)
    form.prepare(reason_choices(), [(row.code, _named(row)) for row in matches], place.today)
    if request.method == "GET":
        if not known.get("happened_exact", True):
            form.happened_on.parts["day"] = ""
        return _what_page(form, matches, known)
    passed = form.validate_on_submit()
    chosen = _chosen(form, matches)
    if chosen is None and matches and not form.item.data:
        form.item.errors = [_("Choose one of these, or say that none of them is it.")]
        passed = False
    if not passed:
        return _what_page(form, matches, known), 422
    found["what"] = _answers(form, chosen) | {"window_id": known.get("window_id")}
    return onward(found, "tell")


def _form_data(known: dict[str, Any]) -> dict[str, Any]:
    data = dict(known)
    if data.get("happened_on"):
        data["happened_on"] = date.fromisoformat(data["happened_on"])
    if data.get("visits") is not None:
        data["visits"] = str(data["visits"])
    return data


def _answers(form: WhatForm, chosen: ItemRow | None) -> dict[str, Any]:
    happened_on = form.happened_on.data
    return {
        "item_id": chosen.id if chosen else None,
        "item_code": chosen.code if chosen else None,
        "item": chosen.code if chosen else "none",
        "item_words": form.item_words.data,
        "reason": form.reason.data,
        "visits": form.visits.number,
        "happened_on": happened_on.isoformat() if happened_on else None,
        "happened_exact": form.happened_on.exact,
        "tried_by": form.tried_by.data,
        "own_reference": form.own_reference.data or None,
    }


def _matches(form: WhatForm, place: Here) -> list[ItemRow]:
    words = str(form.item_words.data or "")[:LONGEST_SEARCH]
    if not words or form.item_words.process_errors:
        return []
    return list(search_items(place.region.id, words, MOST_MATCHES, on=place.today).rows)


def _named(row: ItemRow) -> str:
    name, department = row.name(lang()), row.department(lang())
    return f"{name}（{department}）" if lang() == "zh_Hans" else f"{name} ({department})"


def _chosen(form: WhatForm, matches: list[ItemRow]) -> ItemRow | None:
    """Find the item that was chosen: by radio, from the list as typed, or by its exact name."""
    by_code = {row.code: row for row in matches}
    if form.item.data:
        return by_code.get(str(form.item.data))
    typed = by_code.get(str(form.item_code.data or ""))
    if typed is not None and form.item_words.data in {typed.name_zh, typed.name_en}:
        return typed
    exact = [row for row in matches if form.item_words.data in {row.name_zh, row.name_en}]
    return exact[0] if len(exact) == 1 else None


def _what_page(form: WhatForm, matches: list[ItemRow], known: dict[str, Any]) -> str:
    window_id = known.get("window_id")
    return render_template(
        "intake/what.html",
        form=form,
        matches=matches if form.item.data or form.item.errors else [],
        groups=reason_groups(),
        window=queries.window_of(window_id) if window_id else None,
        receipt_open="number" in draft(),
    )


def reasons() -> list[CodeEntry]:
    return list(codes_of("reasons", here().today))


def reason_choices() -> list[tuple[str, str]]:
    """List the reasons in the citizen's words."""
    key = "citizen_en" if lang() == "en" else "citizen_zh"
    return [(entry.code, str(entry.attrs.get(key) or entry.name(lang()))) for entry in reasons()]


def reason_groups() -> list[tuple[str, tuple[str, ...]]]:
    """Put the reasons in groups; one that no group knows comes last."""
    names = {
        "papers": _("Papers"),
        "time": _("Time and offices"),
        "online": _("Online, elsewhere"),
        "rules": _("Rules and fees"),
        "other": _("Other"),
    }
    known = {entry.code for entry in reasons()}
    groups = [(names[key], tuple(c for c in codes if c in known)) for key, codes in GROUPS]
    listed = {code for _name, codes in groups for code in codes}
    rest = tuple(sorted(known - listed))
    return [(name, codes) for name, codes in [*groups, (_("More"), rest)] if codes]

"""The auditor's pages: lines, chains and seals of the ledger, to read and to check."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of, user_by_login
from desk.audit import trail, verifying
from desk.audit.seals import public_key
from desk.audit.trail import Wanted
from desk.casework.queries.naming import cases_naming
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.paging import NO_SUCH_PAGE
from desk.kernel.texts import storable, whole_number
from desk.organisation.queries import home_region
from desk.settings import Settings

READ = Permission.AUDIT_READ
KINDS = frozenset("crus")
LONGEST_WORD, LONGEST_STREAM = 48, 80
blueprint = Blueprint("trail", __name__, url_prefix="/audit")


@blueprint.get("/")
@requires(READ)
def lines() -> ResponseReturnValue:
    """List lines of every chain, the newest first."""
    actor = current_actor()
    asked = {name: request.args.get(name, "").strip() for name in ("kind", "who", "what", "until")}
    wanted, wrong = _wanted(actor, asked)
    rows, older = trail.trail(wanted, request.args.get("at")) if wanted else ([], None)
    return render_template(
        "administration/trail.html",
        rows=rows,
        older=older,
        asked=asked,
        wrong=wrong,
        names=names_of([row.user_id for row in rows if row.user_id is not None]),
        unsealed=trail.unsealed(_regions(actor)),
        most=trail.MOST_COUNTED,
    ), 422 if wrong else 200


@blueprint.get("/chain")
@requires(READ)
def chain() -> ResponseReturnValue:
    """Show one chain from its first line on, recomputed now."""
    actor, stream = current_actor(), request.args.get("stream", "")[:LONGEST_STREAM]
    region_id = whole_number(request.args.get("region", ""))
    after = whole_number(request.args.get("after", "0"))
    known = region_id in _regions(actor) and storable(stream) and stream not in _hidden(actor)
    if not known or region_id is None or after is None:
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    rows, onwards = trail.chain_of(region_id, stream, after)
    if not rows:
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    return render_template(
        "administration/trail_chain.html",
        rows=rows,
        onwards=onwards,
        region_id=region_id,
        stream=stream,
        faults=verifying.faults_of(region_id, stream),
        names=names_of([row.user_id for row in rows if row.user_id is not None]),
    )


@blueprint.get("/seals")
@requires(READ)
def seals() -> ResponseReturnValue:
    """List the seals, each recomputed now."""
    actor, home = current_actor(), home_region().id
    regions = _regions(actor)
    region_id = home if home in regions else min(regions, default=home)
    before = request.args.get("before")
    no = whole_number(before) if before else None
    if before and no is None:
        raise Invalid(NO_SUCH_PAGE)
    settings: Settings = current_app.extensions["settings"]
    public = public_key(settings.seal_seed())
    found = trail.checked_seals(region_id, public, no) if region_id in regions else []
    return render_template(
        "administration/trail_seals.html",
        found=found,
        older=found[-1].seal.no if found and found[-1].seal.no > 1 else None,
        key=public.hex(),
        unsealed=trail.unsealed(regions),
        most=trail.MOST_COUNTED,
    )


def _regions(actor: Actor) -> frozenset[int]:
    return frozenset(region for seat in actor.seats_for(READ) for region in seat.region_ids)


def _hidden(actor: Actor) -> list[str]:
    """Name the chains of cases that keep this auditor away: there they are a stranger."""
    return [f"c/{key.hex}" for key in cases_naming(actor.user_id or 0)]


def _wanted(actor: Actor, asked: dict[str, str]) -> tuple[Wanted | None, str]:
    """Read what is looked for; a sentence where it cannot be."""
    user = user_by_login(asked["who"]) if asked["who"] and storable(asked["who"]) else None
    if asked["who"] and user is None:
        return None, _("Nobody has this user name.")
    if asked["kind"] and asked["kind"] not in KINDS:
        return None, _("Choose one from the list.")
    if len(asked["what"]) > LONGEST_WORD or not storable(asked["what"]):
        return None, _("Write the word as it stands in the list.")
    until = _day(asked["until"])
    if asked["until"] and until is None:
        return None, _("Write the day as 2026-11-30.")
    wanted = Wanted(
        _regions(actor),
        kind=asked["kind"],
        user_id=user.id if user else None,
        what=asked["what"],
        before=until,
        hidden=_hidden(actor),
    )
    return wanted, ""


def _day(text: str) -> datetime | None:
    """Give the end of a day where this desk is."""
    try:
        if not text.isascii():
            return None
        after = date.fromisoformat(text) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(after, time(), ZoneInfo(home_region().time_zone))

"""Making staff known from the command line."""

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.access.permissions import STAFF_ROLES, Role
from desk.accounts import actions, passwords, queries, staffing
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.kernel.errors import DeskError, Invalid, NotFound
from desk.organisation.models import Department, Hall, Region
from desk.organisation.queries import home_region


@group.command("create-user")
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice([str(r) for r in STAFF_ROLES]), required=True)
@click.option("--region", help="Code of the region; the home region unless named.")
@click.option("--hall", help="Code of the hall, for a clerk.")
@click.option("--department", help="Code of the department, for a handler or lead.")
@click.option("--head", is_flag=True, help="Heads the hall or department.")
@click.option("--granted-by", required=True, help="Who grants the seat.")
@click.option("--confirmed-by", required=True, help="Who else confirms it.")
@click.password_option()
def create_user(
    login: str,
    name: str,
    role: str,
    region: str | None,
    hall: str | None,
    department: str | None,
    granted_by: str,
    confirmed_by: str,
    password: str,
    *,
    head: bool,
) -> None:
    """Make a member of staff known, with one seat that two people stand for."""
    try:
        passwords.check_new(password, login=login)
        hashed = passwords.hash_password(
            password, memory_kib=current_app.extensions["settings"].argon2_memory_kib
        )
        with transaction():
            place = _region(region)
            user = actions.create_user(login, name, hashed)
            actions.grant(
                user,
                Role(role),
                region_id=place.id,
                hall_id=_id_of(Hall, place, hall),
                department_id=_id_of(Department, place, department),
                is_head=head,
                granted_by=granted_by,
                confirmed_by=confirmed_by,
                now=utc_now(),
            )
    except DeskError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{login} is known as {role}.")


@group.command("sign-in-link")
@click.argument("login")
@click.option("--asked-by", required=True, help="Who asks for it.")
@click.option("--confirmed-by", required=True, help="Who else confirms it.")
def sign_in_link(login: str, asked_by: str, confirmed_by: str) -> None:
    """Print a link by which LOGIN sets a password, when no two administrators can do it."""
    with at_terminal():
        if asked_by == confirmed_by:
            raise Invalid(_("A second person must confirm the grant."))
        with transaction():
            user = queries.user_by_login(login)
            if user is None or user.disabled_at is not None:
                raise NotFound(_("Nobody who works here has this login."))
            token = staffing.new_link(user.id, user.id, by=SYSTEM, now=utc_now())
        click.echo(f"{current_app.extensions['settings'].base_url}/account/link/{token}")


def _region(code: str | None) -> Region:
    if code is None:
        return home_region()
    region = db.session.scalar(select(Region).where(Region.code == code))
    if region is None:
        raise click.ClickException(f"There is no region with the code {code}.")
    return region


def _id_of(model: type[Hall | Department], place: Region, code: str | None) -> int:
    if code is None:
        return 0
    found = db.session.scalar(
        select(model.id).where(model.region_id == place.id, model.code == code)
    )
    if found is None:
        raise click.ClickException(f"There is no {model.__name__.lower()} with the code {code}.")
    return int(found)

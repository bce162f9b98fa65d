"""Doors: every route says who may use it, and a route that says nothing stops the start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.access.scopes import ApiScope

View = TypeVar("View", bound=Callable[..., Any])

declared: dict[Callable[..., Any], Permission | ApiScope | None] = {}
take_files: set[Callable[..., Any]] = set()
large_bodies: dict[Callable[..., Any], int] = {}
"""Routes of systems that may send more bytes than a page does, and how many."""


class SignInNeeded(Exception):
    """Nobody is signed in and the page is for staff."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Open this route to staff who hold the permission; its rows still pass the scope filter."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            current_actor().require(permission)
            return current_app.ensure_sync(view)(*args, **kwargs)  # type: ignore[no-any-return]

        declared[guarded] = permission
        return guarded  # type: ignore[return-value]

    return decorate


def public(view: View) -> View:
    """Open this route to everybody."""
    declared[view] = None
    return view


def for_systems(
    scope: ApiScope, admit: Callable[[ApiScope], None], *, largest: int | None = None
) -> Callable[[View], View]:
    """Open this route to systems whose token is good for it; `admit` looks at the token.

    Nobody is signed in here: a cookie opens nothing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            g.actor = None
            admit(scope)
            return current_app.ensure_sync(view)(*args, **kwargs)  # type: ignore[no-any-return]

        declared[guarded] = scope
        if largest is not None:
            large_bodies[guarded] = largest
        return guarded  # type: ignore[return-value]

    return decorate


def takes_files(view: View) -> View:
    """Let this route receive files, and so a larger body than others; stands above the door."""
    take_files.add(view)
    return view


def current_actor() -> Actor:
    """Tell which member of staff is acting; raises SignInNeeded when nobody is."""
    actor = getattr(g, "actor", None)
    if actor is None:
        raise SignInNeeded
    return actor  # type: ignore[no-any-return]


def actor_or_none() -> Actor | None:
    """Tell which member of staff is acting, if any."""
    return getattr(g, "actor", None)


def guard(app: Flask) -> None:
    """Refuse to start with an undeclared route, and shut one that is added later."""
    undeclared = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint] not in declared and rule.endpoint != "static"
    )
    if undeclared:
        raise RuntimeError(f"these routes declare no permission: {', '.join(undeclared)}")

    @app.before_request
    def shut_unless_declared() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint == "static":
            return
        if app.view_functions[endpoint] not in declared:
            raise RuntimeError(f"{endpoint} declares no permission")

"""Templates: a name that does not exist is a bug; a key a component did not get is not."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_wtf.csrf import generate_csrf
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, StrictUndefined, Template
from jinja2.utils import missing


class DeskUndefined(StrictUndefined):
    """Strict for names and attributes; lenient for what components rely on.

    They ask for keys they may not have been given, and whether they have been called with a block.
    """

    def __new__(
        cls,
        _hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        *_: Any,
        **__: Any,
    ) -> Any:
        if isinstance(obj, Mapping) or name == "caller":
            return ChainableUndefined.__new__(ChainableUndefined)
        return super().__new__(cls)


class DeskTemplate(Template):
    """A template whose macros are made once; no template here is given globals of its own.

    Jinja asks at every import whether it was, and a page of many parts imports thirty times.
    """

    def _get_default_module(self, _context: Any = None) -> Any:
        return super()._get_default_module()


def register(app: Flask) -> None:
    """Let templates reach the components, and hold them to names that exist."""
    environment = app.jinja_env
    environment.undefined = DeskUndefined
    environment.template_class = DeskTemplate
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals["undefined"] = ChainableUndefined(name="undefined")
    environment.globals["null"] = None
    environment.globals["csrf_token"] = generate_csrf
    environment.loader = ChoiceLoader(
        [
            app.jinja_loader or PackageLoader("desk"),
            _Components("govuk_frontend_jinja", "templates"),
        ]
    )


class _Components(PackageLoader):
    """The components under the prefix their own imports use."""

    PREFIX = "govuk_frontend_jinja/"

    def get_source(self, environment: Any, template: str) -> Any:
        if not template.startswith(self.PREFIX):
            return super().get_source(environment, f"absent/{template}")
        return super().get_source(environment, template.removeprefix(self.PREFIX))

"""The roof: `create_app` puts the house together."""

import secrets
from pathlib import Path

from flask import Flask

from desk import commands, web, worker
from desk.kernel import events, logs, vault
from desk.kernel.cli import group
from desk.kernel.crypto import KeyedHash, KeyRing
from desk.kernel.db import db
from desk.kernel.scanner import Clamd
from desk.kernel.storage.opening import open_store
from desk.kernel.throttle import Throttle
from desk.notify.senders import from_settings as senders_from_settings
from desk.reactions import REACTIONS
from desk.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from its settings; raises SettingsError when they do not suffice."""
    settings = settings or Settings.from_env()
    app = Flask("desk", root_path=str(ROOT / "desk"), template_folder=str(ROOT / "templates"))
    app.config.from_mapping(settings.for_flask())

    logs.configure()
    vault.install(KeyRing.parse(settings.data_keys), KeyedHash(settings.index_key.encode()))
    db.init_app(app)
    app.extensions["settings"] = settings
    app.extensions["throttle"] = Throttle(settings.redis_url)
    app.extensions["store"] = open_store(settings.storage_url)
    app.extensions["scanner"] = Clamd(settings.clamd_url) if settings.clamd_url else None
    app.extensions["senders"] = senders_from_settings(settings)
    app.extensions["address_salt"] = secrets.token_bytes(16)

    web.register(app)
    commands.register()
    app.cli.add_command(group)
    app.extensions["worker"] = worker.worker
    events.connect(REACTIONS)
    return app

"""Every setting, its type and its default. Read once, at start."""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from desk.kernel.scanner import is_address as clamd_at
from desk.kernel.second_place import is_place
from desk.kernel.storage.opening import is_address as storage_at

SECRETS = ("DESK_SECRET_KEY", "DESK_DATA_KEYS", "DESK_INDEX_KEY")
SHORTEST_SECRET = 32
PRODUCTION_NEEDS = (*SECRETS, "DESK_SEAL_KEY", "DESK_DATABASE_URL", "DESK_BASE_URL")


class SettingsError(Exception):
    """The desk cannot start; the message names every setting at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the surroundings decide. Times are seconds; URLs carry their own passwords."""

    secret_key: str
    data_keys: str
    index_key: str
    database_url: str
    replica_url: str | None = None
    seal_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    redis_url: str | None = None
    storage_url: str = "file:instance/files"
    anchor_url: str | None = None
    clamd_url: str | None = None
    files_reserve_mb: int = 2048
    smtp_url: str | None = None
    mail_from: str = "desk@localhost"
    sms_url: str | None = None
    demo: bool = False
    demo_public: bool = False
    second_factor: bool = True
    demo_password: str = "demo-desk-2026"  # noqa: S105 - the published password of the demo
    trusted_proxies: int = 0
    bootstrap_region: str | None = None
    testing: bool = False
    argon2_memory_kib: int = 65536

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read `DESK_…`.

        Raises SettingsError naming each missing or unsafe setting. Demo mode may leave out what
        the run script has not made; production may not leave out a secret.
        """
        demo = env.get("DESK_DEMO", "") not in {"", "0"}
        faults = list(_faults(env, demo=demo))
        if faults:
            raise SettingsError("The desk does not start: " + "; ".join(faults) + ".")
        return cls(
            secret_key=env["DESK_SECRET_KEY"],
            data_keys=env["DESK_DATA_KEYS"],
            index_key=env["DESK_INDEX_KEY"],
            seal_key=env.get("DESK_SEAL_KEY", ""),
            database_url=env.get("DESK_DATABASE_URL", "sqlite:///instance/desk.sqlite"),
            replica_url=env.get("DESK_DATABASE_REPLICA_URL") or None,
            base_url=env.get("DESK_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
            redis_url=env.get("DESK_REDIS_URL") or None,
            storage_url=env.get("DESK_STORAGE_URL", "file:instance/files"),
            anchor_url=env.get("DESK_ANCHOR_URL") or None,
            clamd_url=env.get("DESK_CLAMD_URL") or None,
            files_reserve_mb=int(env.get("DESK_FILES_RESERVE_MB", "2048")),
            smtp_url=env.get("DESK_SMTP_URL") or None,
            mail_from=env.get("DESK_MAIL_FROM", "desk@localhost"),
            sms_url=env.get("DESK_SMS_URL") or None,
            demo=demo,
            second_factor=not demo,
            demo_public=env.get("DESK_DEMO") == "public",
            demo_password=env.get("DESK_DEMO_PASSWORD") or "demo-desk-2026",
            trusted_proxies=int(env.get("DESK_TRUSTED_PROXIES", "0")),
        )

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str] | None:
        """Name the hosts the desk answers to: its own, and the machine's for probes.

        None means any: the demo is opened under any name.
        """
        if not self.is_https:
            return None
        return [urlsplit(self.base_url).hostname or "", "localhost", "127.0.0.1"]

    def seal_seed(self) -> bytes:
        """Give the 32 bytes the ledger's seals are signed with.

        They come from `DESK_SEAL_KEY`; the demo, which may have none, takes the secret key.
        """
        own = (self.seal_key or self.secret_key).encode()
        return hmac.digest(own, b"desk ledger seal", "sha256")

    def for_flask(self) -> dict[str, object]:
        """Give Flask its own words for these settings."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(self.database_url),
            "SQLALCHEMY_BINDS": _binds(self.replica_url),
            "TESTING": self.testing,
            "WTF_CSRF_TIME_LIMIT": 24 * 3600,
            "WTF_CSRF_SSL_STRICT": False,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_NAME": "__Host-pub" if self.is_https else "pub",
            "MAX_CONTENT_LENGTH": 256 * 1024,
            "MAX_FORM_MEMORY_SIZE": 256 * 1024,
            "MAX_FORM_PARTS": 200,
        }


def _faults(env: Mapping[str, str], *, demo: bool) -> list[str]:
    needed = SECRETS if demo else PRODUCTION_NEEDS
    faults = [f"{name} is not set" for name in needed if not env.get(name)]
    faults += [
        f"{name} is shorter than {SHORTEST_SECRET} characters"
        for name in SECRETS
        if env.get(name) and len(env[name]) < SHORTEST_SECRET
    ]
    values = [env[name] for name in SECRETS if env.get(name)]
    if len(set(values)) != len(values):
        faults.append("two secrets are the same")
    faults += [
        f"{name} is not a number"
        for name in ("DESK_TRUSTED_PROXIES", "DESK_FILES_RESERVE_MB")
        if not env.get(name, "0").isdecimal()
    ]
    if not storage_at(env.get("DESK_STORAGE_URL", "file:instance/files")):
        faults.append("DESK_STORAGE_URL is neither file:FOLDER nor s3://BUCKET")
    if env.get("DESK_CLAMD_URL") and not clamd_at(env["DESK_CLAMD_URL"]):
        faults.append("DESK_CLAMD_URL is neither tcp://HOST:PORT nor unix:/PATH")
    if env.get("DESK_ANCHOR_URL") and not is_place(env["DESK_ANCHOR_URL"]):
        faults.append("DESK_ANCHOR_URL is neither file:/PATH, syslog://HOST nor s3://BUCKET")
    base = env.get("DESK_BASE_URL", "http://127.0.0.1:8000")
    if not base.startswith(("http://", "https://")):
        faults.append("DESK_BASE_URL is not a web address")
    elif not demo and not base.startswith("https://"):
        faults.append("DESK_BASE_URL must be https outside the demo")
    return faults


def _binds(replica_url: str | None) -> dict[str, object]:
    """Name the standby, where there is one; it is only ever read."""
    if replica_url is None:
        return {}
    return {"standby": {"url": replica_url, **_engine_options(replica_url)}}


def _engine_options(url: str) -> dict[str, object]:
    if not url.startswith("postgresql"):
        return {}
    return {
        "skip_autocommit_rollback": True,
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        "pool_recycle": 300,
        "connect_args": {
            "connect_timeout": 3,
            "options": "-c timezone=UTC -c statement_timeout=5000 -c lock_timeout=5000",
        },
    }

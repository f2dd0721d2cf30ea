"""Settings of the program, read once from the environment and an optional `.env` file.

Every name is listed in the README. Nothing else in the project reads the environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent
MAX_UPLOAD_BYTES = 40 * 1024 * 1024
MAX_BODY_BYTES = 1_000_000


class SettingsError(ValueError):
    """A setting cannot be used; the text says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings in use; times are durations, addresses are as given."""

    data_dir: Path
    database_url: str
    secret_key: str
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    web_workers: int = 1
    proxy_count: int = 0
    sign_in_failures: int = 5
    sign_in_address_failures: int = 30
    sign_in_window: timedelta = timedelta(minutes=15)
    smtp_url: str = ""
    mail_from: str = ""
    alerts_by_mail: bool = True

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is in use."""
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Tell whether customers and staff reach the program by https."""
        return self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """List the host names that requests may carry."""
        public = urlsplit(self.public_url).hostname or "127.0.0.1"
        return sorted({public, self.host, "127.0.0.1", "localhost"} - {"0.0.0.0", "::"})

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raise SettingsError for a value that cannot be used."""
        given = _environment() if environ is None else dict(environ)
        data_dir = Path(given.get("CRM_DATA_DIR") or ROOT / "data").expanduser().resolve()
        host = given.get("HOST") or "127.0.0.1"
        port = _whole_number(given, "PORT", 8000)
        return cls(
            data_dir=data_dir,
            database_url=_database_url(given.get("DATABASE_URL"), data_dir),
            secret_key=given.get("SECRET_KEY") or _kept_secret(data_dir),
            host=host,
            port=port,
            public_url=_public_url(given.get("PUBLIC_URL"), port),
            web_workers=_whole_number(given, "WEB_WORKERS", 1),
            proxy_count=_whole_number(given, "PROXY_COUNT", 0),
            sign_in_failures=_whole_number(given, "SIGN_IN_FAILURES", 5),
            sign_in_address_failures=_whole_number(given, "SIGN_IN_ADDRESS_FAILURES", 30),
            sign_in_window=timedelta(minutes=_whole_number(given, "SIGN_IN_WINDOW_MINUTES", 15)),
            smtp_url=given.get("SMTP_URL", ""),
            mail_from=given.get("MAIL_FROM", ""),
            alerts_by_mail=given.get("ALERTS_BY_MAIL", "yes").strip().lower() not in {"no", "off", "0", "false"},
        )


def _environment() -> dict[str, str]:
    written = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value}
    return {**written, **os.environ}


def _whole_number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _database_url(url: str | None, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'regulars.db'}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return _with_whole_path(url, data_dir)


def _with_whole_path(url: str, data_dir: Path) -> str:
    """Return the address of a SQLite file with its whole path; a short one is taken from the data folder."""
    scheme, _slashes, path = url.partition(":///")
    is_short = scheme == "sqlite" and not path.startswith(("/", ":", "file:"))
    return f"{scheme}:///{data_dir / path}" if is_short else url


def _public_url(url: str | None, port: int) -> str:
    address = (url or f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        raise SettingsError("PUBLIC_URL must be a full address such as https://crm.example.com.")
    return address


def _kept_secret(data_dir: Path) -> str:
    """Return the installation's own key, made at the first start and readable by its user only."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data_dir / "secret_key"
    fresh = data_dir / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        _keep_first(fresh, path)
    return path.read_text().strip()


def _keep_first(fresh: Path, path: Path) -> None:
    """Put the fresh key in place unless another process was first."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()

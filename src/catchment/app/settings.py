"""Configuration: a handful of environment variables, typed, each with a safe default.

A wrong one stops the start with a sentence that says which, why and how to mend it. Nothing else
in the house reads the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from catchment.kernel import Invalid


class SettingRefused(Invalid):
    """A setting cannot be used as it stands."""


class Role(StrEnum):
    """What a process of this installation does."""

    COLLECTOR = "collector"
    API = "api"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is. See `docs/reference/configuration.md` for the variables.

    Attributes:
        home: folder of the embedded parts (`CATCHMENT_HOME`).
        database: SQLAlchemy address of the records (`CATCHMENT_DATABASE`).
        vault: SQLAlchemy address of the vault, apart from the records (`CATCHMENT_VAULT`).
        log: file of the event log (`CATCHMENT_LOG`).
        lake: folder of the tables (`CATCHMENT_LAKE`).
        engine: name of the engine (`CATCHMENT_ENGINE`).
        keys: folder of the keys, apart from the data (`CATCHMENT_KEYS`).
        roles: what `catchment serve` runs (`CATCHMENT_ROLES`).
        trusts_proxy: only a reverse proxy of ours reaches us (`CATCHMENT_TRUSTED_PROXY`).
        private_webhooks: connected systems may be told over http and inside the house
            (`CATCHMENT_PRIVATE_WEBHOOKS`).
    """

    home: Path
    database: str
    vault: str
    log: Path
    lake: Path
    engine: str
    keys: Path
    roles: frozenset[Role]
    trusts_proxy: bool = False
    private_webhooks: bool = False


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that these environment variables describe.

    Raises:
        SettingRefused: one of them cannot be used; the message says how to mend it.
    """
    home = _folder("CATCHMENT_HOME", environ.get("CATCHMENT_HOME"), Path.home() / ".catchment")
    keys = _folder("CATCHMENT_KEYS", environ.get("CATCHMENT_KEYS"), Path(f"{home}.keys"))
    if keys == home or home in keys.parents:
        raise SettingRefused(
            f"CATCHMENT_KEYS ({keys}) lies inside CATCHMENT_HOME ({home}): whoever copies the data "
            "would copy the keys; name a folder outside it."
        )
    return Settings(
        home=home,
        database=_database(
            "CATCHMENT_DATABASE", environ.get("CATCHMENT_DATABASE"), home / "records.db"
        ),
        vault=_database(
            "CATCHMENT_VAULT", environ.get("CATCHMENT_VAULT"), home / "vault" / "vault.db"
        ),
        log=_log(environ.get("CATCHMENT_LOG"), home),
        lake=_lake(environ.get("CATCHMENT_LAKE"), home),
        engine=_engine(environ.get("CATCHMENT_ENGINE")),
        keys=keys,
        roles=_roles(environ.get("CATCHMENT_ROLES")),
        trusts_proxy=_yes_or_no("CATCHMENT_TRUSTED_PROXY", environ),
        private_webhooks=_yes_or_no("CATCHMENT_PRIVATE_WEBHOOKS", environ),
    )


def _folder(name: str, value: str | None, default: Path) -> Path:
    path = Path(value).expanduser().absolute() if value else default.absolute()
    if path.exists() and not path.is_dir():
        raise SettingRefused(f"{name} ({path}) is a file; name a folder, or one yet to be made.")
    return path


def _database(name: str, value: str | None, default: Path) -> str:
    if not value:
        return f"sqlite:///{default}"
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        scheme = value.split(":", 1)[0]
        raise SettingRefused(
            f"{name} starts with {scheme!r}; write sqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/NAME."
        )
    return value


def _log(value: str | None, home: Path) -> Path:
    if not value:
        return home / "log" / "events.db"
    if not value.startswith("sqlite:///"):
        raise SettingRefused("CATCHMENT_LOG: this version keeps the log in SQLite; sqlite:///FILE.")
    return Path(value.removeprefix("sqlite:///")).expanduser().absolute()


def _lake(value: str | None, home: Path) -> Path:
    if not value:
        return home / "lake"
    if "://" in value:
        raise SettingRefused("CATCHMENT_LAKE: this version keeps the lake on disk; name a folder.")
    return _folder("CATCHMENT_LAKE", value, home / "lake")


def _engine(value: str | None) -> str:
    name = value or "duckdb"
    if "://" in name or not name.isidentifier():
        raise SettingRefused(f"CATCHMENT_ENGINE is {name!r}; this version has: duckdb.")
    return name


def _roles(value: str | None) -> frozenset[Role]:
    if not value:
        return frozenset(Role)
    roles = set()
    for word in value.split(","):
        try:
            roles.add(Role(word.strip()))
        except ValueError as unknown:
            choices = ", ".join(Role)
            raise SettingRefused(
                f"CATCHMENT_ROLES names {word.strip()!r}; choose from: {choices}."
            ) from unknown
    return frozenset(roles)


def _yes_or_no(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "no").lower()
    if value not in {"yes", "no"}:
        raise SettingRefused(f"{name} is {value!r}; write yes or no.")
    return value == "yes"

"""Typed reading of settings from the environment; each secret may also come from `<NAME>_FILE`."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def env_str(name: str, default: str = "") -> str:
    """Return the variable, or the stripped content of the file that `<name>_FILE` points at; empty is not set."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    return os.environ.get(name) or default


def env_int(name: str, default: int) -> int:
    """Return the variable as a whole number; anything else stops the start with its name."""
    raw = env_str(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise SystemExit(f"{name} must be a whole number, not {raw!r}.") from None


def env_bool(name: str, default: bool = False) -> bool:
    """Return true for 1, true, yes, on (any case)."""
    raw = env_str(name).lower()
    return default if not raw else raw in {"1", "true", "yes", "on"}


def env_list(name: str) -> list[str]:
    """Return the comma-separated values, trimmed, without empty ones."""
    return [part.strip() for part in env_str(name).split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:pw@host:port/name?host=/socket/dir` into Django's dictionary."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "collab.lib.postgres",
        "NAME": unquote(parts.path.lstrip("/")) or "collab",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(query.pop("port", None) or parts.port or ""),
        "OPTIONS": dict(query),
    }

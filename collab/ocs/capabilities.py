"""What we tell clients that we can do; nothing is advertised before it is built."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from collab.accounts import mails
from collab.lib.hues import hex_of
from collab.registry import house, registry
from collab.rights import link_rules

MAJOR, MINOR, MICRO = 31, 0, 4
"""The Nextcloud whose protocols we speak: clients switch features by it, and warn below 20."""

STRING = f"{MAJOR}.{MINOR}.{MICRO}"
CHUNK = 100 * 2**20


def status() -> dict[str, Any]:
    """Return what /status.php says to everyone; the version keeps its four parts, old clients parse them."""
    return {
        "installed": True,
        "maintenance": False,
        "needsDbUpgrade": False,
        "version": f"{STRING}.1",
        "versionstring": STRING,
        "edition": "",
        "productname": name(),
        "extendedSupport": False,
    }


def capabilities(request: HttpRequest, *, user: Any) -> dict[str, Any]:
    """Return version and capabilities; somebody unknown gets what is needed to sign in.

    Android throws the whole answer away when one of its mandatory keys is missing under a parent that
    is there (core.pollinterval, files.bigfilechunking, files_sharing.*, theming.*): keep them together.
    """
    found: dict[str, Any] = {"core": _CORE, "theming": _theming(request)}
    if user is not None:
        found |= {"dav": {"chunking": "1.0"}, "files": _FILES, "checksums": _CHECKSUMS, "files_sharing": _sharing(user)}
        found |= _push(request) | {"notifications": {"ocs-endpoints": ["list", "get", "delete", "delete-all"]}}
        found["user_status"] = {"enabled": True, "supports_emoji": True, "supports_busy": True, "restore": False}
        found["activity"] = {"apiv2": ["filters"]}
        found["uploadConflictFiles"] = True  # what two people saved at once is kept for both, not on one device alone
    return {
        "version": {
            "major": MAJOR,
            "minor": MINOR,
            "micro": MICRO,
            "string": STRING,
            "edition": "",
            "extendedSupport": False,
        },
        "capabilities": found,
    }


def name() -> str:
    """Return the name of the house."""
    return mails.house()


def _theming(request: HttpRequest) -> dict[str, str]:
    return {
        "name": name(),
        "url": request.build_absolute_uri("/").rstrip("/"),
        "slogan": "",
        "color": hex_of(house.get("house.hue")),
        "color-text": "#ffffff",
    }


def _push(request: HttpRequest) -> dict[str, Any]:
    """Return where clients listen; without Redis nothing could be told there, and they ask every 30 s as before."""
    if not settings.REDIS_URL:
        return {}
    address = request.build_absolute_uri("/push/ws")
    return {
        "notify_push": {
            "type": ["files", "activities", "notifications"],
            "endpoints": {
                # http becomes ws, https wss (RFC 6455, section 3)
                "websocket": f"ws{address.removeprefix('http')}",
                "pre_auth": request.build_absolute_uri("/index.php/apps/notify_push/pre_auth"),
            },
        }
    }


def _sharing(user: Any) -> dict[str, Any]:
    """Return what the sharing dialogs may offer; Android insists on every key, also where the answer is no."""
    links = _links_open() and link_rules.may_make(user)
    days = link_rules.default_days()
    return {
        "api_enabled": registry.places() is not None,
        "resharing": True,
        "default_permissions": 31,
        "group_sharing": True,
        "group": {"enabled": True, "expire_date": {"enabled": False}},
        "public": {
            "enabled": links,
            "upload": links,
            "upload_files_drop": links,
            "supports_upload_only": links,
            "multiple_links": links,
            "multiple": links,
            "send_mail": False,
            "password": {"enforced": house.get("links.password"), "askForOptionalPassword": False},
            "expire_date": {"enabled": True, "days": days, "enforced": bool(link_rules.longest())}
            if days
            else {"enabled": False},
        },
        "user": {"send_mail": False, "expire_date": {"enabled": False}},
        "federation": {"outgoing": False, "incoming": False},
        "sharee": {"query_lookup_default": False},
    }


@cache
def _links_open() -> bool:
    """Whether the address that a link's record tells leads to a page: without one, no dialog must offer links."""
    for address in ("/s/token", "/s/token/"):
        try:
            resolve(address)
        except Resolver404:
            continue
        return True
    return False


_CORE = {"pollinterval": 60, "webdav-root": "remote.php/webdav", "mod-rewrite-working": False}
_FILES = {
    "bigfilechunking": True,
    "undelete": True,
    "versioning": True,
    "blacklisted_files": [],
    "forbidden_filenames": [],
    "forbidden_filename_basenames": [],
    "forbidden_filename_characters": ["/"],
    "forbidden_filename_extensions": [],
    "chunked_upload": {"max_size": CHUNK, "max_parallel_count": 5},
}
_CHECKSUMS = {"supportedTypes": ["SHA1", "MD5"], "preferredUploadType": "SHA1"}

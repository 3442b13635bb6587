"""What this installation is called among clients: an id made once, and a fingerprint that a restore changes."""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings

from collab.lib import secretfile


@cache
def instance_id() -> str:
    """Return twelve letters and digits that never change and begin with a letter (part of every `oc:id`)."""
    seed = secretfile.read_or_make(settings.DATA / "instance-id")
    return "oc" + hashlib.sha256(seed.encode()).hexdigest()[:10]


@cache
def data_fingerprint() -> str:
    """Return what `restore` left behind, "" before any: a new one tells sync clients to keep their newer files."""
    try:
        return (settings.DATA / "data-fingerprint").read_text().strip()
    except FileNotFoundError:
        return ""

"""Which house an export came from, by what is in it."""

from __future__ import annotations

import posixpath
from typing import BinaryIO

from chat.moving import bounds
from chat.moving.mattermost import Mattermost
from chat.moving.records import Source
from chat.moving.slack import Slack
from collab.lib.errors import BadInput


def opened(file: BinaryIO, name: str = "") -> Source:
    """Return the export in this file, which can be read from anywhere. Raises BadInput, TooLarge."""
    head = file.read(4)
    size = file.seek(0, 2)
    file.seek(0)
    if head[:1] == b"{":
        return Mattermost(file, size)
    if head != b"PK\x03\x04":
        raise BadInput(bounds.UNREADABLE)
    bundle = bounds.Bundle(file)
    outer = sorted(bundle.members, key=lambda one: (one.count("/"), one))
    for member in outer:
        if member.endswith(".jsonl") and member.count("/") <= 1:
            return Mattermost(file, bundle.size(member), bundle, member)
    for member in outer:
        folder = posixpath.dirname(member)
        if posixpath.basename(member) == "users.json" and posixpath.join(folder, "channels.json") in bundle.members:
            return Slack(bundle, folder, name)
    raise BadInput(bounds.UNREADABLE)

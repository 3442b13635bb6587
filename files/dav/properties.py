"""Live properties of files and folders (RFC 4918, 15; sync.md, 2.3)."""

from __future__ import annotations

import json
from functools import lru_cache
from mimetypes import guess_type
from typing import Any

from django.db import connection

from collab.dav import lockxml
from collab.dav.hrefs import text
from collab.dav.properties import Listing, Protected, Value, absent, live, plain, settable
from collab.dav.response import http_date
from collab.lib.errors import BadInput
from collab.lib.instance import data_fingerprint, instance_id
from collab.marks import labels
from collab.marks.actions import starring
from files.actions import touching
from files.dav.letters import letters
from files.entry import FOLDER, Entry
from files.previews import kinds

KIND = "node"
lockxml.register(KIND)


@lru_cache(maxsize=4096)
def _type_of_ending(ending: str) -> str:
    return guess_type(f"x.{ending}")[0] or "application/octet-stream"


def media_type(name: str) -> str:
    """Return the type that a name suggests."""
    return _type_of_ending(name.rpartition(".")[2].lower()) if "." in name else "application/octet-stream"


def file_id(node_id: int) -> str:
    """Return the `oc:id`: the number, padded, and the house it is from."""
    return f"{node_id:08d}{instance_id()}"


@plain("d:resourcetype", KIND, all=True)
def _resource_type(row: Entry) -> str:
    return "<d:collection/>" if row.kind == FOLDER else ""


@plain("d:getlastmodified", KIND, all=True)
def _modified(row: Entry) -> str:
    return http_date(row.mtime)


@plain("d:creationdate", KIND, all=True)
def _created(row: Entry) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(row.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@plain("d:displayname", KIND, all=True)
def _name(row: Entry) -> str:
    return text(row.name)


@plain("d:getcontentlength", KIND, all=True)
def _length(row: Entry) -> str | None:
    return None if row.kind == FOLDER else str(row.size)


@plain("d:getcontenttype", KIND, all=True)
def _type(row: Entry) -> str | None:
    return None if row.kind == FOLDER else media_type(row.name)


@live("d:getetag", KIND, all=True)
def _etag(listing: Listing) -> Value:
    epoch = f'{listing.request.actor.epoch:x}"'
    own = listing.resource

    def value(row: Entry) -> str:
        if row is own.row and own.etag:
            return own.etag
        return f'"{row.etag}{row.mask:02x}{epoch}' if row.kind == FOLDER else f'"{row.etag}"'

    return value


@live("oc:id", KIND)
def _id(_listing: Listing) -> Value:
    house = instance_id()
    return lambda row: f"{row.id:08d}{house}"


@plain("oc:fileid", KIND)
def _file_id(row: Entry) -> str:
    return str(row.id)


@plain("oc:size", KIND)
def _size(row: Entry) -> str:
    return str(row.size)


@plain("oc:checksums", KIND)
def _checksums(row: Entry) -> str | None:
    return f"<oc:checksum>SHA1:{row.sha1}</oc:checksum>" if row.sha1 else None


@live("oc:permissions", KIND)
def _permissions(listing: Listing) -> Value:
    own = listing.resource
    received = getattr(own, "received", False)
    link = getattr(own, "is_link", False)

    known: dict[tuple[int, int, bool, bool], str] = {}

    def value(row: Entry) -> str:
        key = (row.mask, row.kind, row.mount is None, row.received)
        found = known.get(key)
        if found is None:
            found = known[key] = letters(
                row.mask,
                folder=row.kind == FOLDER,
                mount=row.mount is not None,
                received=received or row.received,
                link=link,
            )
        return found

    return value


@plain("oc:share-types", KIND)
def _share_types(row: Entry) -> str:
    return "".join(f"<oc:share-type>{kind}</oc:share-type>" for kind in row.shares) if row.shares else ""


@plain("oc:favorite", KIND)
def _favourite(row: Entry) -> str:
    return "1" if row.favourite else "0"


@live("oc:data-fingerprint", KIND)
def _fingerprint(_listing: Listing) -> Value:
    return lambda _row: data_fingerprint()


@plain("x1:share-permissions", KIND)
def _ocs_permissions(row: Entry) -> str:
    return str(row.mask & 31)


@plain("x2:share-permissions", KIND)
def _ocm_permissions(row: Entry) -> str:
    names = [name for bit, name in ((16, "share"), (1, "read"), (6, "write")) if row.mask & bit]
    return json.dumps(names)


@live("oc:owner-id", KIND)
def _owner(listing: Listing) -> Value:
    return _owners(listing, 0)


@live("oc:owner-display-name", KIND)
def _owner_name(listing: Listing) -> Value:
    return _owners(listing, 1)


@plain("nc:has-preview", KIND)
def _preview(row: Entry) -> str:
    return "true" if not row.is_folder and row.size and kinds.how_of(row.name) else "false"


@plain("nc:is-encrypted", KIND)
def _encrypted(_row: Entry) -> str:
    return "0"


@plain("nc:mount-type", KIND)
def _mount_type(row: Entry) -> str:
    if row.mount is None:
        return ""
    return "shared" if row.received else "group"


@plain("nc:is-mount-root", KIND)
def _mount_root(row: Entry) -> str:
    return "false" if row.mount is None else "true"


@plain("nc:creation_time", KIND)
def _creation_time(row: Entry) -> str:
    return str(row.created_at)


@plain("nc:upload_time", KIND)
def _upload_time(row: Entry) -> str:
    return str(row.created_at)


@plain("nc:hidden", KIND)
def _hidden(_row: Entry) -> str:
    return "false"


@live("nc:system-tags", KIND)
def _labels(listing: Listing) -> Value:
    """The labels, as the tags of clients: to be seen, not to be changed from there."""
    link = getattr(listing.resource, "is_link", False)
    found = {} if link else labels.on(KIND, [row.id for row in listing.rows])
    return lambda row: "".join(
        f'<nc:system-tag oc:id="{one.pk}" oc:can-assign="false" oc:user-assignable="false" oc:user-visible="true">'
        f"{text(one.name)}</nc:system-tag>"
        for one in found.get(row.id, ())
    )


@live("d:quota-used-bytes", KIND)
def _quota_used(listing: Listing) -> Value:
    return _quotas(listing, lambda quota, used: str(used))


@live("d:quota-available-bytes", KIND)
def _quota_available(listing: Listing) -> Value:
    return _quotas(listing, lambda quota, used: "-3" if quota is None else str(max(quota - used, 0)))


absent(
    KIND,
    "oc:comments-unread", "oc:downloadURL", "oc:dDC", "oc:privatelink", "oc:tags", "oc:comments-href",
    "oc:comments-count", "nc:sharees", "nc:rich-workspace", "nc:rich-workspace-file", "nc:note",
    "nc:contained-file-count", "nc:contained-folder-count", "nc:share-attributes", "nc:lock",
    "nc:lock-owner", "nc:lock-owner-type", "nc:lock-owner-displayname", "nc:lock-owner-editor", "nc:lock-time",
    "nc:lock-timeout", "nc:lock-token", "nc:metadata-photos-size", "nc:metadata-photos-gps",
    "nc:metadata-photos-original_date_time", "nc:metadata-files-live-photo", "nc:metadata-blurhash",
    "nc:file-metadata-size", "nc:request-upload", "nc:reminder-due-date", "nc:trashbin-filename",
    "nc:trashbin-original-location", "nc:trashbin-deletion-time", "nc:acl-can-manage", "nc:acl-enabled",
    "nc:data-fingerprint", "nc:is-federated", "nc:hide-download",
    "d:getcontentlanguage", "d:source", "d:executable",
)  # fmt: skip


@settable("oc:favorite", KIND)
def _set_favourite(resource: Any, element: Any) -> None:
    starred = element is not None and (element.text or "").strip().lower() in {"1", "true", "yes"}
    starring.star(resource.request.actor, KIND, resource.node(), starred=starred)


@settable("d:lastmodified", KIND)
@settable("d:getlastmodified", KIND)
def _set_modified(resource: Any, element: Any) -> None:
    if element is None:
        raise Protected
    tokens = tuple(resource.request.conditions.tokens)
    touching.set_mtime(resource.request.actor, resource.row, _time(element.text or ""), tokens=tokens)


@settable("d:creationdate", KIND)
@settable("nc:creation_time", KIND)
def _set_created(_resource: Any, element: Any) -> None:
    """Accept and keep our own: a thing was made here when it was made here, and clients need no refusal."""
    if element is None:
        raise Protected


def _time(value: str) -> int:
    """Return unix seconds from a number or a date of RFC 9110."""
    from email.utils import parsedate_to_datetime

    value = value.strip()
    try:
        return int(float(value)) if value[:1].isdigit() else int(parsedate_to_datetime(value).timestamp())
    except (TypeError, ValueError, OverflowError):
        raise BadInput from None


def _quotas(listing: Listing, pick: Any) -> Value:
    """Return the value for folders: what is known from the path, and one query for other spaces."""
    known = dict(getattr(listing.resource, "quotas", {}))
    missing = {row.space_id for row in listing.rows if row.kind == FOLDER} - known.keys()
    if missing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, quota, used FROM spaces_space WHERE id = ANY(%s)", [list(missing)])
            known |= {row[0]: row[1:] for row in cursor.fetchall()}
    texts = {space: pick(*both) for space, both in known.items()}
    return lambda row: texts.get(row.space_id) if row.kind == FOLDER else None


def _owners(listing: Listing, column: int) -> Value:
    """Return the owner of the space a row lies in; a team's things are its own."""
    spaces = list({row.space_id for row in listing.rows})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, coalesce(u.username, s.slug), coalesce(u.display_name, s.name) FROM spaces_space s"
            " LEFT JOIN accounts_user u ON u.id = s.owner_id WHERE s.id = ANY(%s)",
            [spaces],
        )
        known = {row[0]: text(row[1 + column]) for row in cursor.fetchall()}
    return lambda row: known.get(row.space_id)

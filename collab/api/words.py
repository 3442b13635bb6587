"""The shapes that calls take and give: each becomes a schema of openapi.json."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict

from collab.lib.hues import HUES
from collab.rights.right import BY_SLUG, Right

BIGGEST = 2**63 - 1


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("no character may be NUL")
    return text


UNSAID: Any = None
"""The default of what a change may leave out; said aloud, null is a mistake."""
Text = Annotated[str, AfterValidator(_plain)]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
RoleName = StrEnum("RoleName", {slug.replace("-", "_"): slug for slug in BY_SLUG})  # type: ignore[misc]
RightName = StrEnum("RightName", {right.name.lower(): right.name.lower() for right in Right if right.name})  # type: ignore[misc]
Hue = StrEnum("Hue", {hue: hue for hue in HUES})  # type: ignore[misc]


class Asked(Schema):
    """What a call sends: a member that is not known is a mistake, not something to overlook."""

    model_config = ConfigDict(extra="forbid")


class Who(Schema):
    """A person or a group, or a public link that gives a right (without its address)."""

    id: int = Field(description="Names it in the addresses of members and shares; never changes.")
    kind: str = Field(description="person, group or link")
    name: str
    username: str | None = Field(None, description="Of a person.")
    group: int | None = Field(None, description="Number of a group.")


class Person(Schema):
    """A person, by their user name, which never changes."""

    username: str
    name: str


class Me(Person):
    """Who asks, and what their password is limited to (nothing: no limits)."""

    id: int
    rank: str
    scopes: list[str]


class Thing(Schema):
    """Something shareable, by its kind (space, node…) and its number, which never change."""

    kind: str
    id: int


class Space(Schema):
    """A space. `rights`: what you may do in it."""

    id: int
    kind: str = Field(description="team or personal")
    slug: str
    name: str
    description: str
    hue: str
    used: int = Field(description="Bytes of files, versions and trash.")
    quota: int | None = Field(description="Bytes; null: no limit.")
    archived_at: datetime | None
    seq: int = Field(description="Number of the last change.")
    role: str | None
    rights: list[RightName]


class Spaces(Schema):
    """A page of spaces; `next` is the cursor of the following one."""

    items: list[Space]
    next: str | None


class NewSpace(Asked):
    """A space to be made."""

    name: Text = Field(min_length=1, max_length=120)
    description: Text = Field("", max_length=2000)


class SpaceChanges(Asked):
    """What to change of a space; what is not named stays."""

    name: Text = Field(UNSAID, min_length=1, max_length=120)
    description: Text = Field(UNSAID, max_length=2000)
    hue: Hue = UNSAID


class Share(Schema):
    """What one person, group or link was given. `here`: on this very thing; else `through` names what it comes from."""

    who: Who
    role: str | None = Field(description="Name of the rights, null for a mixture without one.")
    rights: list[RightName]
    until: datetime | None
    note: str
    by: Person | None
    here: bool
    through: Thing


class Shares(Schema):
    """A page of shares."""

    items: list[Share]
    next: str | None


class Given(Asked):
    """What to give: a role, or single rights. `until` needs its offset (2030-01-31T00:00:00Z)."""

    role: RoleName | None = None
    rights: list[RightName] | None = Field(None, max_length=8)
    until: AwareDatetime | None = None
    note: Text = Field("", max_length=500)


class NewShare(Given):
    """To whom (one of the two), and what."""

    username: Text | None = Field(None, max_length=64)
    group: Id | None = None


class Link(Schema):
    """A public link. `suspended`: its maker may not share the thing any more; `over`: its end or last use is past."""

    id: int
    thing: Thing
    url: str
    role: str | None
    rights: list[RightName]
    label: str
    title: str
    text: str
    ask_name: bool
    has_password: bool
    until: datetime | None
    uses_left: int | None
    visits: int
    by: Person | None
    created_at: datetime
    last_opened_at: datetime | None
    suspended: bool
    over: bool


class Links(Schema):
    """A page of links, the newest first."""

    items: list[Link]
    next: str | None


class LinkFields(Asked):
    """What can be said of a link; what is not named stays as it is. An empty password takes it away."""

    role: RoleName = UNSAID
    label: Text = Field(UNSAID, max_length=200)
    password: Text = Field(UNSAID, max_length=200)
    until: AwareDatetime | None = None
    uses_left: int | None = Field(None, ge=1, le=100_000)
    title: Text = Field(UNSAID, max_length=200)
    text: Text = Field(UNSAID, max_length=2000)
    ask_name: bool = UNSAID


class Job(Schema):
    """Work that takes a while: ask again until `state` is done or failed; until then nothing has changed."""

    id: UUID
    state: str = Field(description="waiting, running, done or failed")
    title: str
    thing: Thing
    done: int = Field(description="So much of `total`, once that is known.")
    total: int
    message: str = Field(description="Why it failed, or what it is at.")
    made: str | None = Field(description="The address of what came of it, if that is anything.")


class Change(Schema):
    """One change. `before` and `after` hold only what changed, and nothing of what you may not see."""

    seq: int
    kind: str
    thing: Thing
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    by: Person | None
    at: datetime


class Changes(Schema):
    """Changes in their order. `next`: the `since` of the following call; `more`: it has something by now."""

    items: list[Change]
    next: int
    more: bool


class Problem(Schema):
    """Why a call was refused (RFC 9457): `detail` is the sentence that a page would say."""

    type: str
    title: str
    status: int
    detail: str


def role_name(mask: int) -> str | None:
    """Return the name of the role that is exactly this mask."""
    return next((slug for slug, role in BY_SLUG.items() if int(role.mask) == mask), None)


def right_names(mask: int) -> list[str]:
    """Return the single rights of a mask, from SEE to MANAGE."""
    return [right.name.lower() for right in Right if right.name and mask & right]

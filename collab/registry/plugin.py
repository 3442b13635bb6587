"""What an app declares. The set of fields is closed; each field's type belongs to the engine that consumes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from collab.registry.duties import Duties
from collab.registry.holdings import Holdings
from collab.registry.places import Places
from collab.registry.ports import Calendar, Channel, FileStore, Into, LinkChoice, PollMaker
from collab.registry.searching import Command, Search
from collab.registry.upkeep import Health, Outgoing, Store

Text = str | Promise


@dataclass(frozen=True)
class NavEntry:
    """One entry of the rail: label, icon of the sprite, URL name, order; `in_space` is the route for one space.

    `waiting(actor)`: how much waits there for the person, the number on the entry; asked where a notification came.
    """

    label: Text
    icon: str
    url: str
    in_space: str = ""
    order: int = 50
    key: str = ""
    waiting: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Shown:
    """What a widget shows, and a sentence of it for the greeting: “Three appointments today.”"""

    html: str
    says: Text = ""


@dataclass(frozen=True)
class Widget:
    """A block of the home page: `fragment(request)` returns its HTML (or `Shown`), "" when there is nothing to show.

    `section`: "today", "answer" (what waits for me), "do" or "recent"; blocks of the first three stand under one
    heading, and what they say is said in the greeting. As one of `Plugin.space_widgets` it stands on the front page of
    a space, `request.space`.
    """

    slug: str
    title: Text
    fragment: Callable[[Any], str | Shown]
    order: int = 50
    section: str = "recent"


@dataclass(frozen=True)
class Marks:
    """What people may put on things of a kind: comments, labels, stars (`collab.marks`).

    `model`: the guarded model of these things; its `REF_KIND` is the kind, and each has `space_id` and `hold()`.
    `living`: the fields by which those that are not in the trash are found, as for `filter`.
    """

    model: Any
    living: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Within:
    """One thing as a person finds it in another: `mask` is what they may do with it; `holds`: one can look into it."""

    id: int
    name: str
    icon: str
    mask: int
    holds: bool
    note: Text = ""


@dataclass(frozen=True)
class Inside:
    """What lies in a thing, as far as two people see it. `above`: (id, name) from the top down to the thing itself.

    `hidden`: how many more the person finds that whoever looks does not; `more`: the cursor of what follows.
    """

    rows: list[Within]
    above: list[tuple[int, str]]
    hidden: int = 0
    more: str = ""


@dataclass(frozen=True)
class Shareable:
    """A kind of thing that can be shared: how to fetch it by id, its title, its address for an actor.

    `link_roles(thing)` names the roles that a public link to it may have, none where it has no links. `public(request,
    opened, rest)` answers below a link's address, to whoever opened it (`shell.opened.Opened`); `rest` is the path
    after the token. It finds forms with files unchecked: whoever reads one calls `collab.lib.csrf.require`.

    `many(ids)`: {id: thing}, in a number of queries that does not grow with the ids. `takes`: (slug, label) of the
    kinds of file to which a link that takes some may be limited. `looks(thing)`: (slug, label) of the ways in which its
    public page may show it, the first unless another is chosen. `link_choices`: what else is chosen for a link; such an
    app asks visitors for their names itself. `hand_over(thing, actor)`: the address of the page on which the actor
    gives the thing to somebody else for good, "" when they may not. `seen(actor, ids)`: which of these the actor may
    see, thrown away or not, in one query.

    For lists of many: `apart(spaces, text)` is the guarded queryset of what lies in these spaces (ids) with a circle of
    its own and bears `text` in its name, by name. `sort(thing)` says what it is: an icon, and “a folder” for whom its
    name is not told. `marks`: that people may comment on these things, label and star them.
    `inside(viewer, person, thing, after)` lists what both actors see in it, from a cursor on.
    `withheld(actor, thing)`: what of it public links never show, in a sentence for who makes one; "" for nothing.
    """

    kind: str
    get: Callable[[int], Any]
    title: Callable[[Any], str]
    url: Callable[[Any, Any], str]
    roles: tuple[Any, ...] = ()
    link_roles: Callable[[Any], tuple[Any, ...]] | None = None
    public: Callable[..., Any] | None = None
    many: Callable[[list[int]], dict[int, Any]] | None = None
    takes: tuple[tuple[str, Text], ...] = ()
    looks: Callable[[Any], tuple[tuple[str, Text], ...]] | None = None
    link_choices: tuple[LinkChoice, ...] = ()
    hand_over: Callable[[Any, Any], str] | None = None
    seen: Callable[[Any, list[int]], set[int]] | None = None
    apart: Callable[[list[int], str], Any] | None = None
    sort: Callable[[Any], tuple[str, Text]] | None = None
    marks: Marks | None = None
    inside: Callable[[Any, Any, Any, str], Inside] | None = None
    withheld: Callable[[Any, Any], str] | None = None


@dataclass(frozen=True)
class DavTree:
    """A tree of the DAV door: `name` under /remote.php/dav/, and a factory of the tree."""

    name: str
    factory: Callable[..., Any]


@dataclass(frozen=True)
class Every:
    """A periodic job: the dotted path of a task, and its period in seconds."""

    seconds: int
    task: str


def nothing_to_forget(person: Any, **how: Any) -> None:
    """Where the rows themselves go with the account."""


@dataclass(frozen=True)
class PersonHooks:
    """What an app does when a person leaves, or takes out their data.

    `forget(person, heir=…, erase=…, by=…)` runs in the transaction that deletes the account: it hands what is the
    person's own to `heir` (a user), erases it only with `erase`, and raises Conflict when there is something and
    neither was said. `holdings(person)` says how much that is. `export(person, into)` puts all that the app knows of
    the person, and nothing that is another's, `into` their archive (`registry.ports.Into`), in the language at hand.
    """

    forget: Callable[..., None] = nothing_to_forget
    holdings: Callable[[Any], Holdings] | None = None
    export: Callable[[Any, Into], None] | None = None


@dataclass(frozen=True)
class Told:
    """One change in a sentence that follows the person's name; `title`, `url`: of the thing it happened to.

    `place`, `place_url`: where that lies. Changes of one person with the same `group`, shortly one after another, are
    told as one: `together(n)` is the sentence for n of them, to be followed by the place. `alone`: the text is a
    sentence by itself, nobody did it.
    """

    seq: int
    text: Text
    title: str = ""
    url: str = ""
    place: str = ""
    place_url: str = ""
    group: str = ""
    together: Callable[[int], Text] | None = None
    alone: bool = False


@dataclass(frozen=True)
class Gather:
    """That changes of one kind to several things, by one person in one go, are told as one.

    `place` names the number of what they lie in, within the change: “after.parent”. `alike`: what must be equal too;
    “ref”: the thing, so that only what is done to it again and again is told as one.
    """

    place: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verbs:
    """How changes of one kind of thing (`ref_kind` of the change log) are told, and to whom.

    `tell(actor, changes)` puts changes of this kind into sentences, leaving out what the actor may not see. For what
    others did to its things (a comment, a label) it asks `registry.said(change)`, and leaves out what says nothing.
    `seen(actor)` is the guarded queryset of the things of this kind that the actor may see: rights belong inside the
    query that looks for changes. `above(ids)`: {id: the things it lies in as (kind, id), the nearest first}, its space
    left out. `forgets`: {kind of change: keys of `before` and `after`} that go when the account of its author goes.
    `gathers`: {kind of change: how}; whatever is not named is told thing by thing. `inside(actor, id)`: what lies in
    the thing, and so in its stream, as far as that is cheap to say.
    """

    kind: str
    tell: Callable[[Any, list[Any]], list[Told]]
    seen: Callable[[Any], Any]
    above: Callable[[list[int]], dict[int, list[tuple[str, int]]]] | None = None
    forgets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gathers: Mapping[str, Gather] = field(default_factory=dict)
    inside: Callable[[Any, int], list[int]] | None = None


@dataclass(frozen=True)
class Reader:
    """Who reads every change in the background, each once: `handle(space_id, changes)`, oldest first.

    It runs in the transaction that notes how far it has read. `name` never changes: its place is kept under it.
    `patient`: nobody is told by it, so it may wait some seconds while changes pour in.
    """

    name: str
    handle: Callable[[int, list[Any]], None]
    patient: bool = False


@dataclass(frozen=True)
class Notice:
    """One kind of notification: `label` names it in settings, `why` says why somebody got it (“because …”).

    `whom(space_id, changes)` yields (id of a person, change) for those changes of a space that are meant for somebody,
    as a mention is; what happens outside of spaces is told by `events.notices.tell`. `said` is the sentence, where one
    is enough: it follows the name of who did it, and the title of the thing follows it. `say(actor, notes)` returns
    {pk: Told}, of notes that the actor may read (`collab.notifications.lines.Note`). With neither, the verbs of the
    thing say it. `seen(actor)`: the queryset of things named by these notes of which the actor may be told, where no
    verbs declare it. `mail`, `push`: whether it comes by these to who has chosen nothing; `at_once`: its mail does not
    wait for the hour at which the person's mail leaves. `concerns(user)`: whether settings ask this person about it.
    """

    kind: str
    label: Text
    why: Text
    whom: Callable[[int, list[Any]], Iterable[tuple[int, Any]]] | None = None
    said: Text = ""
    say: Callable[[Any, list[Any]], dict[int, Told]] | None = None
    seen: Callable[[Any], Any] | None = None
    mail: bool = True
    push: bool = True
    at_once: bool = False
    concerns: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Receiver:
    """What takes files and texts that a device shares with this house: its name, its icon, the address of its page."""

    label: Text
    icon: str
    url: str


@dataclass(frozen=True)
class SpaceHooks:
    """What an app does for a space as a whole. None where it has nothing to do.

    `furnish(actor, space, template)` puts what a template brings into a new space, in the language of the moment;
    `starters(template)` names it beforehand. `copy(actor, source, space, content=…)` makes the same structure in a new
    space: only what the actor sees, never what is reserved for some, and what people put in only with `content`.
    `erase(space)` deletes all that lies in the space, in the transaction that deletes the space itself.
    `holdings(space, actor)` says in a few words each what there is, counting what the actor sees (None: all).
    `address(actor, space)` is the path of the space on the actor's devices.
    `top(space)` names the one thing of the app's that holds all its others in the space, (kind, id): the page of
    members leads to its public links, “see as…” walks down from it.
    """

    furnish: Callable[[Any, Any, str], None] | None = None
    starters: Callable[[str], Sequence[Text]] | None = None
    copy: Callable[..., None] | None = None
    erase: Callable[[Any], None] | None = None
    holdings: Callable[[Any, Any], Sequence[Text]] | None = None
    address: Callable[[Any, Any], str] | None = None
    top: Callable[[Any], tuple[str, int] | None] | None = None


@dataclass(frozen=True)
class Setting:
    """What an administrator may set for the whole house; read by `registry.house.get(key)`.

    `key`: "accounts.registration"; `default`: as JSON; `field()` makes the form field that checks and explains it, its
    cleaned value fit for JSON. `page` groups them: "general", "people", "passwords", "links", "files", "mail".
    `changed(value)` is called in the transaction that sets another value.
    """

    key: str
    default: Any
    field: Callable[[], Any]
    page: str = "general"
    changed: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class SpaceTool:
    """What a space offers through this app: label, icon, and the address in one space."""

    label: Text
    icon: str
    url: Callable[[Any], str]


@dataclass(frozen=True)
class Beginning:
    """Something that can be begun with somebody's words (of a message): its name, its icon.

    `url(actor, space, title, text)` is the page of its form, filled in; "" where the actor may begin none. `space`: the
    one in which the words were said, None between people.
    """

    slug: str
    label: Text
    icon: str
    url: Callable[[Any, Any, str, str], str]


@dataclass(frozen=True)
class Plugin:
    """The whole of what the core knows about an app; `api` is the version of this contract.

    `says`: {kind of change: its sentence} for what this app does to things of others; "" says nothing to people.
    `duties`: where it says what a person is to do.
    `calendar`: the port by which other apps put events into calendars; `files`: by which they keep files; `polls`: by
    which they ask. `beginnings`: what can be begun with words that somebody said.
    `settings_nav`: pages among a person's settings; `house_nav`: among those of the administration.
    `doors`: addresses, as `urls`, that programs expect at the root of a house and cannot be told otherwise.
    `erase()` removes what the app keeps outside the database, when the whole house is deleted; it may run twice.
    """

    slug: str
    name: Text
    icon: str
    urls: str = ""
    doors: str = ""
    nav: tuple[NavEntry, ...] = ()
    settings_nav: tuple[NavEntry, ...] = ()
    house_nav: tuple[NavEntry, ...] = ()
    widgets: tuple[Widget, ...] = ()
    space_widgets: tuple[Widget, ...] = ()
    shareables: tuple[Shareable, ...] = ()
    duties: tuple[Duties, ...] = ()
    searches: tuple[Search, ...] = ()
    commands: tuple[Command, ...] = ()
    verbs: tuple[Verbs, ...] = ()
    readers: tuple[Reader, ...] = ()
    says: Mapping[str, Callable[[Any], Text]] = field(default_factory=dict)
    notifications: tuple[Notice, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    places: Places | None = None
    dav: tuple[DavTree, ...] = ()
    channels: tuple[Channel, ...] = ()
    jobs: tuple[Every, ...] = ()
    settings: tuple[Setting, ...] = ()
    people: PersonHooks | None = None
    spaces: SpaceHooks | None = None
    space_tools: tuple[SpaceTool, ...] = ()
    stores: tuple[Store, ...] = ()
    health: tuple[Health, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    calendar: Calendar | None = None
    files: FileStore | None = None
    polls: PollMaker | None = None
    beginnings: tuple[Beginning, ...] = ()
    erase: Callable[[], None] | None = None
    api: int = 1

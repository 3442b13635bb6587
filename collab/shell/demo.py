"""The demo association: seven people, eight groups, four team spaces with their rights."""

from __future__ import annotations

from dataclasses import dataclass

from collab.accounts.models import Rank, User
from collab.groups import actions as groups
from collab.groups.models import Group
from collab.rights.actor import Actor
from collab.rights.right import EDITOR, MANAGER, READER
from collab.spaces import actions as spaces
from collab.spaces.models import Space

PASSWORD = "Collab-demo-2026"  # noqa: S105 - shown to whoever runs the demo

PEOPLE = (
    ("jacqueline", "Jacqueline Roux", Rank.ADMIN),
    ("alain", "Alain Petit", Rank.SPACE_MANAGER),
    ("mireille", "Mireille Faure", Rank.SPACE_MANAGER),
    ("lucas", "Lucas Blanc", Rank.MEMBER),
    ("lucile", "Lucile Morel", Rank.MEMBER),
    ("noemie", "Noémie Garcia", Rank.MEMBER),
    ("camille", "Camille Dubois", Rank.MEMBER),
)
GROUPS = {
    "Bureau": ("jacqueline", "alain"),
    "CA": ("jacqueline", "alain", "camille"),
    "Salariés": ("noemie",),
    "Bénévoles": ("lucas", "camille"),
    "Administratif": ("jacqueline", "alain"),
    "Sportifs": ("mireille", "lucas"),
    "Communication": ("lucile", "noemie"),
    "Finances": ("camille",),
}
SPACES = {
    "Sport": ("mireille", "Sportifs", ("Bureau", "CA", "Salariés", "Bénévoles")),
    "AdministratifGestion": (
        "alain", "Administratif", ("Bureau", "CA", "Salariés", "Bénévoles", "Sportifs", "Communication"),
    ),
    "CommExterne": ("lucile", "Communication", ("Everyone",)),
    "Finances": ("camille", "Finances", ("CA",)),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """What the apps build on: people, groups and spaces by name."""

    people: dict[str, User]
    groups: dict[str, Group]
    spaces: dict[str, Space]

    def actor(self, username: str) -> Actor:
        """Return a fresh actor of the person."""
        return Actor.of(self.people[username])


def fill() -> Town:
    """Make the association. Expects to run in a transaction."""
    people = {
        username: User.objects.create_user(username, PASSWORD, display_name=name, rank=rank, language="fr")
        for username, name, rank in PEOPLE
    }
    made = {"Everyone": Group.objects.get(everyone=True)}
    for name, members in GROUPS.items():
        made[name] = groups.create(people["jacqueline"], name)
        for member in members:
            groups.add(people["jacqueline"], made[name], people[member])
    return Town(people, made, {name: _space(people, made, name) for name in SPACES})


def _space(people: dict[str, User], made: dict[str, Group], name: str) -> Space:
    """Make one space: its owner group edits, the readers read; whoever leads it manages it."""
    leader, owners, readers = SPACES[name]
    space = spaces.create_for(people[leader], name)
    actor = Actor.of(people[leader])
    spaces.set_member(actor, space, made[owners].principal, EDITOR.mask)
    for reader in readers:
        spaces.set_member(actor, space, made[reader].principal, READER.mask)
    if leader != "jacqueline":
        spaces.set_member(actor, space, people["jacqueline"].principal, MANAGER.mask)
    return space

"""The shapes of comments, labels and stars, as calls take and give them."""

from datetime import datetime

from ninja import Field, Schema

from collab.api.words import UNSAID, Asked, Hue, Id, Person, Text, Thing


class Reaction(Schema):
    """A sign under a comment: how many put it, and whether you did."""

    emoji: str
    count: int
    mine: bool


class Comment(Schema):
    """What somebody said about a thing. `parent`: the comment that it answers. `text` is Markdown."""

    id: int
    thing: Thing
    parent: int | None
    text: str
    by: Person | None = Field(description="Null: somebody who left.")
    at: datetime
    edited_at: datetime | None
    resolved_at: datetime | None
    resolved_by: Person | None
    reactions: list[Reaction]


class Comments(Schema):
    """A page of comments in their order."""

    items: list[Comment]
    next: str | None


class CommentText(Asked):
    """What to say: “@lucas” tells a person, “@Sport” a group, as far as they see the thing."""

    text: Text = Field(max_length=10_000)


class NewComment(CommentText):
    """And what it answers."""

    parent: Id | None = None


class Label(Schema):
    """A word with a colour, of one space."""

    id: int
    space: int
    name: str
    hue: str


class Labels(Schema):
    """Labels, by name."""

    items: list[Label]


class NewLabel(Asked):
    """A label to be made; without a colour it gets the one that the space uses least."""

    name: Text = Field(min_length=1, max_length=60)
    hue: Hue = UNSAID


class LabelChanges(Asked):
    """What to change of a label; what is not named stays."""

    name: Text = Field(UNSAID, min_length=1, max_length=60)
    hue: Hue = UNSAID


class LabelNames(Asked):
    """All labels that the thing is to bear, by name; one that the space does not know is made."""

    names: list[Text] = Field(max_length=20)


class Things(Schema):
    """A page of things, the latest first."""

    items: list[Thing]
    next: str | None

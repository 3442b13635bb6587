"""What marks know of a person, for the archive they take with them: what they wrote, starred, labelled, felt."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.marks.models import Comment, Favourite, Label, Reaction
from collab.rights.actor import Actor
from collab.rights.exporting import names_of


def export(person: Any, into: Any) -> None:
    """Put it in, with the names of things as far as the person sees them now; nothing that others wrote."""
    actor = Actor.of(person)
    comments = list(Comment.objects.filter(author=person, deleted_at=None).order_by("pk"))
    stars = list(Favourite.objects.filter(user=person).order_by("pk"))
    refs = {(one.kind, one.object_id) for one in comments} | {(one.kind, one.object_id) for one in stars}
    names = names_of(actor, list(refs))
    written = [
        {
            "kind": one.kind,
            "id": one.object_id,
            "name": names.get((one.kind, one.object_id)),
            "text": one.body,
            "answer": one.parent_id is not None,
            "written": one.created_at,
            "edited": one.edited_at,
            "resolved": one.resolved_at,
        }
        for one in comments
    ]
    into.json("comments.json", written, about=_("Comments that you wrote"))
    starred = [{"kind": one.kind, "id": one.object_id, "name": names.get((one.kind, one.object_id))} for one in stars]
    into.json("favourites.json", starred, about=_("Your favourites"))
    reactions = Reaction.objects.filter(user=person).order_by("pk")
    into.json("reactions.json", list(reactions.values("comment_id", "emoji")), about=_("Your reactions to comments"))
    made = Label.objects.living().visible_to(actor).filter(created_by=person).order_by("pk")
    into.json("labels.json", list(made.values("name", "hue", "created_at")), about=_("Labels that you made"))

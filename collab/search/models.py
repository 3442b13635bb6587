"""The tables of the search: what is indexed of each thing, words for those who mistype, spaces to be looked through."""

from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Entry(models.Model):
    """One thing as words. It holds no rights: every query asks the thing's own table who may see it.

    `label` is the name as `words.clean` gives it, without its ending. `names` is the vector of the name, `words` that
    of name and contents. `body` is the text as extracted; `shadow`, a space and the text as `words.shadow` gives it,
    finds the place of an excerpt. `source` names the bytes that were read, or wait to be; `trouble` why there is no
    text.
    """

    class State(models.IntegerChoices):
        READ = 0
        WAITING = 1
        FAILED = 2

    kind = models.CharField(max_length=20)
    ref_id = models.BigIntegerField()
    space_id = models.BigIntegerField(null=True, db_index=True)
    title = models.TextField()
    label = models.CharField(max_length=200)
    at = models.DateTimeField()
    source = models.CharField(max_length=100, blank=True)
    ending = models.CharField(max_length=12, blank=True)
    state = models.PositiveSmallIntegerField(choices=State, default=State.READ)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    names = SearchVectorField()
    words = SearchVectorField()
    body = models.TextField(blank=True)
    shadow = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref_id"], name="search_entry_thing")]
        indexes = [
            # without a list of what came lately: those who search would read it from one end to the other
            GinIndex(fields=["names"], name="search_entry_names", fastupdate=False),
            GinIndex(fields=["words"], name="search_entry_words", fastupdate=False),
            models.Index(fields=["kind", "-at", "-id"], name="search_entry_latest"),
            models.Index(fields=["label"], name="search_entry_label"),
            models.Index(fields=["source"], name="search_entry_source", condition=~models.Q(source="")),
            models.Index(fields=["id"], name="search_entry_waiting", condition=models.Q(state=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref_id}"


class Term(models.Model):
    """A word of some name, for those who mistype one. It is offered only where it finds something for who asks."""

    term = models.CharField(max_length=40, primary_key=True)

    class Meta:
        # in the order of likeness: of 20,000 words 450 are a little like one, and a GIN index finds them all first
        indexes = [GistIndex(fields=["term"], name="search_term_near", opclasses=["gist_trgm_ops(siglen=32)"])]

    def __str__(self) -> str:
        return self.term


class Round(models.Model):
    """A space to be looked through, because a change concerned more than it named."""

    space_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space_id", "kind"], name="search_round_once")]

    def __str__(self) -> str:
        return f"{self.kind} of space {self.space_id}"

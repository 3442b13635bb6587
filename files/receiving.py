"""Files that arrive in a plain form, written block by block where blobs are staged: none of them fills the memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, UploadFileException
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.lib import csrf
from collab.lib.errors import BadInput, OverQuota, Refusal, Sentence, TooLarge
from collab.lib.text import check_name
from collab.shell.templatetags.shell import filesize
from files import kinds, storage

MOST_FILES = 50
MOST_EACH = 2 * 10**9
MOST_TOGETHER = 4 * 10**9
NO_ROOM = gettext_lazy("There is no room left for it here. Tell the person who sent you the link.")
_SLACK = 2**20  # what the form itself may weigh beside its files


@dataclass
class Arrived:
    """One file of a form: sealed bytes, or the reason why it was refused (`refused`). Nothing of the latter is kept.

    `head`: how it begins, until its kind is judged. `at`: its time in unix seconds, where it is known.
    """

    name: str
    staged: storage.Staged | None = None
    refused: str = ""
    whole: bool = False
    head: bytes | None = b""
    at: int | None = None

    def refuse(self, why: Sentence) -> None:
        """Forget the bytes and keep the reason."""
        if self.staged is not None:
            self.staged.discard()
        self.staged, self.refused, self.whole = None, str(why), False

    @property
    def size(self) -> int:
        return self.staged.size if self.staged else 0


@dataclass(frozen=True)
class Rules:
    """What whoever made the link allows: kinds of file (none named: all), bytes of each, and how much in one visit.

    `files` and `together` (bytes) are all that a visit may bring, `came` and `weighed` what it brought before.
    """

    kinds: tuple[str, ...] = ()
    each: int | None = None
    files: int | None = None
    together: int | None = None
    came: int = 0
    weighed: int = 0

    def check_count(self, arrived: int) -> None:
        """Raise BadInput when so many files more than before are one too many."""
        if self.files is not None and self.came + arrived > self.files:
            text = ngettext(
                "%(count)d file a visit is taken here.", "%(count)d files a visit are taken here.", self.files
            )
            raise BadInput(text % {"count": self.files})

    def check_weight(self, size: int) -> None:
        """Raise TooLarge when so many bytes more than before are too many."""
        if self.together is not None and self.weighed + size > self.together:
            raise TooLarge(_("%(size)s in all are taken in a visit.") % {"size": filesize(self.together)})


@dataclass
class Limits:
    """`each` and `together` in bytes; `room`: what the place still holds, in bytes, None for no limit."""

    files: int = MOST_FILES
    each: int = MOST_EACH
    together: int = MOST_TOGETHER
    room: int | None = None
    rules: Rules = Rules()

    @property
    def largest(self) -> int:
        """Bytes that one file may have."""
        return self.each if self.rules.each is None else min(self.each, self.rules.each)

    @property
    def left_files(self) -> int | None:
        """How many files this visit may still bring, None for no limit: a script sends them one by one."""
        return None if self.rules.files is None else max(0, self.rules.files - self.rules.came)

    @property
    def left_bytes(self) -> int | None:
        """How many bytes this visit may still bring, None for no limit."""
        given = self.rules.together
        bounds = [self.room, None if given is None else given - self.rules.weighed]
        return min((max(0, one) for one in bounds if one is not None), default=None)

    @property
    def accepted(self) -> str:
        """The endings that a picker of files offers, "" for all."""
        return ",".join(f".{ending}" for ending in kinds.endings(self.rules.kinds))

    @property
    def taken(self) -> str:
        """The kinds of file that are taken, as words; "" for all."""
        return kinds.labels(self.rules.kinds)


@dataclass
class Form:
    """What a form brought. Use it as a context: bytes that nobody stored are forgotten at its end."""

    fields: QueryDict = field(default_factory=QueryDict)
    files: list[Arrived] = field(default_factory=list)

    def __enter__(self) -> Form:
        return self

    def __exit__(self, *exc: object) -> None:
        for one in self.files:
            if one.staged is not None:
                one.staged.discard()


def receive(request: HttpRequest, limits: Limits) -> Form:
    """Read a multipart form whose files go straight to the staging area.

    A file over a limit is refused alone, the others arrive. Raises TooLarge for what is over the limit as a whole
    (unread), BadInput for what is no such form or broke off, Forbidden for a form that is not from a page of ours.
    """
    if request.content_type != "multipart/form-data":
        raise BadInput
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length) > limits.together + _SLACK:
        raise TooLarge(
            _("This is too much at once: %(size)s at most. Send it in several goes.")
            % {"size": filesize(limits.together)}
        )
    handler = _Handler(request, limits)
    request.upload_handlers = [handler]
    form = Form(files=handler.arrived)
    try:
        form.fields = request.POST
        csrf.require(request)
    except TooManyFilesSent:
        form.__exit__()
        raise BadInput(_too_many(limits)) from None
    except (MultiPartParserError, UnreadablePostError, UploadFileException, TooManyFieldsSent, RequestDataTooBig):
        form.__exit__()
        raise BadInput(_("This did not arrive whole. Nothing was stored; send it again.")) from None
    except BaseException:
        form.__exit__()
        raise
    for one in form.files:
        if not one.whole and not one.refused:
            one.refuse(_("This did not arrive whole. Send it again."))
    return form


class _Handler(FileUploadHandler):
    """Stages each file under the limits; what breaks them is skipped, with the reason."""

    def __init__(self, request: HttpRequest, limits: Limits):
        super().__init__(request)
        self.limits = limits
        self.arrived: list[Arrived] = []
        self._together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        name = self.file_name or ""
        self.arrived.append(Arrived(name))
        with self._refusing():
            if len(self.arrived) > self.limits.files:
                raise BadInput(_too_many(self.limits))
            self.limits.rules.check_count(sum(1 for one in self.arrived if not one.refused))
            check_name(name)
            self._judge(None)
            self.arrived[-1].staged = storage.stage(limit=storage.free_bytes())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        staged = self.arrived[-1].staged
        if staged is None:
            raise SkipFile
        coming = self._together + len(raw_data)
        with self._refusing():
            largest = self.limits.largest
            if staged.size + len(raw_data) > largest:
                raise TooLarge(_("More than %(size)s: choose a lighter one.") % {"size": filesize(largest)})
            if coming > self.limits.together:
                raise TooLarge(_("Too much at once: send it in another go."))
            self.limits.rules.check_weight(coming)
            if self.limits.room is not None and coming > self.limits.room:
                raise OverQuota(NO_ROOM)
            head = self.arrived[-1].head
            if head is not None:
                self.arrived[-1].head = head = head + raw_data[: kinds.BEGINNING]
                if len(head) >= kinds.BEGINNING:
                    self._judge(head)
            staged.write(raw_data)
            self._together = coming

    def file_complete(self, file_size: int) -> None:
        one = self.arrived[-1]
        if one.staged is not None:
            try:
                if one.head is not None:
                    self._judge(one.head)
                one.staged.seal()
                one.whole = True
            except Refusal as refusal:
                self._together -= one.size
                one.refuse(refusal.message)

    def _judge(self, head: bytes | None) -> None:
        """Raise BadInput for a kind of file that is not taken, by its name and (when it has come) its beginning."""
        one = self.arrived[-1]
        if why := kinds.why_not(self.limits.rules.kinds, one.name, head):
            raise BadInput(why)
        if head is not None:
            one.head = None

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        """Let a refusal inside concern this one file."""
        try:
            yield
        except Refusal as refusal:
            one = self.arrived[-1]
            if one.staged is not None:
                self._together -= one.staged.size
            one.refuse(refusal.message)
            raise SkipFile from None


def _too_many(limits: Limits) -> str:
    return ngettext(
        "Only %(count)d file at a time: send the others in another go.",
        "Only %(count)d files at a time: send the others in another go.",
        limits.files,
    ) % {"count": limits.files}

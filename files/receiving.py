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

from collab.lib.errors import BadInput, OverQuota, Refusal, Sentence, TooLarge
from collab.lib.text import check_name
from collab.shell.templatetags.shell import filesize
from files import storage

MOST_FILES = 50
MOST_EACH = 2 * 10**9
MOST_TOGETHER = 4 * 10**9
NO_ROOM = gettext_lazy("There is no room left for it here. Tell the person who sent you the link.")
_SLACK = 2**20  # what the form itself may weigh beside its files


@dataclass
class Arrived:
    """One file of a form: sealed bytes, or the reason why it was refused (`refused`). Nothing of the latter is kept."""

    name: str
    staged: storage.Staged | None = None
    refused: str = ""
    whole: bool = False

    def refuse(self, why: Sentence) -> None:
        """Forget the bytes and keep the reason."""
        if self.staged is not None:
            self.staged.discard()
        self.staged, self.refused, self.whole = None, str(why), False

    @property
    def size(self) -> int:
        return self.staged.size if self.staged else 0


@dataclass
class Limits:
    """`each` and `together` in bytes; `room`: what the place still holds, in bytes, None for no limit."""

    files: int = MOST_FILES
    each: int = MOST_EACH
    together: int = MOST_TOGETHER
    room: int | None = None


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
    (unread), BadInput for what is no such form or broke off.
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
            check_name(name)
            self.arrived[-1].staged = storage.stage(limit=storage.free_bytes())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        staged = self.arrived[-1].staged
        if staged is None:
            raise SkipFile
        self._together += len(raw_data)
        with self._refusing():
            if staged.size + len(raw_data) > self.limits.each:
                raise TooLarge(_("More than %(size)s: choose a lighter one.") % {"size": filesize(self.limits.each)})
            if self._together > self.limits.together:
                raise TooLarge(_("Too much at once: send it in another go."))
            if self.limits.room is not None and self._together > self.limits.room:
                raise OverQuota(NO_ROOM)
            staged.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        one = self.arrived[-1]
        if one.staged is not None:
            try:
                one.staged.seal()
                one.whole = True
            except Refusal as refusal:
                one.refuse(refusal.message)

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

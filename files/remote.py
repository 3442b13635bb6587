"""Contents in an S3 store, read as files are: from any place on, as a stream, never the whole at once."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import storages

from collab.lib.errors import Unavailable


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turn what stands against it into 503: a store that is away, a content that it has lost."""
    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        raise Unavailable from error


class Remote(io.RawIOBase):
    """One content, opened at 0. Raises Unavailable, then and while it is read."""

    def __init__(self, key: str):
        store: Any = storages["blobs"]
        with answering():
            self._object = store.bucket.Object(store._normalize_name(key))
            self._size: int = self._object.content_length  # asks, so that what is lost is known before an answer begins
        self._place = 0
        self._stream: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        place = max(0, base + offset)
        if place != self._place:
            self._drop()
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        with answering():
            if self._stream is None:
                self._stream = self._object.get(Range=f"bytes={self._place}-")["Body"]
            data: bytes = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

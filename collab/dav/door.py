"""The outermost middleware: the language of the answer, and every failure as an answer that clients understand."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from wsgidav.mw.base_mw import BaseMiddleware

from collab.accounts import languages
from collab.dav.body import Interrupted
from collab.dav.conditions import NotModified, not_modified
from collab.dav.response import Response, error
from collab.lib.errors import BadInput, OverQuota, Refusal, Unavailable

logger = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}


class Broken(Refusal):
    """500: a fault of ours; the log has it."""

    status = 500
    code = "broken"


class Door(BaseMiddleware):
    """Nothing leaves here but an answer; a database that is away is a whole 503, never half a listing."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        translation.activate(language_of(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
        try:
            response: Response = self.next_app(environ, start_response)
        except NotModified:
            response = not_modified([])
        except Refusal as refusal:
            response = refused(refusal, environ)
        except (OperationalError, InterfaceError) as failure:
            logger.error("the database is away: %s", failure)
            response = refused(Unavailable(), environ)
        except OSError as failure:
            response = refused(_of_the_disk(failure), environ)
        except DatabaseError:
            logger.exception("the database refused a request: %s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            response = refused(Broken(), environ)
        except UnicodeEncodeError:
            response = refused(BadInput(), environ)
        except Exception:
            logger.exception("a request failed: %s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            response = refused(Broken(), environ)
        finish_body(response, environ)
        return response.start(start_response, head=environ["REQUEST_METHOD"] == "HEAD")


def refused(refusal: Refusal, environ: dict[str, Any]) -> Response:
    """Return the error answer, after the rest of the body has been read and dropped."""
    response = error(refusal)
    finish_body(response, environ)
    return response


def finish_body(response: Response, environ: dict[str, Any]) -> None:
    """Read what is left of the body, or close the connection after the answer."""
    try:
        drained = environ["collab.body"].drain()
    except Interrupted:
        drained = False
    if not drained and ("Connection", "close") not in response.headers:
        response.headers.append(("Connection", "close"))


def language_of(header: str) -> str:
    """Return the language to answer in, from Accept-Language, else the house's own."""
    return languages.first(_asked(header))


@lru_cache(maxsize=512)
def _asked(header: str) -> tuple[str, ...]:
    return tuple(code for code, _weight in parse_accept_lang_header(header.lower()))


def _of_the_disk(failure: OSError) -> Refusal:
    logger.error("the disk failed: %s", failure)
    return OverQuota() if failure.errno in _FULL else Unavailable()

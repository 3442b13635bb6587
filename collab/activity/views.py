"""The door of feeds: whoever has the address reads what its person may see at that moment."""

from __future__ import annotations

import hashlib
import zoneinfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collab.accounts import languages, mails
from collab.accounts.models import User
from collab.activity import atom, feeds, stream
from collab.activity.scope import Scope
from collab.lib.addresses import client_address


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed as Atom, in the language and time of its person."""
    found, actor = feeds.open_feed(token, client_address(request.META))
    language = languages.fit(found.user.language)
    with translation.override(language), timezone.override(_zone(found.user)):
        page, title = reverse("shell:activity"), _("Activity")
        if found.space is not None:
            page, title = reverse("shell:space-activity", args=[found.space_id]), found.space.name
        lines = stream.page(actor, Scope(space=found.space_id)).lines
        text = atom.document(
            f"{title} · {mails.house()}", f"{settings.URL}{request.path}", page, lines, language, settings.URL
        )
    body = text.encode()
    etag = f'"{hashlib.blake2s(body, digest_size=16).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=atom.TYPE)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _zone(user: User) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(user.time_zone or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)

"""Where an act of administration leads back to: the page it was done on."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_WITHIN = ("/administration/", "/settings/groups/")


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Return the page named by the form (`next`) when it is one of ours, else `otherwise`."""
    wanted = request.POST.get("next", "")
    ours = wanted.startswith(_WITHIN) and len(wanted) < 2000 and "\\" not in wanted
    return wanted if ours and url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else otherwise

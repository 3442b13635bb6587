"""REPORT (RFC 3253, 3.6): hands over to the report that its root element names."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.dav import reports
from collab.dav.request import Request
from collab.dav.response import DavRefusal, Response
from collab.lib.errors import BadInput


class UnsupportedReport(DavRefusal):
    """403: no such report here (RFC 3253, 3.6)."""

    status = 403
    code = "supported-report"
    condition = "<d:supported-report/>"
    default = gettext_lazy("This kind of report is not available here.")


def report(request: Request) -> Response:
    """Run the report."""
    size, elements = request.resource.report_bounds
    root = request.xml(size=size, elements=elements)
    if root is None:
        raise BadInput(_("This report cannot be read."))
    found = reports.find(request.resource.kind, root.tag)
    if found is None:
        raise UnsupportedReport
    return found(request, root)

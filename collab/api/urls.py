from django.urls import URLPattern, path

from collab.api import docs
from collab.api.door import open_door
from collab.api.service import api

app_name = "api"
_calls = [call for call in api.urls[0] if isinstance(call, URLPattern) and call.name != "api-root"]
urlpatterns = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs", docs.page, name="docs"),
    *(path(str(call.pattern), open_door(call.callback), name=call.name) for call in _calls),  # type: ignore[arg-type]
]

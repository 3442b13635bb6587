"""The addresses: the shell and the doors of clients, then every app under its slug."""

from django.contrib import admin
from django.urls import include, path

from collab.registry import registry

urlpatterns = [
    path("", include("collab.shell.urls")),
    path("", include("collab.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("collab.ocs.urls")),
    path("django-admin/", admin.site.urls),
    *(path(f"{plugin.slug}/", include(plugin.urls)) for plugin in registry.plugins() if plugin.urls),
]

handler400 = "collab.shell.errors.bad_request"
handler403 = "collab.shell.errors.forbidden"
handler404 = "collab.shell.errors.not_found"
handler500 = "collab.shell.errors.server_error"

"""The addresses: the shell and the doors of clients, then every app under its slug."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from collab.registry import registry
from collab.shell.views.home import by_id

# one sign-in door for all: the admin has none of its own, which nothing would slow down
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("collab.shell.urls")),
    path("", include("collab.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("collab.ocs.urls")),
    path("api/v1/", include("collab.api.urls")),
    path("", include("collab.activity.urls")),
    path("django-admin/", admin.site.urls),
    path("f/<int:pk>", by_id, name="thing"),
    *(path(f"{plugin.slug}/", include(plugin.urls)) for plugin in registry.plugins() if plugin.urls),
    *(path("", include(plugin.doors)) for plugin in registry.plugins() if plugin.doors),
]

handler400 = "collab.shell.errors.bad_request"
handler403 = "collab.shell.errors.forbidden"
handler404 = "collab.shell.errors.not_found"
handler500 = "collab.shell.errors.server_error"

"""Addresses of the frame."""

from django.urls import path

from collab.shell import probes
from collab.shell.views import connecting, home, joining, links, my_links, public, settings, sharing, spaces
from collab.shell.views.administration import groups, house, inviting, leaving, people, renewing

app_name = "shell"
urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("go/", home.destinations, name="go"),
    path("language/", home.language, name="language"),
    path("invitation/<str:token>/", joining.join, name="invitation"),
    path("settings/", settings.profile, name="settings"),
    path("settings/address/", settings.address, name="settings-address"),
    path("settings/appearance/", settings.appearance, name="settings-appearance"),
    path("settings/language/", settings.language, name="settings-language"),
    path("settings/security/", settings.security, name="settings-security"),
    path("settings/devices/connect/", connecting.choose, name="connect"),
    path("settings/devices/connect/<slug:slug>/", connecting.guide, name="connect-guide"),
    path("settings/devices/connect/<slug:slug>/password/", connecting.password, name="connect-password"),
    path("settings/links/", my_links.mine, name="my-links"),
    path("settings/links/stop/", my_links.stop_mine, name="my-links-stop"),
    path("share/<slug:kind>/<int:pk>/links/", links.listing, name="links"),
    path("share/<slug:kind>/<int:pk>/links/restore/", links.restore, name="link-restore"),
    path("share/<slug:kind>/<int:pk>/links/<int:link>/", links.edit, name="link-edit"),
    path("share/<slug:kind>/<int:pk>/links/<int:link>/adopt/", links.adopt, name="link-adopt"),
    path("share/<slug:kind>/<int:pk>/links/<int:link>/qr/", links.qr, name="link-qr"),
    path("share/<slug:kind>/<int:pk>/links/<int:link>/revoke/", links.revoke, name="link-revoke"),
    path("s/<str:token>/", public.page, name="link"),
    path("s/<str:token>/<path:rest>", public.page, name="link-part"),
    path("spaces/new/", spaces.new, name="space-new"),
    path("spaces/<int:pk>/", spaces.front, name="space"),
    path("spaces/<int:pk>/members/", spaces.members, name="space-members"),
    path("spaces/<int:pk>/members/remove/", spaces.remove_member, name="space-member-remove"),
    path("spaces/<int:pk>/settings/", spaces.edit, name="space-edit"),
    path("spaces/<int:pk>/archive/", spaces.archive, name="space-archive"),
    path("spaces/<int:pk>/pin/", spaces.pin, name="space-pin"),
    path("share/<slug:kind>/<int:pk>/", sharing.share, name="share"),
    path("share/<slug:kind>/<int:pk>/preview/", sharing.preview, name="share-preview"),
    path("share/<slug:kind>/<int:pk>/people/", sharing.people, name="share-people"),
    path("share/<slug:kind>/<int:pk>/change/", sharing.change, name="share-change"),
    path("share/<slug:kind>/<int:pk>/remove/", sharing.remove, name="share-remove"),
    path("share/<slug:kind>/<int:pk>/restrict/", sharing.restrict, name="share-restrict"),
    path("share/<slug:kind>/<int:pk>/unrestrict/", sharing.unrestrict, name="share-unrestrict"),
    path("administration/", house.landing, name="administration"),
    path("administration/people/", people.listing, name="administration-people"),
    path("administration/people/new/", people.new, name="administration-person-new"),
    path("administration/people/invite/", inviting.invite, name="administration-invite"),
    path("administration/people/invite/results/", inviting.results, name="administration-invited"),
    path("administration/people/invitations/<int:pk>/", inviting.detail, name="administration-invitation"),
    path(
        "administration/people/invitations/<int:pk>/resend/", inviting.resend, name="administration-invitation-resend"
    ),
    path(
        "administration/people/invitations/<int:pk>/cancel/", inviting.cancel, name="administration-invitation-cancel"
    ),
    path("administration/people/<int:pk>/rank/", people.rank, name="administration-rank"),
    path("administration/people/<int:pk>/switch/", people.switch, name="administration-switch"),
    path("administration/people/<int:pk>/delete/", leaving.delete, name="administration-person-delete"),
    path("administration/people/<int:pk>/password/", renewing.password, name="administration-person-password"),
    path("administration/groups/", groups.listing, name="administration-groups"),
    path("administration/groups/<int:pk>/", groups.detail, name="administration-group"),
    path("administration/groups/<int:pk>/rename/", groups.rename, name="administration-group-rename"),
    path("administration/groups/<int:pk>/remove/", groups.remove, name="administration-group-remove"),
    path("administration/groups/<int:pk>/delete/", groups.delete, name="administration-group-delete"),
    path("administration/spaces/", house.spaces, name="administration-spaces"),
    path("administration/spaces/<int:pk>/charge/", house.take_charge, name="administration-space-charge"),
    path("administration/links/", my_links.everybody, name="administration-links"),
    path("administration/links/stop/", my_links.stop_any, name="administration-links-stop"),
    path("administration/health/", house.health_page, name="administration-health"),
    path("administration/health/mail/", house.test_mail, name="administration-test-mail"),
]

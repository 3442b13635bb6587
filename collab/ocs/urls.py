"""Addresses that Nextcloud's and ownCloud's clients know by heart (sync protocol, sections 1.1 and 1.5)."""

from django.urls import path

from collab.ocs.views import (
    activity,
    app_passwords,
    avatars,
    direct,
    login_flow,
    notifications,
    pictures,
    push,
    search,
    server,
    sharees,
    shares,
    small,
    statuses,
)

app_name = "ocs"


def _both(route: str, view, name: str):
    """The same call under version 1 and version 2 of the envelope."""
    return [
        path(f"ocs/v{version}.php/{route}", view, {"version": version}, name=f"{name}-v{version}") for version in (1, 2)
    ]


AVATARS = (("index.php/", "avatar-of-client"), ("", "avatar"))
"""Clients ask at the first, pages at the second."""

urlpatterns = [
    path("status.php", server.status, name="status"),
    *_both("cloud/capabilities", server.capability_list, "capabilities"),
    *_both("cloud/user", server.me, "user"),
    *_both("core/getapppassword", app_passwords.get, "app-password-get"),
    *_both("core/apppassword", app_passwords.revoke, "app-password-revoke"),
    *_both("core/navigation/apps", small.apps, "apps"),
    *_both("apps/user_status/api/v1/user_status", statuses.mine, "user-status"),
    *_both("apps/user_status/api/v1/user_status/status", statuses.kind, "user-status-kind"),
    *_both("apps/user_status/api/v1/user_status/message", statuses.message, "user-status-message"),
    *_both("apps/user_status/api/v1/user_status/message/custom", statuses.custom, "user-status-custom"),
    *_both("apps/user_status/api/v1/user_status/message/predefined", statuses.predefined, "user-status-predefined"),
    *_both("apps/user_status/api/v1/predefined_statuses", statuses.ready, "predefined-statuses"),
    *_both("apps/user_status/api/v1/statuses", statuses.others, "statuses"),
    *_both("apps/user_status/api/v1/statuses/<str:user>", statuses.other, "status-of"),
    *_both("apps/notifications/api/v2/notifications", notifications.collection, "notifications"),
    *_both("apps/notifications/api/v2/notifications/<int:pk>", notifications.one, "notification"),
    *_both("apps/activity/api/v2/activity", activity.page, "activity"),
    *_both("apps/activity/api/v2/activity/<slug:which>", activity.page, "activity-filter"),
    *_both("search/providers", search.providers, "search-providers"),
    *_both("search/providers/<slug:provider>/search", search.search, "search"),
    *_both("apps/dav/api/v1/direct", direct.make, "direct-link"),
    *_both("apps/files_sharing/api/v1/shares", shares.collection, "shares"),
    *_both("apps/files_sharing/api/v1/shares/<str:share_id>", shares.one, "share"),
    *_both("apps/files_sharing/api/v1/sharees", sharees.search, "sharees"),
    *_both("apps/files_sharing/api/v1/sharees_recommended", sharees.recommended, "sharees-recommended"),
    *_both("<path:rest>", server.unknown, "unknown"),
    path("login/v2", login_flow.start, name="login-start"),
    path("index.php/login/v2", login_flow.start),
    path("index.php/login/v2/poll", login_flow.poll),
    path("login/v2/poll", login_flow.poll, name="login-poll"),
    path("login/v2/flow/<str:token>", login_flow.grant, name="login-grant"),
    path("index.php/login/v2/flow/<str:token>", login_flow.grant),
    path("index.php/apps/notify_push/pre_auth", push.pre_auth, name="push-ticket"),
    path("apps/notify_push/pre_auth", push.pre_auth),
    path("index.php/core/preview", pictures.preview, name="preview"),
    path("index.php/core/preview.png", pictures.preview),
    path("core/preview", pictures.preview),
    path("core/preview.png", pictures.preview),
    *[
        path(f"{before}apps/files_{shelf}/preview", pictures.preview, {"shelf": name})
        for before in ("index.php/", "")
        for shelf, name in (("trashbin", "trash"), ("versions", "versions"))
    ],
    path("direct/<str:token>", direct.fetch, name="direct"),
    path("index.php/core/wipe/check", server.not_here, name="wipe-check"),
    path("index.php/core/wipe/success", server.not_here, name="wipe-success"),
    *[path(f"{before}avatar/<str:user>/<int:size>", avatars.avatar, name=name) for before, name in AVATARS],
    *[path(f"{before}avatar/<str:user>/<int:size>/dark", avatars.avatar) for before, _name in AVATARS],
]

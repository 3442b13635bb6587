"""Addresses of files. What begins with “@” is a place; a folder's address has no slash at its end."""

from django.urls import path

from files.views import archive, changing, content, editing, folder, handing, lists, moving, received, trash, uploads, versions

app_name = "files"
urlpatterns = [
    path("", folder.home, name="home"),
    path("shared/", lists.shared, name="shared"),
    path("recent/", lists.recent, name="recent"),
    path("favourites/", lists.favourites, name="favourites"),
    path("trash/", trash.listing, name="trash"),
    path("trash/empty/", trash.empty, name="trash-empty"),
    path("id/<int:pk>/", folder.by_id, name="by-id"),
    path("new/<int:pk>/", changing.new, name="new"),
    path("edit/<int:pk>/", editing.edit, name="edit"),
    path("edit/<int:pk>/preview/", editing.preview, name="edit-preview"),
    path("rename/<int:pk>/", changing.rename, name="rename"),
    path("throw/", changing.trash, name="trash-things"),
    path("restore/", changing.restore, name="restore"),
    path("purge/", trash.purge, name="purge"),
    path("move/", moving.move, name="move"),
    path("copy/", moving.copy, name="copy"),
    path("hand-over/<int:pk>/", handing.hand_over, name="hand-over"),
    path("receive/", received.choose, name="receive"),
    path("take-back/", handing.take_back, name="take-back"),
    path("download/", archive.download, name="download"),
    path("download/<int:pk>/", content.download, name="content"),
    path("picture/<int:pk>/", content.picture, name="picture"),
    path("versions/<int:pk>/download/", content.version, name="version"),
    path("versions/<int:pk>/restore/", versions.restore, name="version-restore"),
    path("upload/<int:pk>/", uploads.form, name="upload"),
    path("uploads/", uploads.begin, name="uploads"),
    path("uploads/tray/", uploads.tray, name="uploads-tray"),
    path("uploads/check/", uploads.check, name="uploads-check"),
    path("uploads/folders/", uploads.folders, name="uploads-folders"),
    path("uploads/whole/", uploads.whole, name="uploads-whole"),
    path("uploads/<int:pk>/", uploads.cancel, name="uploads-cancel"),
    path("uploads/<int:pk>/finish/", uploads.finish, name="uploads-finish"),
    path("uploads/<int:pk>/<int:number>/", uploads.part, name="uploads-part"),
    path("@<str:space>/", folder.space, name="space"),
    path("@<str:space>/trash/", trash.listing, name="space-trash"),
    path("@<str:space>/trash/empty/", trash.empty, name="space-trash-empty"),
    path("@<str:space>/<path:path>", folder.space, name="folder"),
]

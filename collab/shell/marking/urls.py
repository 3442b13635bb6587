"""Addresses of comments, labels and stars; they are the shell's."""

from django.urls import path

from collab.shell.views.marks import comments, keeping, labels, stars

addresses = [
    path("marks/<slug:kind>/<int:pk>/comments/", comments.page, name="comments"),
    path("marks/<slug:kind>/<int:pk>/comments/people/", comments.people, name="comment-people"),
    path("marks/<slug:kind>/<int:pk>/star/", stars.star, name="star"),
    path("marks/<slug:kind>/labels/", labels.label_things, name="label-things"),
    path("comments/<int:pk>/", comments.edit, name="comment"),
    path("comments/<int:pk>/delete/", comments.delete, name="comment-delete"),
    path("comments/<int:pk>/restore/", comments.restore, name="comment-restore"),
    path("comments/<int:pk>/resolve/", comments.resolve, name="comment-resolve"),
    path("comments/<int:pk>/react/", comments.react, name="comment-react"),
    path("labels/<int:pk>/", labels.label, name="label"),
    path("favourites/", stars.favourites, name="favourites"),
    path("spaces/<int:pk>/labels/", keeping.listing, name="space-labels"),
    path("spaces/<int:pk>/labels/<int:label>/", keeping.edit, name="space-label"),
]

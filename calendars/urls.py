from django.urls import path

from calendars.views import bringing, editing, event, page, shown

app_name = "calendars"
urlpatterns = [
    path("", page.page, name="home"),
    path("shown/", shown.shown, name="shown"),
    path("events/new/", editing.new, name="event-new"),
    path("events/<int:pk>/edit/", editing.edit, name="edit"),
    path("events/<int:pk>/move/", editing.move, name="move"),
    path("events/<int:pk>/remove/", editing.remove, name="remove"),
    path("events/<int:pk>/undo/", editing.undo, name="undo"),
    path("events/<int:pk>/", event.event, name="event"),
    path("bring/", bringing.bring, name="bring"),
    path("in/<str:space>/", page.page, name="space"),
]

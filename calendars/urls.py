from django.urls import include, path

from calendars.views import attaching, bringing, calendars, editing, event, hours, page, shown, sources, today

app_name = "calendars"
urlpatterns = [
    path("", page.page, name="home"),
    path("today/", today.today, name="today"),
    path("shown/", shown.shown, name="shown"),
    path("events/quick/", editing.quick, name="quick"),
    path("events/new/", editing.new, name="event-new"),
    path("events/<int:pk>/edit/", editing.edit, name="edit"),
    path("events/<int:pk>/move/", editing.move, name="move"),
    path("events/<int:pk>/remove/", editing.remove, name="remove"),
    path("events/<int:pk>/undo/", editing.undo, name="undo"),
    path("events/<int:pk>/attach/", attaching.attach, name="attach"),
    path("events/<int:pk>/detach/", attaching.detach, name="detach"),
    path("events/<int:pk>/", event.event, name="event"),
    path("hours/", hours.hours, name="working-hours"),
    path("hours/away/", hours.away, name="away"),
    path("hours/away/<int:pk>/back/", hours.back, name="back"),
    path("bring/", bringing.bring, name="bring"),
    path("new/web/", sources.web, name="new-web"),
    path("new/ready/", sources.ready, name="new-ready"),
    path("new/", calendars.new, name="new"),
    path("trash/", calendars.trash, name="trash"),
    path("<int:pk>/", calendars.calendar, name="calendar"),
    path("<int:pk>/calendar.ics", calendars.file, name="file"),
    path("<int:pk>/fetch/", sources.refresh, name="fetch"),
    path("<int:pk>/source/", sources.change, name="source"),
    path("<int:pk>/order/", calendars.order, name="order"),
    path("<int:pk>/<slug:verb>/", calendars.state, name="state"),
    path("in/<str:space>/", page.page, name="space"),
    path("tasks/", include("calendars.task_urls")),
]

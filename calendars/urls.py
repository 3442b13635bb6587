from django.urls import path

from calendars.views import bringing, event, page, shown

app_name = "calendars"
urlpatterns = [
    path("", page.page, name="home"),
    path("shown/", shown.shown, name="shown"),
    path("events/<int:pk>/", event.event, name="event"),
    path("bring/", bringing.bring, name="bring"),
    path("in/<str:space>/", page.page, name="space"),
]

from django.urls import path

from calendars.views import event, page, shown

app_name = "calendars"
urlpatterns = [
    path("", page.page, name="home"),
    path("shown/", shown.shown, name="shown"),
    path("events/<int:pk>/", event.event, name="event"),
    path("in/<str:space>/", page.page, name="space"),
]

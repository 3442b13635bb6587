"""The address of feeds."""

from django.urls import path

from collab.activity import views

urlpatterns = [path("activity/feed/<str:token>/", views.feed, name="activity-feed")]

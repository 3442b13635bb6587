from django.urls import path

from tests.sample_app import views

app_name = "sample"
urlpatterns = [
    path("", views.boards, name="boards"),
    path("board/<int:pk>/", views.board, name="board"),
    path("@<str:space>/", views.boards, name="space"),
]

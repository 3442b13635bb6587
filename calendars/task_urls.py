"""The addresses below /calendars/tasks/."""

from django.urls import path

from calendars.views import task, task_acts, tasks, undoing

urlpatterns = [
    path("", tasks.home, name="tasks"),
    path("quick/", task_acts.quick, name="tasks-quick"),
    path("several/", task_acts.several, name="tasks-several"),
    path("undo/", undoing.undo, name="tasks-undo"),
    path("list/<int:pk>/", tasks.one_list, name="tasks-list"),
    path("list/<int:pk>/people/", tasks.who, name="tasks-people"),
    path("in/<str:space>/", tasks.in_space, name="tasks-space"),
    path("<int:pk>/", task.task, name="task"),
    path("<int:pk>/tick/", task_acts.tick, name="task-tick"),
    path("<int:pk>/status/", task_acts.status, name="task-status"),
    path("<int:pk>/move/", task_acts.move, name="task-move"),
    path("<int:pk>/remove/", task_acts.remove, name="task-remove"),
    path("<int:pk>/follow/", task_acts.follow, name="task-follow"),
    path("<slug:which>/", tasks.home, name="tasks-smart"),
]

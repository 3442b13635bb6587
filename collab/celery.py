"""Background work: Celery, with the periodic jobs that the plugins declare."""

import os

from celery import Celery
from celery.signals import task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
app = Celery("collab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule(sender, **kwargs):
    """Put every plugin's periodic jobs on the beat."""
    from collab.registry import registry

    sender.add_periodic_task(5, sender.signature("collab.events.tasks.publish"), name="publish", expires=5)
    sender.add_periodic_task(5, sender.signature("collab.events.tasks.read"), name="read", expires=5)
    sender.add_periodic_task(24 * 3600, sender.signature("collab.events.tasks.tidy"), name="tidy")
    for job in registry.jobs():
        sender.add_periodic_task(job.seconds, sender.signature(job.task), name=job.task)


@task_prerun.connect
def read_settings_anew(**kwargs):
    """A worker lives for days; what an administrator sets counts from the next task on."""
    from collab.registry import house

    house.forget()

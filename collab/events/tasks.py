"""Background work of the event machinery."""

import redis
from celery import shared_task

from collab.events import audit, jobs, readers, relay


@shared_task(autoretry_for=(redis.RedisError,), retry_backoff=True, max_retries=None)
def publish() -> None:
    """Carry the outbox to Redis; every few seconds, so that what waited for Redis leaves soon after it is back."""
    relay.publish_waiting()


@shared_task
def read(patient: bool = True) -> None:
    """Let those who follow the change log read on: soon after each change, every few seconds for what was missed."""
    readers.catch_up(patient=patient)


@shared_task
def tidy() -> None:
    """Forget what was published and logged long ago, and jobs that ended."""
    relay.forget_published()
    relay.compact_log()
    readers.forget_gone()
    jobs.forget()


@shared_task
def sweep_audit() -> None:
    """Delete entries of the audit log that are older than the house keeps them."""
    audit.sweep()


@shared_task
def run_job(job_id: str) -> None:
    """Do one job that a person waits for."""
    jobs.run(job_id)


@shared_task
def rescue_jobs() -> None:
    """Begin again what lost its worker or its message."""
    jobs.rescue()

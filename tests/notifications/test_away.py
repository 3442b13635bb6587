"""A real worker with its own Redis and a mail server beside it: each of them goes away and comes back."""

from __future__ import annotations

import contextlib
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone

from collab.accounts.models import User
from collab.notifications.models import Digest, Notification, Reach
from collab.supervisor.redis import Redis
from tests import town as make
from tests.live import ROOT, free_port, web_environment
from tests.notifications.hearing import follow

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 90


class MailServer:
    """Speaks enough SMTP to be believed; while `hangs`, it takes a message and never says that it did."""

    def __init__(self, port: int):
        self.messages: list[str] = []
        self.hangs = False
        self.asked = threading.Event()
        server = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                for line in self.rfile:
                    if line.upper().startswith(b"DATA"):
                        self.wfile.write(b"354 go on\r\n")
                        message = b"".join(iter(self.rfile.readline, b".\r\n"))
                        server.asked.set()
                        if server.hangs:
                            time.sleep(PATIENCE)
                            return
                        server.messages.append(message.decode())
                    elif line.upper().startswith(b"QUIT"):
                        return
                    self.wfile.write(b"250 fine\r\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

        self._server = Server(("127.0.0.1", port), Talk)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Worker:
    """Celery as in life but for the beat, which the test is; and for the supervisor, whose part `tend` plays."""

    def __init__(self, environment: dict[str, str], log):
        self.environment, self.log = environment, log
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "collab.celery", "worker", "-P", "threads", "-c", "2"]
        command += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output, cwd=ROOT)

    def tend(self) -> None:
        """Start it again when it ended: it does when Redis goes while a message is not yet acknowledged."""
        if self.process.poll() is not None:
            self._start()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def until(condition, doing=lambda: None):
    """Wait, asking for something from time to time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        doing()
        time.sleep(0.5)


def test_redis_the_mail_server_and_the_worker_go_away_and_one_mail_arrives(living_town, tmp_path, settings):
    town, port = living_town, free_port()
    settings.MAIL_URL = f"smtp://127.0.0.1:{port}"
    User.objects.filter(pk=town.bob.pk).update(email="bob@example.org", language="en")
    Reach.objects.create(person=town.bob, mail="now")
    follow(town.bob, town.space)
    redis = Redis(tmp_path / "redis")
    environment = web_environment() | {"COLLAB_MAIL_URL": settings.MAIL_URL}
    with contextlib.ExitStack() as ending:
        environment |= {"REDIS_URL": redis.start(), "CELERY_BROKER_URL": ""}
        ending.callback(redis.stop)
        broker = environment["REDIS_URL"].replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
        queue = Celery(broker=broker, set_as_current=False)

        def ask(name):
            worker.tend()
            with contextlib.suppress(Exception):  # while Redis is away nobody can be asked
                queue.send_task(name, retry=False, expires=5)

        worker = Worker(environment, tmp_path / "worker.log")
        ending.callback(lambda: worker.kill())
        make.make_file(town.alice, town.root, "before.txt")
        until(
            lambda: Notification.objects.filter(person=town.bob, verb="add").exists(),
            lambda: ask("collab.events.tasks.read"),
        )

        redis.stop()  # the queue is away: what happens is told later
        make.make_file(town.alice, make.make_folder(town.alice, town.root, "Summer"), "meanwhile.txt")
        redis.start()
        until(
            lambda: Notification.objects.filter(person=town.bob, verb="add").count() == 2,
            lambda: ask("collab.events.tasks.read"),
        )

        # the mail server is away
        Notification.objects.update(mail_since=timezone.now() - timedelta(minutes=5))
        until(
            lambda: Digest.objects.filter(person=town.bob, tries__gt=0).exists(),
            lambda: ask("collab.notifications.tasks.tend"),
        )
        assert Digest.objects.get(person=town.bob).state == "waiting"

        # it is back, and the worker dies while it speaks with it
        mail = MailServer(port)
        ending.callback(mail.stop)
        mail.hangs = True
        Digest.objects.update(at=timezone.now())
        until(mail.asked.is_set, lambda: ask("collab.notifications.tasks.tend"))
        worker.kill()
        mail.hangs = False
        assert (mail.messages, Digest.objects.get(person=town.bob).state) == ([], "waiting")

        worker = Worker(environment, tmp_path / "worker.log")
        Digest.objects.update(at=timezone.now())
        until(lambda: mail.messages, lambda: ask("collab.notifications.tasks.tend"))
        until(lambda: Digest.objects.get(person=town.bob).state == "sent")
        for _time in range(3):
            ask("collab.notifications.tasks.tend")
            time.sleep(0.5)
        ours = [message for message in mail.messages if "bob@example.org" in message]
        assert len(ours) == 1
        assert re.search(r"Message-ID: <digest-\d+\.", ours[0])
        assert "meanwhile.txt" in ours[0]
        assert "Summer" in ours[0]

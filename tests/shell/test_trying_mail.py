"""The test mail of the health page: the real way out, and in plain words why it failed."""

import smtplib
import socket

import pytest
from django.core import mail

from collab.accounts.models import User

HEALTH = "/administration/health/"
TRY = "/administration/health/mail/"


@pytest.fixture
def mailing(settings, admin):
    settings.MAIL_URL = "smtp://mail.example.org"
    User.objects.filter(pk=admin.pk).update(email="adam@example.org")


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Send me a test mail", "left for")), ("fr", ("M’envoyer un", "est parti vers"))]
)
def test_a_test_mail_leaves(as_, admin, mailing, language, words):
    browser = as_(admin, language)
    assert words[0] in browser.get(HEALTH).content.decode()
    page = browser.post(TRY, follow=True)
    assert words[1] in page.content.decode()
    (message,) = mail.outbox
    assert message.to == ["adam@example.org"]
    assert message.alternatives


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"bad credentials"), "bad credentials"),
        (smtplib.SMTPRecipientsRefused({"adam@example.org": (550, b"no <such> mailbox")}), "no &lt;such&gt; mailbox"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (TimeoutError("timed out"), "timed out"),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), "unexpectedly closed"),
        (OSError(), "OSError"),
    ],
)
def test_what_the_mail_server_said_is_shown(as_, admin, mailing, monkeypatch, error, words):
    def fail(*given, **more):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    page = as_(admin).post(TRY)
    assert page.status_code == 503
    assert words in page.content.decode()


def test_by_the_real_way_a_closed_port_is_named(as_, admin, mailing, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.getsockname()[1]
        page = as_(admin).post(TRY)
    html = page.content.decode()
    assert f"127.0.0.1:{settings.EMAIL_PORT}" in html
    assert "Connection refused" in html


def test_without_mail_or_address_there_is_no_button(as_, admin, settings):
    assert TRY not in as_(admin).get(HEALTH).content.decode()
    settings.MAIL_URL = "smtp://mail.example.org"
    html = as_(admin).get(HEALTH).content.decode()
    assert TRY not in html
    assert "give your own address first" in html
    assert as_(admin).post(TRY).status_code == 200
    assert mail.outbox == []


def test_only_administrators_try_it(as_, bob, mailing):
    assert as_(bob).post(TRY).status_code == 403
    assert as_(bob).get(TRY).status_code in {403, 405}

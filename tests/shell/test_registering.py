"""Making an account by oneself: closed, on approval, open; proved by mail; hostile input refused with its reason."""

import re

import pytest
from django.core import mail
from django.test import Client

from collab.accounts import opening
from collab.accounts.actions import registrations
from collab.accounts.models import Registration, User
from collab.events.models import AuditEntry
from collab.registry import house
from tests.shell.test_administration import undo

PASSWORD = "quatre-lapins-violets-dansent"
FORM = {"display_name": "Zoé Martin", "email": "Zoe@example.org", "password": PASSWORD}
DOOR = "/accounts/register/"


@pytest.fixture(autouse=True)
def _letters_leave_at_once(monkeypatch):
    """The queue is the worker's business; here each message is sent by its task at once, delays aside."""
    from collab.accounts import tasks

    monkeypatch.setattr(tasks.send_mail, "apply_async", lambda args, **_options: tasks.send_mail(*args))
    monkeypatch.setattr(tasks.tell_refused, "apply_async", lambda args, **_options: None)


@pytest.fixture
def mails(settings):
    settings.MAIL_URL = "smtp://mail.example.org"
    settings.URL = "http://testserver"


@pytest.fixture
def ask(db, django_capture_on_commit_callbacks):
    """Send the form as a stranger, and let the mails leave."""

    def asked(language="en", browser=None, **fields):
        browser = browser or Client(headers={"accept-language": language})
        with django_capture_on_commit_callbacks(execute=True):
            return browser.post(DOOR, FORM | fields)

    return asked


def mode(wanted, *domains):
    house.put(opening.MODE, wanted)
    house.put(opening.DOMAINS, list(domains))


def link_of(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def text(page):
    return page.content.decode()


def test_it_is_closed_until_an_administrator_opens_it(ask, client, town):
    assert DOOR not in text(client.get("/accounts/login/"))
    page = client.get(DOOR, headers={"accept-language": "en"})
    assert page.status_code == 403
    assert "by invitation" in text(page)
    assert ask().status_code == 403
    assert not Registration.objects.exists()
    mode("approval")
    assert DOOR in text(client.get("/accounts/login/"))
    assert client.get("/accounts/signup/")["Location"] == DOOR


@pytest.mark.usefixtures("mails")
def test_a_stranger_proves_the_address_and_is_in(ask, town):
    mode("open")
    page = ask("fr")
    assert "Un message part vers Zoe@example.org" in text(page) or "Un message part vers zoe@example.org" in text(page)
    assert not User.objects.filter(email="zoe@example.org").exists(), "no account before the proof"
    (message,) = mail.outbox
    assert message.to == ["zoe@example.org"]
    assert "encore une étape" in message.subject
    browser = Client(headers={"accept-language": "fr"})
    link = link_of(message)
    assert browser.get(link).status_code == 200
    assert not User.objects.filter(email="zoe@example.org").exists(), "programs that open links prove nothing"
    page = browser.post(link, {"password": PASSWORD}, follow=True)
    zoe = User.objects.get(email="zoe@example.org")
    assert page.redirect_chain == [("/", 302)]
    assert "Bienvenue, Zoé Martin" in text(page)
    assert (zoe.rank, zoe.username, zoe.language) == ("member", "zoe.martin", "fr")
    assert zoe.check_password(PASSWORD)
    assert zoe.personal_space
    assert Client().get(link).status_code == 404, "it works once"
    assert AuditEntry.objects.filter(kind="registration-asked", subject_name="Zoé Martin").exists()


@pytest.mark.usefixtures("mails")
def test_somebody_elses_registration_cannot_be_proved_by_mistake(ask, town):
    """An attacker registers my address with a password of theirs; my click alone must not open it to them."""
    mode("open")
    ask(password="attackers own long words")
    page = Client(headers={"accept-language": "en"}).post(link_of(mail.outbox[0]), {"password": PASSWORD})
    assert page.status_code == 400
    assert "not the password" in text(page)
    assert not User.objects.filter(email="zoe@example.org").exists()


@pytest.mark.usefixtures("mails")
def test_an_address_with_an_account_gets_the_same_page_and_its_owner_is_told(ask, bob):
    mode("open")
    User.objects.filter(pk=bob.pk).update(email="zoe@example.org", language="en")
    known = text(ask())
    (message,) = mail.outbox
    assert "already" in message.subject
    assert not Registration.objects.exists()
    User.objects.filter(pk=bob.pk).update(email=None)
    unknown = text(ask())
    token = r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]*"'
    assert re.sub(token, "", known) == re.sub(token, "", unknown)


@pytest.mark.usefixtures("mails")
def test_on_approval_one_waits_and_is_told_the_answer(ask, as_, admin, django_capture_on_commit_callbacks):
    mode("approval")
    ask("fr")
    page = Client(headers={"accept-language": "fr"}).post(link_of(mail.outbox.pop()), {"password": PASSWORD})
    assert "Votre adresse est prouvée" in text(page)
    found = Registration.objects.get()
    browser = as_(admin)
    html = text(browser.get("/administration/people/"))
    assert "zoe@example.org" in html
    assert "address not proved" not in html
    assert "1 registered and waits for you" in text(browser.get("/administration/"))
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(f"/administration/people/requests/{found.pk}/approve/", follow=True)
    zoe = User.objects.get(email="zoe@example.org")
    assert page.redirect_chain == [(f"/administration/people/{zoe.pk}/", 302)]
    assert "est ouvert" in mail.outbox[0].subject
    signed = Client().post("/accounts/login/", {"login": "zoe@example.org", "password": PASSWORD})
    assert signed.status_code == 302
    assert AuditEntry.objects.filter(kind="registration-approved", actor_id=admin.pk, subject_id=zoe.pk).exists()
    assert browser.post(f"/administration/people/requests/{found.pk}/approve/").status_code == 404


@pytest.mark.usefixtures("mails")
def test_a_refusal_can_be_taken_back_until_its_mail_leaves(ask, as_, admin, django_capture_on_commit_callbacks):
    mode("approval")
    ask()
    Client().post(link_of(mail.outbox.pop()), {"password": PASSWORD})
    found = Registration.objects.get()
    browser, address = as_(admin), f"/administration/people/requests/{Registration.objects.get().pk}/refuse/"
    page = browser.post(address, follow=True)
    assert "zoe@example.org" not in text(browser.get("/administration/people/"))
    undo(browser, page)
    registrations.tell_refused(found.pk)
    assert mail.outbox == [], "it was taken back in time"
    assert "zoe@example.org" in text(browser.get("/administration/people/"))
    browser.post(address)
    with django_capture_on_commit_callbacks(execute=True):
        registrations.tell_refused(found.pk)
    assert "was not accepted" in mail.outbox[0].body
    assert not Registration.objects.exists()
    assert browser.post(address, {"refused": "0"}).status_code == 404
    decided = AuditEntry.objects.filter(actor_id=admin.pk).exclude(kind="sign-in").values_list("kind", flat=True)
    assert set(decided) == {"registration-refused", "registration-reconsidered"}
    assert "zoe@" not in str(list(AuditEntry.objects.values())), "who has no account is not kept with a whole address"


def test_where_no_mail_leaves_an_administrator_decides_even_when_open(ask, as_, admin, bob):
    mode("open")
    assert "An administrator looks at your request" in text(ask())
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    assert "An administrator looks at your request" in text(ask(email="bob@example.org")), "nobody learns who is here"
    assert [one.email for one in Registration.objects.all()] == ["zoe@example.org"]
    html = text(as_(admin).get("/administration/people/"))
    assert "address not proved" in html
    as_(admin).post(f"/administration/people/requests/{Registration.objects.get().pk}/approve/")
    assert User.objects.get(email="zoe@example.org").check_password(PASSWORD)


def test_only_administrators_decide(ask, as_, alice):
    mode("approval")
    ask()
    found = Registration.objects.get()
    User.objects.filter(pk=alice.pk).update(rank="space_manager")
    html = text(as_(alice).get("/administration/people/"))
    assert "zoe@example.org" not in html
    for verb in ("approve", "refuse"):
        assert as_(alice).post(f"/administration/people/requests/{found.pk}/{verb}/").status_code == 403
        assert Client().post(f"/administration/people/requests/{found.pk}/{verb}/").status_code == 302


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("zoe", "valid email"),
        ("zoe@", "valid email"),
        ("a" * 300 + "@example.org", "This is not an e-mail address"),
        ("zoe@evil.org", "Only addresses that end in @example.org"),
        ("zoe@sub.example.org", "Only addresses that end in @example.org"),
        ("zoe@example.org.evil.org", "Only addresses that end in @example.org"),
        ("zoe@exаmple.org", "mixes letters of several alphabets"),
        ("zoe@xn--exmple-4nf.org", "mixes letters of several alphabets"),
        ("zoe@еxаmрlе.org", "several alphabets"),
        ("zoe@exámple.org", "Only addresses that end in @example.org"),
        ("zoe\0@example.org", "valid email"),
        ('"a b"@example.org', ""),
    ],
)
def test_a_wrong_address_is_refused_with_the_reason(ask, town, email, reason):
    mode("approval", "example.org")
    page = ask(email=email)
    assert page.status_code in ({400} if reason else {200, 400})
    assert reason in text(page)
    assert not User.objects.filter(email__startswith="zoe").exists()


def test_an_address_written_wide_or_large_is_the_same_address(ask, town):
    mode("approval", "example.org")
    ask(email="zoe@EXAMPLE.ORG")
    assert [one.email for one in Registration.objects.all()] == ["zoe@example.org"]


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "12345678"},
        {"password": "Zoé Martin"},
        {"password": "x" * 5000},
        {"display_name": ""},
        {"display_name": "x" * 200},
        {"display_name": "Z\u202eoe"},
    ],
)
def test_a_weak_password_or_no_name_is_refused(ask, town, fields):
    mode("approval")
    page = ask(**fields)
    assert page.status_code == 400
    assert not Registration.objects.exists()


def test_registering_is_slowed_down(ask, town):
    mode("approval")
    codes = [ask(email=f"zoe{number}@example.org").status_code for number in range(25)]
    assert codes[:20] == [200] * 20
    assert codes[-1] == 429
    assert Registration.objects.count() == 20


def test_one_address_fills_no_list(ask, town):
    mode("approval")
    for _again in range(5):
        ask()
    assert Registration.objects.count() <= registrations.SAME


@pytest.mark.usefixtures("mails")
def test_guessing_links_and_passwords_is_slowed_down(ask, town):
    mode("open")
    browser = Client()
    codes = {browser.get(f"{DOOR}guess{number}/").status_code for number in range(30)}
    assert codes == {404, 429}


def test_who_is_signed_in_needs_none(as_, bob):
    mode("open")
    assert as_(bob).get(DOOR)["Location"] == "/"


def test_the_list_of_domains_is_read_as_people_write_it():
    field = opening.DomainsField()
    assert field.clean("Example.org, @école.fr\nexample.org.") == ["example.org", "xn--cole-9oa.fr"]
    assert field.clean("") == []
    assert field.prepare_value(["a.org", "b.org"]) == "a.org\nb.org"
    for wrong in ("localhost", "a b@c", "exаmple.org", "-.-"):
        with pytest.raises(opening.forms.ValidationError):
            field.clean(wrong)


@pytest.mark.usefixtures("mails")
def test_what_nobody_finishes_is_forgotten(ask, town):
    from tests import town as make

    mode("open")
    ask()
    make.age(Registration.objects.all(), "created_at", registrations.DAYS + 1)
    assert Client().get(link_of(mail.outbox[0])).status_code == 404
    registrations.sweep()
    assert not Registration.objects.exists()

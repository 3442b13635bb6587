"""Errors say what happened, what is safe, what to do; each asker reads them in its own form."""

import json

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from collab.lib import errors as refusals

KINDS = {kind.status: kind for kind in refusals.Refusal.__subclasses__()}


@login_not_required
def refuse(request, status):
    raise KINDS[status](retry_after=7 if status in (429, 503) else None)


@login_not_required
def break_down(request):
    raise ZeroDivisionError


@login_not_required
def lose_database(request):
    raise OperationalError("connection refused")


@login_not_required
def fine(request):
    return HttpResponse("fine")


urlpatterns = [
    path("refuse/<int:status>", refuse),
    path("break", break_down),
    path("lose", lose_database),
    path("fine", fine),
    path("", include("collab.urls")),
]
handler400 = "collab.shell.errors.bad_request"
handler403 = "collab.shell.errors.forbidden"
handler404 = "collab.shell.errors.not_found"
handler500 = "collab.shell.errors.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def browser():
    return Client(raise_request_exception=False, headers={"accept-language": "en", "accept": "text/html"})


@pytest.mark.parametrize("status", sorted(KINDS))
def test_a_refusal_is_a_page_that_says_what_to_do(browser, status):
    page = browser.get(f"/refuse/{status}")
    html = page.content.decode()
    assert page.status_code == status
    assert "<h1>" in html
    assert 'class="button' in html, "there is a way on"
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", sorted(KINDS))
def test_programs_get_a_problem_document(browser, status):
    answer = browser.get(f"/refuse/{status}", headers={"accept": "application/json"})
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"].startswith("urn:collab:")
    assert problem["detail"]


def test_htmx_gets_a_fragment_and_keeps_its_page(browser):
    answer = browser.get("/refuse/409", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.content.decode().startswith('<p class="banner')


@pytest.mark.parametrize("status", [429, 503])
def test_waiting_is_given_in_seconds(browser, status):
    assert browser.get(f"/refuse/{status}")["Retry-After"] == "7"


def test_an_unknown_address_is_a_404_that_helps(browser):
    page = browser.get("/nothing/here")
    assert page.status_code == 404
    assert "Nothing at this address" in page.content.decode()
    assert "/accounts/login/?next=/nothing/here" in page.content.decode()


def test_a_mistake_of_ours_says_that_data_is_intact(browser):
    page = browser.get("/break")
    assert page.status_code == 500
    assert "Your data is intact" in page.content.decode()
    assert "ZeroDivisionError" not in page.content.decode()


def test_a_lost_database_is_a_whole_503_with_a_time_to_come_back(browser):
    page = browser.get("/lose")
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert page.content.decode().rstrip().endswith("</html>")


def test_the_page_of_a_lost_database_asks_it_nothing(browser, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert browser.get("/fine").status_code == 200, "a page that asks nothing stands"
    browser.cookies["sessionid"] = "somebody"
    page = browser.get("/")
    assert page.status_code == 503
    assert "Your data is intact" in page.content.decode()


def test_a_wrong_host_is_a_400(browser):
    assert browser.get("/fine", headers={"host": "evil.example"}).status_code in {200, 400}
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_script_whose_person_is_signed_out_is_told_so(browser):
    problem = browser.get("/settings/", headers={"accept": "application/json"})
    assert problem.status_code == 401
    assert "Sign in in another tab" in problem.json()["detail"]
    fragment = browser.get("/settings/", headers={"HX-Request": "true", "HX-Current-URL": "https://h/files/?open=4"})
    assert fragment["HX-Redirect"] == "/accounts/login/?next=%2Ffiles%2F%3Fopen%3D4"


def test_a_form_without_its_token_says_to_reload(client):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = strict.post("/language/", {"language": "fr"})
    assert page.status_code == 403
    assert "reload the page" in page.content.decode()

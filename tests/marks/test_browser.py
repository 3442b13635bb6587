"""Comments and labels in a real browser: what is typed stays, names are offered, signs and labels are pressed."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from collab.marks.models import Comment, Label
from collab.rights.right import COMMENTER
from tests import town as make
from tests.conftest import build_town
from tests.files.web import space_url
from tests.marks.talk import said
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAKE = "document.querySelector('live-comments live-topic').say('live:change', [])"
"""What the websocket does when somebody else wrote: this server has none (tests/sockets has the real one)."""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def plan(town):
    return make.make_file(town.alice, town.root, "plan.pdf")


def opened(visit, plan, who, **options):
    page = visit(f"{space_url()}?open={plan.pk}&tab=comments", who, **options)
    page.wait_for_function("Boolean(customElements.get('live-comments') && customElements.get('mention-field'))")
    return page


def write(page, words):
    field = page.locator("#say-new")
    field.click()
    field.type(words)
    return field


def spoken(page):
    return page.locator(".said__body").all_inner_texts()


def test_writing_with_ctrl_enter_and_undoing_a_deletion(visit, town, plan):
    page = opened(visit, plan, town.bob)
    write(page, "First **words**")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said__body")).to_have_text("First words")
    expect(page.locator("#say-new")).to_have_value("")
    expect(page.locator("[data-comments]")).to_have_text("1")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".said__body")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".said__body")).to_have_text("First words")


def test_others_words_come_without_moving_what_one_writes(visit, town, plan):
    first = said(town.alice, plan, "Question?")
    for number in range(12):
        said(town.alice, plan, f"Remark {number}\n\nof two lines")
    page = opened(visit, plan, town.bob)
    field = write(page, "I am still wri")
    before = field.bounding_box()["y"]
    said(town.alice, plan, "Meanwhile")
    said(town.alice, plan, "An answer meanwhile", parent=first)
    page.evaluate(WAKE)
    expect(page.get_by_text("Meanwhile", exact=True)).to_be_attached()
    expect(page.get_by_text("An answer meanwhile")).to_be_attached()
    page.keyboard.type("ting")
    expect(field).to_have_value("I am still writing")
    assert abs(field.bounding_box()["y"] - before) < 3
    assert page.evaluate("document.activeElement.id") == "say-new"


def test_an_answer_that_is_being_written_stays_in_its_thread(visit, town, plan):
    first = said(town.alice, plan, "Question?")
    page = opened(visit, plan, town.bob)
    page.get_by_text("Answer", exact=True).click()
    answer = page.locator(f"#say-{first.pk}")
    answer.type("Well")
    said(town.alice, plan, "Nobody?", parent=first)
    page.evaluate(WAKE)
    expect(page.get_by_text("Nobody?")).to_be_attached()
    expect(answer).to_have_value("Well")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#answers-{first.pk} .said__body")).to_have_text(["Nobody?", "Well"])
    assert Comment.objects.get(body="Well").parent_id == first.pk


def test_a_draft_is_kept_on_the_device_for_its_writer_alone(visit, town, plan):
    page = opened(visit, plan, town.bob)
    write(page, "Half a thou")
    page.reload()
    expect(page.locator("#say-new")).to_have_value("Half a thou")
    page.locator("#say-new").press("End")
    page.keyboard.type("ght")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said__body")).to_have_text("Half a thought")
    page.reload()
    expect(page.locator("#say-new")).to_have_value("")


def test_an_at_offers_who_sees_it_by_keys(visit, town, plan):
    carl = make.make_user("carl")
    make.share(town.alice, town.space, carl, COMMENTER.mask)
    page = opened(visit, plan, town.bob)
    field = write(page, "Hello @ca")
    expect(page.get_by_role("option")).to_have_text([re.compile("Carl")])
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hello @carl ")
    page.keyboard.type("and @ev")
    expect(page.get_by_role("status").filter(has_text="Eve cannot see “plan.pdf”.")).to_be_visible()
    page.keyboard.type("e")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Eve cannot see")).to_be_visible()
    expect(field).to_have_value("Hello @carl and @eve")
    page.keyboard.press("Escape")


def test_what_is_written_while_the_words_before_are_on_their_way_stays(visit, town, plan):
    page = opened(visit, plan, town.bob)
    field = write(page, "First")

    def slowly(route):
        field.fill("Second")
        route.continue_()

    page.route(
        lambda url: "/marks/" in url,
        lambda route: slowly(route) if route.request.method == "POST" else route.continue_(),
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said__body")).to_have_text("First")
    expect(field).to_have_value("Second")
    page.reload()
    expect(field).to_have_value("Second")


def test_a_name_typed_faster_than_it_is_found_is_the_one_that_is_meant(visit, town, plan):
    make.share(town.alice, town.space, make.make_user("carl"), COMMENTER.mask)
    page = opened(visit, plan, town.bob)
    page.route(re.compile(r"q=a$"), lambda route: None)  # an answer that takes long is not waited for
    with page.expect_request(re.compile(r"q=a$")):
        field = write(page, "Hello @a")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("option")).to_have_count(4)  # Carl is not the first of them
    page.keyboard.type("ca")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hello @carl ")


def test_editing_signs_and_resolving(visit, town, plan):
    mine = said(town.bob, plan, "Firday")
    page = opened(visit, plan, town.bob)
    page.get_by_role("link", name="Edit").click()
    field = page.locator(f"#edit-{mine.pk}")
    expect(field).to_be_focused()
    field.fill("Friday")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said__body")).to_have_text("Friday")
    page.get_by_role("link", name="React").click()
    page.get_by_role("button", name="Hooray").click()
    sign = page.get_by_role("button", name="🎉 1 Hooray: Bob")
    expect(sign).to_have_attribute("aria-pressed", "true")
    sign.click()
    expect(sign).to_have_count(0)
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Resolved by Bob")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Resolved by Bob")).to_have_count(0)


def test_labels_are_chosen_for_several_and_filter_the_list(visit, town, plan):
    make.make_file(town.alice, town.root, "other.txt")
    make.make_file(town.alice, town.root, "third.txt")
    page = visit(space_url(), town.bob)
    for name in ("plan.pdf", "other.txt"):
        page.get_by_role("checkbox", name=name).check(force=True)
    page.locator("[data-selection]").get_by_role("button", name="Labels").click()
    page.get_by_label("New label").fill("Urgent")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#listing .chip", has_text="Urgent")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#listing .chip", has_text="Urgent")).to_have_count(0)
    page.goto(f"{space_url()}?open={plan.pk}")
    page.locator("#panel").get_by_role("link", name="Add a label").click()
    page.get_by_role("checkbox", name="Urgent").check()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#panel .chip", has_text="Urgent")).to_be_visible()
    page.goto(space_url())
    page.locator(".files__labels summary").click()
    page.locator(".files__labels").get_by_role("link", name="Urgent").click()
    expect(page.locator("#listing a.item__title")).to_have_text(["plan.pdf"])
    page.get_by_role("link", name="Urgent: show everything again").click()
    expect(page.locator("#listing a.item__title")).to_have_count(3)


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_pages_are_accessible_and_fit(visit, town, plan, phone, scheme, language):
    for user in (town.alice, town.bob):
        make.change(user, language=language)
    address = "https://example.org/" + "un-tres-long-chemin/" * 6
    first = said(town.bob, plan, f"@alice le **plan** est prêt ? {address}")
    said(town.alice, plan, "Oui.", parent=first)
    said(town.alice, plan, "- un\n- deux")
    label = Label.objects.create(space=town.space, name="À signer avant l’assemblée générale", hue="brique")
    label.things.create(kind="node", object_id=plan.pk)
    page = visit("/", town.alice, phone=phone, language=language, color_scheme=scheme)
    for address in (
        f"{space_url()}?open={plan.pk}&tab=comments", space_url(), reverse("shell:comments", args=["node", plan.pk]),
        reverse("shell:label", args=[label.pk]), reverse("shell:space-labels", args=[town.space.pk]),
        reverse("shell:space-label", args=[town.space.pk, label.pk]), "/favourites/",
        f"{reverse('shell:label-things', args=['node'])}?id={plan.pk}", reverse("shell:comment", args=[first.pk]),
    ):  # fmt: skip
        page.goto(address)
        settle(page)
        assert violations(page) == [], address
        assert not overflows(page), address

"""Public links in a real browser: accessible, on a phone too, and usable without script."""

import pytest
from playwright.sync_api import expect

from collab.accounts.models import User
from collab.rights.links import token_of
from collab.rights.models import Letter, Link
from collab.rights.right import DROP_BOX, EDITOR
from files.models import Node
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, settle, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
    "a1dd0e2f0000000049454e44ae426082"
)


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def folder(town):
    folder = make.make_folder(town.alice, town.root, "Fête de l’été, avec un nom plutôt long pour un téléphone")
    make.make_folder(town.alice, folder, "Photos")
    make.make_file(town.alice, folder, "affiche.png", PNG)
    make.make_file(town.alice, folder, "programme.txt", b"10:00 accueil\n" * 20)
    return folder


def page_of(town, thing, *mask, **options):
    link = make.make_link(town.alice, thing, *mask, **options)
    return f"/s/{token_of(make.act(town.alice), link, make.fresh(thing))}/"


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(visit, town, folder, phone, scheme, language):
    look = {"phone": phone, "color_scheme": scheme, "language": language}
    public = page_of(town, folder, EDITOR.mask, label="Presse", expires_at=make.in_hours(48))
    drop = page_of(town, folder, DROP_BOX.mask, title="Certificats médicaux", text="En photo ou en PDF.\nMerci")
    closed = page_of(town, folder, password="quatre lapins")
    addresses = [public, f"{public}affiche.png", f"{public}programme.txt", f"{public}Photos", f"{public}no", drop]
    page = visit("/s/nothing/", **look)
    asking = page_of(town, folder, ask_visitor=True, password="quatre lapins")
    looking = page_of(town, folder, hide_download=True)
    limited = page_of(town, folder, DROP_BOX.mask, ask_mail=True, kinds=["pdf", "pictures"], most_files=3)
    addresses += [looking, f"{looking}affiche.png", limited]
    for address in ["/s/nothing/", closed, asking, *addresses]:
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address
    User.objects.filter(pk=town.alice.pk).update(rank="owner")
    links = f"/share/node/{folder.pk}/links/"
    page = visit(links, town.alice, **look)
    first = Link.objects.latest("pk")
    mine = make.make_folder(town.alice, make.home(town.alice), "Demande de subvention")
    giving = f"/files/hand-over/{mine.pk}/"
    more = [f"{links}{first.pk}/send/", f"{links}{first.pk}/", giving, f"{giving}?who=bob&keep=reader"]
    for address in [links, *more, "/settings/links/", "/administration/links/", f"/share/node/{town.root.pk}/links/"]:
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address
    page.goto(links)
    page.locator(".links__code summary").first.click()
    settle(page)
    assert page.locator(".links__code img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    page.locator(".links__one .button", has_text="Change" if language == "en" else "Modifier").first.click()
    settle(page)
    assert violations(page) == []


@pytest.mark.parametrize(("phone", "scheme"), [(True, "dark"), (False, "light")])
@pytest.mark.parametrize("script", [True, False])
def test_files_are_dropped_off_and_the_receipt_lists_them(visit, town, folder, settings, script, phone, scheme):
    settings.MAIL_URL = "smtp://mail.example.org"
    address = page_of(town, folder, DROP_BOX.mask, ask_mail=True, kinds=["pdf"], most_files=4)
    page = visit(address, java_script_enabled=script, phone=phone, color_scheme=scheme)
    page.fill("#name", "Marie Dupont")
    page.fill("#email", "marie@example.org")
    page.set_input_files(
        "#files",
        [
            *({"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"} for number in range(3)),
            {"name": "photo.png", "mimeType": "image/png", "buffer": PNG},
        ],
    )
    if script:
        page.get_by_text("This kind of file is not taken here. Taken: PDF.").wait_for()
        assert violations(page) == []
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="3 files received").wait_for()
    sent = 3 if script else 4  # what the page refused is not even sent
    expect(page.locator(".receipt .item")).to_have_count(sent)
    if not script:
        page.get_by_text("This kind of file is not taken here").wait_for()
    page.get_by_text("The receipt is on its way to marie@example.org").wait_for()
    assert Letter.objects.get().email == "marie@example.org"
    assert not overflows(page)
    if script:
        assert violations(page) == []
    assert page.input_value("#name") == "Marie Dupont"
    sender = Node.objects.inside(folder.pk).get(name__endswith="Marie Dupont")
    assert Node.objects.inside(sender.pk).count() == 3


DROP = """names => {
  const carried = new DataTransfer();
  for (const name of names) carried.items.add(new File(["%PDF-1.7 x"], name));
  for (const type of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def test_each_file_has_its_line_and_its_state(visit, town, folder):
    page = visit(page_of(town, folder, DROP_BOX.mask, ask_name=False, kinds=["pdf"], most_files=3))
    page.evaluate(DROP, ["a.pdf", "b.pdf", "c.pdf", "d.pdf"])
    lines = page.locator("[data-lines] .item")
    lines.nth(3).get_by_text("3 files a visit are taken here.").wait_for()
    page.get_by_role("button", name="Remove d.pdf").click()
    page.get_by_role("button", name="Remove c.pdf").click()
    assert lines.count() == 2
    tries: list[str] = []

    def once(route):
        tries.append(route.request.url)
        route.fulfill(status=429, json={"detail": "Too much at once."}) if len(tries) == 1 else route.continue_()

    page.route("**/s/*/", lambda route: once(route) if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Send").click()
    lines.nth(1).get_by_text("Received").wait_for()
    lines.nth(0).get_by_text("Too much at once.").wait_for()
    page.get_by_text("1 of 2 received").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Try again a.pdf").click()
    page.get_by_role("heading", name="2 files received").wait_for()
    (sender,) = Node.objects.inside(folder.pk).filter(kind=Node.Kind.FOLDER).exclude(name="Photos")
    assert Node.objects.inside(sender.pk).count() == 2


def test_what_the_server_refuses_is_read_before_the_end(visit, town, folder):
    page = visit(page_of(town, folder, DROP_BOX.mask, ask_name=False, kinds=["pdf"]))
    disguised = {"name": "b.pdf", "mimeType": "application/pdf", "buffer": PNG}
    page.set_input_files("#files", [{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}, disguised])
    page.get_by_role("button", name="Send").click()
    page.locator("[data-lines] .item").nth(1).locator(".field__error").wait_for()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="1 file received").wait_for()
    expect(page.locator(".receipt .item")).to_have_count(2)


@pytest.mark.parametrize("script", [True, False])
def test_a_folder_is_handed_over_and_comes_back(visit, town, script):
    mine = make.make_folder(town.alice, make.home(town.alice), "Grant request")
    page = visit(f"/share/node/{mine.pk}/", town.alice, java_script_enabled=script)
    page.get_by_role("link", name="Hand over").click()
    page.get_by_label("To a person").fill("bob")
    page.get_by_label("What you may still do").select_option(label="Can view")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Bob will see it").wait_for()
    page.get_by_role("button", name="Hand over to Bob").click()
    page.get_by_text("“Grant request” is in the hands of Bob.").wait_for()
    assert make.names(town.bob, make.home(town.bob)) == ["Grant request"]
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Grant request").first.wait_for()
    assert make.names(town.alice, make.home(town.alice)) == ["Grant request"]


def test_a_refusal_is_said_where_the_form_is(visit, town, folder):
    page = visit(page_of(town, folder, DROP_BOX.mask))
    page.fill("#name", "   ")
    page.set_input_files("#files", [{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"}])
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Write your name").wait_for()
    page.fill("#name", "Marie")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="1 file received").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_link_goes_from_its_maker_to_its_visitor(visit, town, folder, script):
    page = visit(f"/share/node/{folder.pk}/links/", town.alice, java_script_enabled=script)
    page.get_by_label("Can view").check()
    page.get_by_label("For whom, or what for").fill("Press")
    page.locator("#id_password").fill("quatre lapins")
    page.get_by_role("button", name="Create a link").click()
    address = page.locator("[data-text]").inner_text()
    visitor = visit(address, java_script_enabled=script)
    visitor.locator("#password").fill("wrong one")
    visitor.get_by_role("button", name="Open").click()
    visitor.get_by_text("This is not the password of this link").wait_for()
    visitor.locator("#password").fill("quatre lapins")
    visitor.get_by_role("button", name="Open").click()
    visitor.get_by_role("link", name="programme.txt", exact=True).click()
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "programme.txt"
    with page.expect_navigation():
        page.get_by_role("button", name="Close the link").click()
    page.locator(".toast").wait_for()
    visitor.reload()
    assert visitor.get_by_role("heading").inner_text() == "This link is no longer valid"
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    page.get_by_text("Press").wait_for()
    visitor.reload()
    assert "programme" in visitor.get_by_role("heading", level=1).inner_text()

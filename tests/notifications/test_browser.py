"""In a real browser: the bell, the control, the settings; the service worker, its page offline, what it receives."""

import pytest

from collab.notifications.models import Follow, Level, Notification, Reach
from tests import town as make
from tests.notifications.hearing import follow, heard
from tests.shell.browsing import overflows, settle, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def told(living_town):
    town = living_town
    follow(town.bob, town.space)
    summer = make.make_folder(town.alice, town.root, "Summer camp")
    for name in ("tents.txt", "list.ods"):
        make.make_file(town.alice, summer, name)
    make.share(town.alice, make.make_folder(town.alice, town.root, "Accounts"), town.bob, 33)
    heard(town.bob)
    return town


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("address", ["/notifications/", "/settings/notifications/", "/notifications/?show=unread"])
def test_the_pages_are_accessible_and_fit(visit, told, phone, address):
    first = Notification.objects.filter(person=told.bob, read_at=None).first()
    for _more in range(12):  # a number of two digits takes more room
        first.pk, first._state.adding = None, True
        first.save()
    page = visit(address, told.bob, phone=phone)
    assert violations(page) == []
    assert not overflows(page)


def test_an_empty_bell_is_accessible(visit, living_town):
    page = visit("/notifications/", living_town.eve, phone=True)
    assert violations(page) == []


def test_the_offline_page_is_accessible(visit, living_town):
    assert violations(visit("/offline/", phone=True)) == []


def test_a_space_is_followed_from_its_bell_and_that_is_undone(visit, told):
    Follow.objects.all().delete()
    page = visit(f"/spaces/{told.space.pk}/", told.bob)
    page.click("summary[aria-label^='What you hear of']")
    page.click("text=Follow >> nth=0")
    page.wait_for_selector("button[value=follow][aria-pressed=true]")
    page.wait_for_selector("text=You follow “Plans”")
    assert violations(page) == []
    assert Follow.objects.get().level == Level.FOLLOW
    with page.expect_navigation():
        page.click("toast-stack button")
    assert not Follow.objects.exists()


def test_a_folder_is_followed_from_its_menu(visit, told):
    Follow.objects.all().delete()
    page = visit(f"/files/@{told.space.slug}/Summer camp", told.bob, phone=True)
    page.click("summary[aria-label='More about this folder']")
    page.wait_for_selector(".popover .segments")
    assert violations(page) == []
    page.click(".popover button[value=mute]")
    page.wait_for_selector("text=“Summer camp” is muted")
    assert Follow.objects.get().level == Level.MUTE


def test_a_place_is_muted_from_a_line(visit, told):
    page = visit("/notifications/", told.bob)
    page.click(".notice:has-text('because you follow') summary >> nth=0")
    assert violations(page) == []
    page.click("button:has-text('Follow “Plans” no more') >> visible=true")
    page.wait_for_selector("toast-stack >> text=Of “Plans”")
    assert not Follow.objects.filter(level="follow").exists()


def test_settings_are_saved_as_they_are_chosen(visit, told):
    page = visit("/settings/notifications/", told.bob)
    page.check("input[name=mail][value=weekly]")
    page.wait_for_selector("[data-saved=mail]:has-text('Saved')")
    page.select_option("select[name=hour]", "18")
    page.wait_for_selector("[data-saved=hour]:has-text('Saved')")
    page.check("input[name=discreet]")
    page.wait_for_selector("[data-saved=discreet]:has-text('Saved')")
    reach = Reach.objects.get(person=told.bob)
    assert (reach.mail, reach.hour, reach.discreet) == ("weekly", 18, True)


def worked(visit, address, user, **options):
    """A page that the service worker looks after."""
    page = visit(address, user, service_workers="allow", **options)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def kept(page):
    return page.evaluate(
        "(async () => { const found = []; for (const name of await caches.keys())"
        " for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);"
        " return found; })()"
    )


def test_without_connection_a_page_says_so_in_the_persons_language_and_comes_back(visit, told):
    told.bob.language = "fr"
    told.bob.save()
    page = worked(visit, "/files/", told.bob)
    page.goto("/notifications/")
    settle(page)
    page.wait_for_function("caches.match('/offline/').then((one) => one?.headers.get('Content-Language') === 'fr')")
    page.context.set_offline(True)
    page.goto("/files/")
    page.wait_for_selector("text=Pas de connexion")
    assert page.evaluate("getComputedStyle(document.querySelector('.door')).display") != "block"  # with its stylesheet
    assert violations(page) == []
    page.context.set_offline(False)  # the page tries again by itself
    page.wait_for_selector("h1:has-text('Mes fichiers')")


def test_the_worker_keeps_no_page_of_anybody(visit, told):
    page = worked(visit, "/notifications/", told.bob)
    for address in ("/", "/files/", f"/spaces/{told.space.pk}/", "/settings/"):
        page.goto(address)
        settle(page)
    assert {path for path in kept(page) if not path.startswith("/static/")} == {"/offline/"}


def test_an_old_frame_is_left_behind_at_once(visit, told):
    page = worked(visit, "/", told.bob)
    page.evaluate("caches.open('frame-of-before').then((cache) => cache.put('/static/x.css', new Response('')))")
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.unregister())")
    page.reload()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then((names) => !names.includes('frame-of-before'))")


SHARE = """async ([name, text]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/receive/", enctype: "multipart/form-data" });
  const files = Object.assign(document.createElement("input"), { type: "file", name: "files" });
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "text/plain" }));
  files.files = transfer.files;
  form.append(files);
  document.body.append(form);
  form.submit();
}"""


def test_what_a_device_shares_is_put_into_the_folder_that_is_chosen(visit, told):
    page = worked(visit, "/", told.bob)
    page.evaluate(SHARE, ["from my phone.txt", "hello from the phone"])
    page.wait_for_selector("received-list >> text=from my phone.txt")
    assert violations(page) == []
    page.click(".files__folders >> text=Plans")
    page.click("text=Summer camp")
    page.click("[data-put]")
    page.wait_for_selector("#listing >> text=from my phone.txt")
    page.wait_for_function("caches.open('shared').then((cache) => cache.keys()).then((keys) => !keys.length)")
    assert "received" not in page.url
    node = next(one for one in make.Node.objects.filter(name="from my phone.txt"))
    assert make.read(node) == b"hello from the phone"


@pytest.mark.whole_browser
def test_a_push_is_shown_and_a_click_opens_what_it_is_about(visit, told):
    page = worked(visit, "/", told.bob, permissions=["notifications"])
    shown = page.evaluate(
        "(async () => { const one = await navigator.serviceWorker.ready;"
        " await one.showNotification('x', { tag: 'n1' }); return (await one.getNotifications()).map((n) => n.tag); })()"
    )
    assert shown == ["n1"]

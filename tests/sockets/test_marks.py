"""What is said about a thing reaches the pages that show it, and never the words."""

import asyncio

from collab.marks.actions import commenting, labelling
from collab.rights.right import READER
from tests import town as make
from tests.sockets.conftest import cookie_of, do, opened


def test_a_comment_is_heard_by_who_listens_to_the_thing(living_town, play):
    plan = make.make_file(living_town.alice, living_town.root, "plan.pdf")
    make.share(living_town.alice, plan, living_town.eve, READER.mask)
    cookies = [cookie_of(user) for user in (living_town.bob, living_town.eve)]

    def speak():
        commenting.write(make.act(living_town.alice), make.fresh(plan), "kanari-words for @bob")

    async def scene():
        async with opened(cookies[0]) as bob, opened(cookies[1]) as eve:
            for page in (bob, eve):
                await page.join(**{f"node_{plan.pk}": None})
            await do(speak)
            for page in (bob, eve):
                heard = [await asyncio.wait_for(page.hear(), 20) for _ in range(2)]
                assert [frame["kind"] for frame in heard] == ["comment", "mention"]
                assert {frame["ref"] for frame in heard} == {f"node:{plan.pk}"}
                assert "kanari" not in str(heard)

    play(scene())


def test_a_label_is_heard_by_the_list_of_its_folder(living_town, play):
    folder = make.make_folder(living_town.alice, living_town.root, "Photos")
    file = make.make_file(living_town.alice, folder, "a.png")
    cookie = cookie_of(living_town.bob)

    def stick():
        labelling.label(make.act(living_town.alice), [make.registry_thing(file)], new="Urgent")

    async def scene():
        async with opened(cookie) as bob:
            await bob.join(**{f"node_{folder.pk}": None, f"node_{living_town.root.pk}": None})
            await do(stick)
            frame = await bob.hear()
            assert (frame["topic"], frame["kind"], frame["ref"]) == (f"node:{folder.pk}", "label", f"node:{file.pk}")

    play(scene())

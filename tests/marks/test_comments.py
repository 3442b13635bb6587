"""Comments through their doors: who reads, who writes, changing, taking back, resolving, reacting."""

import pytest
from django.urls import reverse
from django.utils import timezone

from collab.events.models import Outbox
from collab.lib import paging
from collab.marks import following, reading
from collab.marks.actions import commenting
from collab.marks.models import Comment, Reaction
from collab.rights.right import EDITOR, READER
from tests import town as make
from tests.files.web import HTMX, JSON, signed_in, space_url, text
from tests.marks.talk import act, address, changes, heard, said, say, told, undo

pytestmark = pytest.mark.django_db


def test_it_works(town, plan):
    first = said(town.bob, plan, "When is it **due**?")
    said(town.alice, plan, "On Friday.", parent=first)
    assert heard(town.alice, plan) == ["When is it due?", "On Friday."]
    assert "<strong>due</strong>" in text(signed_in(town.alice).get(address(plan)))


def test_the_panel_of_a_file_has_them_in_a_tab_that_counts(town, plan):
    said(town.bob, plan, "Nice.")
    panel = text(
        signed_in(town.alice).get(f"{space_url()}?open={plan.pk}&tab=comments", **HTMX, HTTP_HX_TARGET="panel")
    )
    assert "Nice." in panel
    assert "data-comments>1<" in panel
    assert f'data-topics="node:{plan.pk}@' in panel


def test_who_sees_the_thing_reads_and_who_may_comment_writes(town, plan, rita, carl):
    said(carl, plan, "From Carl.")
    assert heard(rita, plan) == ["From Carl."]
    refused = say(rita, plan, "Me too.")
    assert refused.status_code == 403
    assert "You can read the comments here, not write any." in text(signed_in(rita).get(address(plan)))
    assert say(town.eve, plan, "Let me in.").status_code == 404
    assert signed_in(town.eve).get(address(plan)).status_code == 404
    assert Comment.objects.count() == 1


def test_a_guest_reads_what_is_said_on_what_they_see(town, plan):
    guest = make.make_user("gus", rank="guest")
    make.share(town.alice, plan, guest, READER.mask)
    said(town.alice, plan, "Welcome.")
    assert heard(guest, plan) == ["Welcome."]


def test_a_visitor_with_a_link_sees_none(client, town, plan):
    said(town.alice, plan, "kanari-comment")
    make.make_link(town.alice, plan)
    assert client.get(address(plan)).status_code == 302
    visitor = make.visitor(make.make_link(town.alice, plan))
    with pytest.raises(commenting.NotFound):
        commenting.find(visitor, Comment.objects.get().pk)


def test_every_act_is_for_its_own(town, plan, carl, rita):
    """Author, another who may comment, a reader, a manager, a stranger: each act says who may."""
    bob, alice, eve = town.bob, town.alice, town.eve
    comment = said(bob, plan, "Mine.")
    expected = {
        "edit": {bob: 200, carl: 403, rita: 403, alice: 403, eve: 404},
        "react": {bob: 200, carl: 200, rita: 403, alice: 200, eve: 404},
        "resolve": {bob: 200, carl: 200, rita: 403, alice: 200, eve: 404},
        "delete": {carl: 403, rita: 403, eve: 404, alice: 200},
    }
    fields = {"edit": {"body": "Mine!"}, "react": {"put": "👍"}, "resolve": {"resolved": "1"}, "delete": {}}
    for verb, people in expected.items():
        for who, status in people.items():
            assert act(who, verb, comment, **fields[verb]).status_code == status, (verb, who)
    other = said(bob, plan, "Again.")
    assert act(bob, "delete", other).status_code == 200


def test_what_is_changed_says_so_and_can_be_changed_back(town, plan):
    comment = said(town.bob, plan, "Firday")
    answer = act(town.bob, "edit", comment, body="Friday")
    assert heard(town.alice, plan) == ["Friday"]
    assert "changed" in text(signed_in(town.alice).get(address(plan)))
    undo(town.bob, answer)
    assert heard(town.alice, plan) == ["Firday"]


def test_what_is_taken_back_comes_back_for_who_did_it(town, plan):
    comment = said(town.bob, plan, "Oh")
    answer = act(town.bob, "delete", comment)
    assert heard(town.alice, plan) == []
    assert undo(town.alice, answer).status_code == 404
    assert undo(town.bob, answer).status_code == 200
    assert heard(town.alice, plan) == ["Oh"]


def test_a_manager_takes_back_and_the_author_does_not_undo_it(town, plan):
    answer = act(town.alice, "delete", said(town.bob, plan, "Rude"))
    assert undo(town.bob, answer).status_code == 404
    assert undo(town.alice, answer).status_code == 200


def test_a_deleted_comment_that_was_answered_keeps_its_place_without_its_words(town, plan):
    first = said(town.bob, plan, "kanari-question")
    said(town.alice, plan, "Answer.", parent=first)
    act(town.bob, "resolve", first, resolved="1")
    act(town.bob, "delete", first)
    page = text(signed_in(town.alice).get(address(plan)))
    assert "This comment was deleted." in page
    assert "kanari-question" not in page
    assert heard(town.alice, plan) == ["Answer."]


def test_after_a_day_the_words_are_gone_for_good(town, plan):
    alone, first = said(town.bob, plan, "alone"), said(town.bob, plan, "answered")
    said(town.alice, plan, "Answer.", parent=first)
    for comment in (alone, first):
        act(town.bob, "react", comment, put="👍")
        act(town.bob, "delete", comment)
    following.sweep()
    assert Comment.objects.exclude(body="").count() == 3
    Comment.objects.exclude(deleted_at=None).update(deleted_at=make.in_hours(-25))
    following.sweep()
    assert list(Comment.objects.order_by("pk").values_list("body", flat=True)) == ["", "Answer."]
    assert not Reaction.objects.exists()
    assert act(town.bob, "restore", first).status_code == 409


def test_an_answer_to_an_answer_joins_the_thread(town, plan):
    first = said(town.bob, plan, "One")
    second = said(town.alice, plan, "Two", parent=first)
    third = said(town.bob, plan, "Three", parent=second)
    assert third.parent_id == first.pk
    assert heard(town.bob, plan) == ["One", "Two", "Three"]


def test_an_answer_stays_with_its_thing(town, plan):
    other = make.make_file(town.alice, town.root, "other.txt")
    assert say(town.bob, other, "Hm", parent=said(town.bob, plan, "One")).status_code == 404


def test_threads_are_resolved_and_taken_up_again(town, plan):
    first = said(town.bob, plan, "Typo on page 2")
    answer = act(town.alice, "resolve", first, resolved="1")
    assert "Resolved by Alice" in text(signed_in(town.bob).get(address(plan)))
    undo(town.alice, answer)
    assert "Resolved by" not in text(signed_in(town.bob).get(address(plan)))
    reply = said(town.alice, plan, "Fixed", parent=first)
    assert act(town.alice, "resolve", reply, resolved="1").status_code == 400


def test_signs_count_and_name_who_put_them(town, plan):
    comment = said(town.bob, plan, "Done")
    for who in (town.alice, town.bob):
        act(who, "react", comment, put="🎉")
    page = text(signed_in(town.alice).get(address(plan)))
    assert 'aria-label="🎉 2 Hooray: Alice, Bob"' in page
    assert 'aria-pressed="true"' in page
    act(town.alice, "react", comment, take="🎉")
    assert 'aria-label="🎉 1 Hooray: Bob"' in text(signed_in(town.alice).get(address(plan)))
    for wrong in ("", "x", "<b>", "💣", "👍👍"):
        assert act(town.alice, "react", comment, put=wrong).status_code == 400


@pytest.mark.parametrize("body", ["", "   \n ", "\u200b\u200d", "x" * 10_001, "a\0b"])
def test_what_cannot_be_said_is_refused_with_a_reason(town, plan, body):
    assert say(town.bob, plan, body).status_code == 400
    assert not Comment.objects.exists()


def test_a_plain_form_comes_back_with_what_was_written(town, plan):
    bob = signed_in(town.bob)
    page = bob.post(address(plan), {"body": "@eve look"})
    assert page.status_code == 400
    assert "@eve look</textarea>" in text(page)
    assert "Eve cannot see “plan.pdf”." in text(page)
    done = bob.post(address(plan), {"body": "Look"})
    assert done.status_code == 302
    assert "Look" in text(bob.get(done["Location"]))


HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "<style>*{display:none}</style>", "[x](data:text/html,<script>)", "# big\n\n---\n\n| a |\n|---|\n| b |",
    "</div></li></ol>",
    "`@bob <b>`", '@"<b>bold"', "{{ 7*7 }} {% debug %}", "\u202egnp.exe", "[" * 5000, "*" * 9999, "> " * 4000,
)  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(town, plan, body):
    said(town.bob, plan, body)
    page = text(signed_in(town.alice).get(address(plan)))
    shown = page[page.index('<div class="prose said__body">') : page.index('class="said__acts"')]
    for never in ("<script", "<img", "<style", 'javascript:alert(1)"', "<h1", "<h2", "<table", "<hr", "<b>", "49"):
        assert never not in shown, never
    assert page.count("</article>") == 1
    assert page.count('id="threads"') == 1


def test_who_left_is_somebody_who_left(town, plan):
    bob = town.bob
    comment = said(bob, plan, "So long")
    act(bob, "react", comment, put="👍")
    said(town.alice, plan, "@bob bye")
    make.change(bob, is_active=False)
    from collab.accounts.actions import people

    people.delete(None, bob, erase=True)
    page = text(signed_in(town.alice).get(address(plan)))
    assert "Somebody who left" in page
    assert "Bob" not in page
    assert heard(town.alice, plan) == ["So long", "@bob bye"]
    assert not Reaction.objects.exists()
    assert make.is_clean()


def test_an_archived_space_is_read_not_commented(town, plan):
    comment = said(town.bob, plan, "Before")
    make.change(town.space, archived_at=timezone.now())
    assert heard(town.bob, plan) == ["Before"]
    for answer in (
        say(town.bob, plan, "After"),
        act(town.bob, "edit", comment, body="x"),
        act(town.bob, "delete", comment),
        act(town.bob, "react", comment, put="👍"),
        act(town.bob, "resolve", comment, resolved="1"),
    ):
        assert answer.status_code == 403
    assert "archived" in text(signed_in(town.bob).get(address(plan)))


def test_pages_go_back_thread_by_thread(town, plan):
    alice = make.act(town.alice)
    for number in range(50):
        commenting.write(alice, plan, f"n{number}")
        Comment.objects.update(created_at=make.in_hours(-1))  # nobody writes fifty in a minute
    seen, cursor = [], ""
    while True:
        found = reading.page(alice, make.registry_thing(plan), before=cursor)
        seen = [one.html for one in found.threads] + seen
        cursor = found.earlier
        if not cursor:
            break
    assert [one.strip() for one in seen] == [f"<p>n{number}</p>" for number in range(50)]
    page = text(signed_in(town.alice).get(address(plan), **HTMX))
    assert page.count('class="thread"') == reading.PAGE
    assert "Earlier comments" in page
    oldest = Comment.objects.order_by("pk")[25].pk
    assert len(heard(town.alice, plan, query=f"?since={oldest}")) == 25
    for foreign in ("x", paging.seal(["a"]), paging.seal([-1]), paging.seal([True]), paging.seal([1, 2])):
        assert signed_in(town.alice).get(f"{address(plan)}?before={foreign}").status_code == 400
    assert signed_in(town.alice).get(f"{address(plan)}?since=x").status_code == 400


def test_long_threads_make_short_pages(town, plan, monkeypatch):
    monkeypatch.setattr(reading, "SAID", 4)
    for number in range(4):
        first = said(town.bob, plan, f"Thread {number}")
        said(town.bob, plan, "Answer", parent=first)
    assert heard(town.alice, plan) == ["Thread 2", "Answer", "Thread 3", "Answer"]
    assert "Earlier comments" in text(signed_in(town.alice).get(address(plan)))


def test_the_queries_do_not_grow(town, plan, django_assert_max_num_queries):
    alice = make.act(town.alice)
    for _number in range(15):
        first = commenting.write(alice, plan, "@bob hello")
        commenting.write(alice, plan, "and", parent=first.pk)
        commenting.react(alice, first, "👍", on=True)
    thing, fresh = make.registry_thing(plan), make.act(town.bob)
    with django_assert_max_num_queries(6):
        assert len(reading.page(fresh, thing).threads) == 15


def test_a_thread_has_an_end(town, plan, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_ANSWERS", 2)
    first = said(town.bob, plan, "One")
    for _again in range(2):
        said(town.bob, plan, "More", parent=first)
    refused = say(town.bob, plan, "Too much", parent=first)
    assert refused.status_code == 409
    assert "Begin a new one" in told(refused)


def test_everything_is_told_to_the_log_and_never_the_words(town, plan):
    comment = said(town.bob, plan, "@alice kanari-words")
    said(town.alice, plan, "kanari-more", parent=comment)
    act(town.alice, "resolve", comment, resolved="1")
    act(town.alice, "react", comment, put="👍")
    assert changes(plan, "comment")[0] == {"comment": comment.pk}
    assert changes(plan, "comment")[1]["parent"] == comment.pk
    assert changes(plan, "resolve") == [{"comment": comment.pk}]
    assert "kanari" not in str([row.payload for row in Outbox.objects.all()])
    page = text(signed_in(town.alice).get(f"/spaces/{town.space.pk}/activity/"))
    assert page.count("commented on it") == 1
    assert "answered a comment on it" in page
    assert "resolved a comment on it" in page
    assert "kanari" not in page
    panel = text(
        signed_in(town.alice).get(f"{space_url()}?open={plan.pk}&tab=activity", **HTMX, HTTP_HX_TARGET="panel")
    )
    assert "commented on it" in panel
    assert "changed it" not in panel


def test_a_thing_in_the_trash_keeps_its_comments_and_loses_them_with_its_end(town, plan):
    from files.actions import trashing

    comment = said(town.bob, plan, "Keep me")
    row = make.throw_away(town.alice, plan)
    assert act(town.bob, "edit", comment, body="x").status_code == 404
    following.sweep()
    assert Comment.objects.exists()
    trashing.restore(make.act(town.alice), row)
    assert heard(town.bob, plan) == ["Keep me"]
    trashing.purge(make.act(town.alice), make.throw_away(town.alice, make.fresh(plan)))
    assert not Comment.objects.exists()
    assert make.is_clean()


def test_who_loses_sight_of_the_thing_loses_its_comments(town, plan, carl):
    comment = said(carl, plan, "Hello")
    make.restrict(town.alice, plan)
    assert signed_in(carl).get(address(plan)).status_code == 404
    for verb, fields in (("edit", {"body": "x"}), ("delete", {}), ("react", {"put": "👍"}), ("resolve", {})):
        assert act(carl, verb, comment, **fields).status_code == 404, verb


def test_one_comment_has_a_page_where_no_script_runs(town, plan, carl):
    comment = said(town.bob, plan, "Hm **hm**")
    mine = text(signed_in(town.bob).get(reverse("shell:comment", args=[comment.pk])))
    assert "Hm **hm**</textarea>" in mine
    theirs = text(signed_in(carl).get(reverse("shell:comment", args=[comment.pk])))
    assert "<textarea" not in theirs
    assert 'name="put"' in theirs
    assert signed_in(town.eve).get(reverse("shell:comment", args=[comment.pk]), **JSON).status_code == 404


def test_a_folder_shared_alone_is_commented_by_who_sees_it_alone(town):
    folder = make.make_folder(town.alice, town.root, "Open")
    make.share(town.alice, folder, town.eve, EDITOR.mask)
    said(town.eve, folder, "From outside")
    assert heard(town.alice, folder) == ["From outside"]


def test_who_writes_without_end_is_asked_to_wait(town, plan, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_AT_ONCE", 3)
    for number in range(3):
        said(town.bob, plan, f"{number}")
    refused = say(town.bob, plan, "more")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    said(town.alice, plan, "others go on")
    Comment.objects.update(created_at=make.in_hours(-1))
    said(town.bob, plan, "more")

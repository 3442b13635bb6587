"""Twenty thousand photos: what a page costs, and whether it scrolls smoothly in a browser."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.urls import reverse

from files.gallery import finding
from tests import town as make
from tests.files.test_gallery_browser import multiply, photos  # noqa: F401 - a fixture
from tests.files.web import signed_in

pytestmark = [pytest.mark.full, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCROLL = """async () => {
  const sheet = document.querySelector(".main .body, .main").closest(".main");
  const frames = [];
  let last = performance.now(), most = 0;
  const step = sheet.clientHeight / 8;
  await new Promise((done) => {
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll(".shot").length);
      sheet.scrollTop += step;
      frames.length < 600 ? requestAnimationFrame(frame) : done();
    };
    requestAnimationFrame(frame);
  });
  frames.sort((a, b) => a - b);
  return { p50: frames[300], p95: frames[570], worst: frames[599], most, scrolled: sheet.scrollTop };
}"""


def test_it_is_quick_and_scrolls_smoothly(living_town, photos, visit):  # noqa: F811
    multiply(photos[0], 20_000, 2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE files_photo, files_node")
    scope = finding.Scope(make.act(living_town.bob))
    began = time.perf_counter()
    blocks = finding.blocks(scope)
    timeline = time.perf_counter() - began
    assert sum(block.number for block in blocks) == 20_003
    began = time.perf_counter()
    for block in blocks[:: len(blocks) // 20]:
        assert len(finding.between(scope, block.first, block.last)) == block.number
    each = (time.perf_counter() - began) / 20
    web = signed_in(living_town.bob)
    web.get(reverse("files:gallery"))
    began = time.perf_counter()
    answer = web.get(reverse("files:gallery"))
    whole = time.perf_counter() - began
    page = visit(reverse("files:gallery"), living_town.bob)
    seen = page.evaluate(SCROLL)
    print(f"\ntimeline {timeline * 1000:.0f} ms, block {each * 1000:.1f} ms, page {whole * 1000:.0f} ms", end=" ")
    print(f"of {len(answer.content) // 1000} KB, frames {seen}")
    assert timeline < 1
    assert each < 0.1
    assert len(answer.content) < 200_000
    assert seen["most"] < 2000, "what is far is not in the page"
    assert seen["p95"] < 100, "milliseconds between two frames"
    assert seen["scrolled"] > 10_000

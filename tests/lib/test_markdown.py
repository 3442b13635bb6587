"""Markdown from people: what it may become, and what hostile text never becomes."""

import re
import time

import pytest

from collab.lib import markdown

NEVER = re.compile(r"<(?!/?(p|br|h[2-4]|ul|ol|li|strong|em|s|a|code|pre|blockquote|hr|table|thead|tbody|tr|th|td)\b)")
HREF_OR_TITLE = re.compile(r'(href|title|rel)="[^"]*"')
HREF = re.compile(r'href="([^"]*)"')


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", "<h2>Title</h2>"),
        ("## Title", "<h2>Title</h2>"),
        ("### Under", "<h3>Under</h3>"),
        ("###### Small", "<h4>Small</h4>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("**fat** ~~gone~~", "<p><strong>fat</strong> <s>gone</s></p>"),
        ("see https://example.org/a", '<a href="https://example.org/a" rel="nofollow noopener noreferrer">'),
        ("write to ada@example.org", 'href="mailto:ada@example.org"'),
        ("[files](/files/@sport/)", '<a href="/files/@sport/" rel="nofollow noopener noreferrer">files</a>'),
        ("| a |\n|---|\n| b |", "<td>b</td>"),
        ("fin.Avant", "<p>fin.Avant</p>"),
    ],
)
def test_what_people_write_looks_as_meant(text, html):
    assert html.replace("<br>", "<br />") in markdown.render(text).replace("<br>", "<br />")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "a <b onclick=x>b</b>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x]( vbscript:x)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example/)",
        "[x](\\\\evil.example\\share)",
        "[x](ftp://evil.example/)",
        "<javascript:alert(1)>",
        "<data:text/html,x>",
        "![look](https://evil.example/track.png)",
        "![look](javascript:alert(1))",
        '[x](https://a.example/" onmouseover="alert(1))',
        '[x](https://a.example "\\" onclick=\\"x")',
        "[x]: javascript:alert(1)\n\n[x]",
        "```<script>\nalert(1)\n```",
        "\0<script>\0",
        "<!-- -->\n<iframe src=//evil.example>",
        '<a href="javascript:x">',
    ],
)
def test_hostile_text_stays_text(text):
    html = markdown.render(text)
    assert NEVER.search(html) is None, html
    assert not re.search(r"<[^>]*\son\w+=", HREF_OR_TITLE.sub("", html)), html
    for address in HREF.findall(html):
        assert re.match(r"(https?://|mailto:|tel:|/[^/]|#)", address), html


def test_a_picture_from_elsewhere_is_its_words():
    assert markdown.render("![our <b>hall](https://evil.example/x.png)") == "<p>our &lt;b&gt;hall</p>\n"


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "*a " * 7_000, "> " * 10_000, "`" * 20_000, "![" * 10_000, "<" * 20_000, "|" * 20_000,
             "- " * 10_000, "a**b" * 5_000, "[a](" * 5_000, "https://" * 2_500, "a@" * 10_000, "&" * 20_000,
             "_(" * 10_000, "~~" * 10_000, "[x]: /u\n" * 2_500, "|a\n|-\n" + "|b\n" * 6_000],
)  # fmt: skip
def test_no_text_makes_a_page_wait(text):
    began = time.process_time()
    markdown.render(text)
    assert time.process_time() - began < 2


def test_what_is_longer_than_the_most_is_cut():
    assert len(markdown.render("a" * 50_000)) < 20_100


@pytest.mark.parametrize("text", ["[a" * 600, "![a" * 600, "*a*" * 300, "@a " * 600, "**a__b" * 300, "`a" * 600])
def test_a_remark_of_signs_alone_is_shown_as_typed(text):
    """Reading ten thousand brackets takes seconds; nobody means them."""
    html = markdown.render_remark(text, {"a": "Alice"})
    assert set(re.findall(r"</?(\w+)", html)) == {"p"}
    assert text.strip() in html
    assert markdown.named(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Format **A3**, ~~dix~~ `vingt`", "Format A3, dix vingt"),
        ("# Title\n\n- [x] one\n- two", "Title\none\ntwo"),
        ("one\ntwo", "one\ntwo"),
        ("[map](https://example.org/a) <ada@example.org>", "map (https://example.org/a) ada@example.org"),
        ("https://example.org/a", "https://example.org/a"),
        ("| a |\n|---|\n| b |", "a\nb"),
        ("```\nx = **y**\n```", "x = **y**"),
        ("snake_case 2 * 3 * 4 <b>", "snake_case 2 * 3 * 4 <b>"),
        ("a\0b", "ab"),
        ("*" * 600, "*" * 600),
        ("", ""),
    ],
)
def test_words_are_taken_out_of_it(text, words):
    assert markdown.bare(text) == words

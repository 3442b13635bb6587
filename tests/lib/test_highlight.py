"""Code in colours: nothing of it is lost, nothing of it becomes markup, and no code makes a page wait."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.lib import highlight, markdown

HOSTILE = (
    '"',
    "\\'",
    "'\\",
    "`",
    "/*",
    "<!--",
    "${",
    "//",
    "#",
    "a:",
    "1.",
    "@",
    "--",
    "-->",
    '="',
    "<a ",
    "\n",
    '"""',
    "'''",
)


def coloured(code, language):
    return [(look, text) for look, text in highlight.pieces(code, language) if look]


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("python", "def f(x):  # why\n    return 'a' + 1", [
            ("k", "def"), ("f", "f"), ("c", "# why"), ("k", "return"), ("s", "'a'"), ("n", "1")]),
        ("js", "const a = `x${b}` // y", [("k", "const"), ("s", "`x${b}`"), ("c", "// y")]),
        ("json", '{"a": true, "b": "c"}', [("f", '"a"'), ("n", "true"), ("f", '"b"'), ("s", '"c"')]),
        ("sql", "SELECT x FROM t -- y", [("k", "SELECT"), ("k", "FROM"), ("c", "-- y")]),
        ("diff", "+a\n-b\n c", [("i", "+a\n"), ("d", "-b\n")]),
        ("html", '<a href="x">\'</a>', [("t", "<a"), ("f", "href"), ("s", '"x"'), ("t", ">"), ("t", "</a"),
            ("t", ">")]),
        ("yaml", "a: true # b", [("f", "a"), ("n", "true"), ("c", "# b")]),
        ("rust", "fn f<'a>(x: &'a str) -> u8 { 'c' }", [("k", "fn"), ("s", "'c'")]),
    ],
)  # fmt: skip
def test_words_are_told_apart(language, code, found):
    assert [one for one in coloured(code, language) if one != ("f", "f") or language == "python"] == found


@given(st.text(max_size=300), st.sampled_from(sorted(highlight.NAMES)))
def test_nothing_is_lost(code, language):
    assert "".join(text for _look, text in highlight.pieces(code, language)) == code


@pytest.mark.parametrize("language", sorted({"python", "c", "js", "bash", "html", "sql", "ini", "ruby", "rust", "css"}))
def test_no_code_makes_a_page_wait(language):
    begun = time.process_time()
    for sign in HOSTILE:
        list(highlight.pieces((sign * highlight.MOST)[: highlight.MOST], language))
    assert time.process_time() - begun < 10  # quadratic ones took that for one sign; these take a hundredth


def test_in_a_remark_it_is_spans_and_words():
    html = markdown.render_remark("```python\nprint('<script>')\n```", {})
    assert '<pre><code class="language-python"><span class="code-f">print</span>' in html
    assert "<script" not in html
    assert set(re.findall(r"<(\w+)", html)) == {"pre", "code", "span"}
    assert "<span" not in markdown.render_remark("```klingon\nif\n```", {})
    assert "<span" not in markdown.render_remark(f"```py\n{'if ' * highlight.MOST}\n```", {})

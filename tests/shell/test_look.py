"""The look stays one: tokens, layers, icons and budgets of the stylesheet and the scripts."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from scripts.bundle_css import bundle, parts

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.glob("*/css/*.css")) + sorted(STATIC.glob("*/*.css"))
SCRIPTS = [path for path in sorted(STATIC.glob("*/*.js")) if path.parent.name != "vendor"]
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "shell" / "icons.svg").read_text()))


def test_every_part_of_the_stylesheet_is_in_it_once():
    listed = [part.name for part in parts()]
    there = {path.name for path in (STATIC / "shell" / "css").glob("*.css")} - {"index.css", "tokens-dark.css"}
    assert len(listed) == len(set(listed))
    assert set(listed) == there


def test_the_stylesheet_keeps_its_budget():
    assert len(gzip.compress(bundle().encode(), 9)) <= 12 * 1024


def test_the_bundle_keeps_calculations_whole():
    assert "calc(100% + 2 * var(--space-3))" in bundle()
    assert bundle().count("{") == bundle().count("}")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_never_shouts_and_uses_logical_sides(sheet):
    if sheet.name == "collab.css":
        pytest.skip("made from the others")
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    assert "!important" not in text
    assert not re.search(r"(?<![\w-])(margin|padding|border)-(left|right|top|bottom)\b", text)
    assert not re.search(r"#[\w-]+\s*[{,]", text.replace("#000", "")), "no ids"
    if "tokens" not in sheet.name:
        assert "oklch(" not in text, "colours come from tokens"
        assert not re.search(r"z-index:\s*\d", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_is_short_and_carries_no_style_nor_handler(template):
    text = template.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_icons_that_are_named_exist(template):
    named = set(re.findall(r'{% icon "([\w-]+)"', template.read_text(encoding="utf-8")))
    assert named <= SYMBOLS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_writes_no_markup(script):
    text = script.read_text()
    assert len(text.splitlines()) <= (150 if "customElements.define" in text else 300)
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_the_scripts_of_a_page_keep_their_budget():
    whole = b"".join(path.read_bytes() for path in SCRIPTS if path.parent.name == "shell")
    assert len(gzip.compress(whole, 9)) <= 12 * 1024

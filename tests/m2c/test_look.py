"""What the style sheets, scripts and templates promise, read from the files themselves."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFICE = {"admin", "widgets", "mail"}  # editors' pages and mails have rules and a budget of their own
PAGES = [
    page
    for page in sorted((ROOT / "templates").rglob("*.html"))
    if not OFFICE & set(page.relative_to(ROOT / "templates").parts)
]
LINKED = {name for page in PAGES for name in re.findall(r'{% static "([^"]+)" %}', page.read_text())}
STYLES, SCRIPTS, FONTS = (
    sorted(ROOT / "static" / name for name in LINKED if name.endswith(ending)) for ending in (".css", ".js", ".woff2")
)
BUDGET = 120_000  # bytes, compressed, of a first view without its images
SCRIPT_BUDGET = 20_000
TYPICAL_PAGE = 10_000  # bytes of HTML, compressed

READING_GROUNDS = ["surface", "surface-2", "surface-raised", "tint", "tint-strong"]
BRAND_GROUNDS = ["brand", "brand-deep", "brand-glow", "brand-ridge"]
TEXT_PAIRS = [
    *((text, ground) for ground in READING_GROUNDS for text in ("ink-900", "ink-700", "ink-500", "heading", "link")),
    *((text, ground) for ground in BRAND_GROUNDS for text in ("on-brand", "on-brand-strong", "on-brand-muted")),
    *((text, f"{tone}-100") for tone in ("ok", "unsure", "no") for text in (tone, "ink-900", "link")),
    *(("accent", ground) for ground in BRAND_GROUNDS),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-tint", "tint"),
    ("on-tint", "tint-strong"),
]
SHAPE_PAIRS = [(shape, ground) for ground in READING_GROUNDS for shape in ("icon", "line-strong", "action")]


def declared(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))


def schemes() -> dict[str, dict[str, str]]:
    """Every token of the light and of the dark scheme, by name."""
    css = (ROOT / "static" / "css" / "tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    return {"light": declared(light), "dark": declared(light) | declared(dark)}


def luminance(tokens: dict[str, str], name: str) -> float:
    """Relative luminance of a colour token, as WCAG defines it."""
    value = tokens[name]
    while alias := re.fullmatch(r"var\(--([\w-]+)\)", value):
        value = tokens[alias[1]]
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(tokens: dict[str, str], one: str, other: str) -> float:
    dark, light = sorted([luminance(tokens, one), luminance(tokens, other)])
    return (light + 0.05) / (dark + 0.05)


def compressed(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(scheme, text, ground):
    assert contrast(schemes()[scheme], text, ground) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_icons_and_edges_of_controls_can_be_seen(scheme, shape, ground):
    assert contrast(schemes()[scheme], shape, ground) >= 3


def test_all_styles_fonts_and_scripts_together_fit_the_budget_of_a_first_view():
    assert compressed(STYLES) + compressed(SCRIPTS) + sum(font.stat().st_size for font in FONTS) < BUDGET - TYPICAL_PAGE


def test_scripts_fit_their_budget():
    assert 0 < compressed(SCRIPTS) < SCRIPT_BUDGET


@pytest.mark.parametrize("style", STYLES, ids=lambda file: file.name)
def test_a_style_sheet_names_a_layer_for_everything_and_imports_nothing(style):
    css = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)

    assert "@import" not in css
    assert "!important" not in css
    assert "@layer" in css


@pytest.mark.parametrize("style", STYLES, ids=lambda file: file.name)
def test_a_style_sheet_uses_no_token_that_is_not_declared(style):
    used = set(re.findall(r"var\(--([\w-]+)", style.read_text()))

    assert used <= set(schemes()["light"])


@pytest.mark.parametrize("page", PAGES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_a_template_holds_nothing_that_the_content_policy_forbids(page):
    html = page.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("page", PAGES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_a_template_loads_nothing_from_elsewhere(page):
    assert not re.search(r"""(?:src|srcset|href)=["'](?:https?:)?//""", page.read_text())

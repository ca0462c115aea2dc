"""What a person sees of the pages of migrations and plans, in Chromium, on phone and desktop."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import combinations, pairwise
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.unit.vifshift.reports.measuring import ADDRESS, Screen, Shown, show
from tests.unit.vifshift.reports.migration.examples import EXAMPLES
from tests.unit.vifshift.reports.overview.examples import PROPOSALS
from tests.unit.vifshift.reports.pages import PAGES
from tests.unit.vifshift.reports.plan.reports import REPORTS
from vifshift.reports.plan.progress_chart import lay_out

pytestmark = pytest.mark.browser

CHROMIUM = "chromium"
REQUIRED = "VIFSHIFT_REQUIRE_BROWSER"
SCREENS = MappingProxyType(
    {
        "phone": Screen(390, 844, "light"),
        "phone-dark": Screen(390, 844, "dark"),
        "desktop": Screen(1280, 800, "light"),
        "desktop-dark": Screen(1280, 800, "dark"),
        "smallest": Screen(360, 640, "light"),
        # The width of A4 without its margins, on a computer that likes it dark.
        "paper": Screen(680, 990, "dark", "print"),
    }
)
WHITE = "rgb(255, 255, 255)"

See = Callable[[str, str], Shown]
LARGE = {"very_long", "plan_many"}


def _each(names: Iterable[str]) -> pytest.MarkDecorator:
    """Show each page; the large ones cost as much as all others."""
    pages = [pytest.param(name, marks=[pytest.mark.verify] * (name in LARGE)) for name in names]
    return pytest.mark.parametrize("example", pages)


every_page, every_migration, every_plan = _each(PAGES), _each(EXAMPLES), _each(REPORTS)
every_screen = pytest.mark.parametrize(
    "screen",
    [pytest.param(name, marks=[] if name == "phone" else [pytest.mark.verify]) for name in SCREENS],
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, once for all tests of this module."""
    path = shutil.which(CHROMIUM)
    if path is None and REQUIRED in os.environ:
        pytest.fail(f"{REQUIRED} is set, and there is no {CHROMIUM} on the path")
    if path is None:
        pytest.skip(f"there is no {CHROMIUM} on the path: apt-get install {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def see(browser: Browser) -> See:
    """Show a page on a screen; each is shown once, and told of many times."""
    shown: dict[tuple[str, str], Shown] = {}

    def look(example: str, screen: str) -> Shown:
        if (example, screen) not in shown:
            shown[example, screen] = show(browser, PAGES[example](), SCREENS[screen])
        return shown[example, screen]

    return look


@every_page
@every_screen
def test_nothing_sticks_out_of_the_window(see: See, example: str, screen: str) -> None:
    measured = see(example, screen).measured
    assert measured.scroll_width <= measured.client_width
    assert measured.outside == []


@every_page
@every_screen
def test_the_browser_has_nothing_to_complain_of(see: See, example: str, screen: str) -> None:
    assert see(example, screen).complaints == []


@every_page
@every_screen
def test_the_page_asks_for_nothing_but_itself(see: See, example: str, screen: str) -> None:
    assert see(example, screen).requests == [ADDRESS]


@every_migration
@every_screen
def test_every_segment_is_drawn_in_proportion(see: See, example: str, screen: str) -> None:
    # given
    timeline = EXAMPLES[example]().timeline
    measured = see(example, screen).measured
    span = timeline.ends_at - timeline.starts_at
    boxes = iter(measured.boxes)
    # then
    assert len(measured.boxes) == sum(len(lane.segments) for lane in timeline.lanes)
    for lane in timeline.lanes:
        for segment in lane.segments:
            box = next(boxes)
            assert datetime.fromisoformat(box.starts_at) == segment.starts_at
            assert datetime.fromisoformat(box.ends_at) == segment.ends_at
            x = (segment.starts_at - timeline.starts_at) / span * measured.picture_width
            width = (segment.ends_at - segment.starts_at) / span * measured.picture_width
            assert box.x == pytest.approx(x, abs=1)
            assert box.width == pytest.approx(width, abs=1)


@_each(sorted(EXAMPLES.keys() - {"hostile"}))
@every_screen
def test_every_segment_says_what_it_is(see: See, example: str, screen: str) -> None:
    timeline = EXAMPLES[example]().timeline
    said = [(box.lane, box.value) for box in see(example, screen).measured.boxes]
    assert said == [
        (lane.name, segment.value) for lane in timeline.lanes for segment in lane.segments
    ]


@every_plan
@every_screen
def test_every_move_is_drawn_from_its_start_to_its_end(see: See, example: str, screen: str) -> None:
    # given
    drawing = lay_out(REPORTS[example]())
    measured = see(example, screen).measured
    rows = drawing.rows if drawing else ()
    # then
    assert len(measured.boxes) == len(rows)
    for row, box in zip(rows, measured.boxes, strict=True):
        assert drawing is not None
        span = drawing.ends_at - drawing.starts_at
        bar = row.bar
        assert datetime.fromisoformat(box.starts_at) == bar.starts_at
        assert datetime.fromisoformat(box.ends_at) == bar.ends_at
        assert box.value == bar.move.outcome
        x = (bar.starts_at - drawing.starts_at) / span * measured.picture_width
        width = (bar.ends_at - bar.starts_at) / span * measured.picture_width
        assert box.x == pytest.approx(x, abs=1)
        assert box.width == pytest.approx(width, abs=1)


@every_plan
@every_screen
def test_every_move_of_a_short_plan_is_labelled(see: See, example: str, screen: str) -> None:
    drawing = lay_out(REPORTS[example]())
    measured = see(example, screen).measured
    said = [text.text for text in measured.texts] + measured.inside
    for row in drawing.rows if drawing else ():
        number = str(row.bar.move.number)
        assert any(text.split()[0] == number for text in said)


@every_page
@every_screen
def test_the_picture_has_texts_wherever_there_is_one(see: See, example: str, screen: str) -> None:
    measured = see(example, screen).measured
    assert bool(measured.texts) == bool(measured.picture_width)
    without = {"plan_rejected", "plan_unreadable", "plan_planned", *PROPOSALS}
    assert measured.picture_width or example in without


@every_page
@every_screen
def test_no_text_of_the_picture_lies_on_another(see: See, example: str, screen: str) -> None:
    texts = see(example, screen).measured.texts
    assert [pair for pair in combinations(texts, 2) if pair[0].lies_on(pair[1])] == []


@every_page
@every_screen
def test_every_text_has_enough_contrast(see: See, example: str, screen: str) -> None:
    assert see(example, screen).measured.faint == []


@every_page
@every_screen
def test_pictures_have_names_and_headings_are_in_order(see: See, example: str, screen: str) -> None:
    measured = see(example, screen).measured
    assert measured.nameless == []
    assert measured.headings[0] == 1
    assert measured.headings.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(measured.headings))


@every_page
def test_on_paper_nothing_is_folded_and_nothing_is_dark(see: See, example: str) -> None:
    measured = see(example, "paper").measured
    assert measured.closed == []
    assert measured.paper == WHITE


def test_on_a_screen_long_tables_are_folded_and_dark_is_dark(see: See) -> None:
    assert see("very_long", "phone").measured.closed
    assert see("plan_many", "phone").measured.closed
    assert see("happy", "desktop-dark").measured.paper != WHITE


def test_what_is_measured_would_be_found(browser: Browser) -> None:
    # given a page with everything that must not be
    html = """<!DOCTYPE html><title>bad</title><h1>One</h1><h3>Three</h3>
    <p style="width: 500px; color: #aaa">faint and wide</p><img src="/else.png">
    <script>console.error("oh"); throw new Error("no")</script>
    <svg class="timeline" role="img" width="100%" height="9"><text>a</text><text>b</text></svg>"""
    # when
    shown = show(browser, html, SCREENS["phone"])
    # then
    measured = shown.measured
    assert measured.scroll_width > measured.client_width
    assert [each.split()[0] for each in measured.outside] == ["P"]
    assert [each.split()[0] for each in measured.faint] == ["P"]
    assert len(measured.nameless) == 1
    assert measured.headings == [1, 3]
    assert measured.texts[0].lies_on(measured.texts[1])
    assert shown.requests == [ADDRESS, f"{ADDRESS}else.png"]
    assert {"oh", "no"} <= set(shown.complaints)

"""What holds for every page, whatever it tells of."""

import re
from functools import cache
from itertools import pairwise

import pytest

from tests.unit.vifshift.reader import Reader
from tests.unit.vifshift.reports.pages import PAGES

LOADING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "style"}
# A way up and down folders, in characters that are quoted: nothing that names a scheme or a host.
BESIDE = re.compile(r"(\.\./)+[A-Za-z0-9_.~%/-]+")

every_page = pytest.mark.parametrize("page", PAGES)


@cache
def read_page(page: str) -> Reader:
    """Read a page, once for all that is asked of it."""
    return Reader(PAGES[page]())


@every_page
def test_every_element_is_closed_where_it_should_be(page: str) -> None:
    assert read_page(page).open == []


@every_page
def test_nothing_runs_and_nothing_is_loaded(page: str) -> None:
    html = PAGES[page]()
    read = Reader(html)
    assert "<script" not in html.lower()
    for tag, attributes in read.elements:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        assert not LOADING & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    [styles] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert "@import" not in styles
    assert all(url.startswith("#") for url in re.findall(r"url\((.*?)\)", styles))


def test_the_policy_forbids_everything_but_its_own_styles() -> None:
    [policy] = [meta for meta in Reader(PAGES["happy"]()).all("meta") if "http-equiv" in meta]
    assert policy == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'",
    }


@every_page
def test_ids_are_unique_and_what_is_labelled_by_them_is_there(page: str) -> None:
    read = read_page(page)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in read.elements:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)


@every_page
def test_headings_are_in_order_under_one_title(page: str) -> None:
    read = read_page(page)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


@every_page
def test_every_table_has_a_caption_and_every_header_a_scope(page: str) -> None:
    read = read_page(page)
    assert len(read.all("caption")) == len(read.all("table"))
    assert all("scope" in header for header in read.all("th"))


@every_page
def test_links_lead_only_to_what_is_kept_beside_the_page(page: str) -> None:
    read = read_page(page)
    assert all(BESIDE.fullmatch(link["href"]) for link in read.all("a"))
    assert not [tag for tag, attributes in read.elements if tag != "a" and "href" in attributes]

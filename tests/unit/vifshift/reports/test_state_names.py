"""The pages speak of what is done, not of the workflow's states."""

import pytest

from tests.unit.vifshift.reader import Reader
from tests.unit.vifshift.reports.pages import PAGES
from tests.unit.vifshift.state_names import state_names_in


@pytest.mark.parametrize("example", sorted(PAGES.keys() - {"very_long", "plan_many"}))
def test_no_page_names_a_state(example: str) -> None:
    assert not state_names_in(Reader(PAGES[example]()).text)

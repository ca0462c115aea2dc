"""The pages of all examples, of migrations and of plans: functions that render each once."""

from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

from tests.unit.vifshift.reports.migration.examples import EXAMPLES
from tests.unit.vifshift.reports.plan.reports import REPORTS
from vifshift.reports.migration import page as migration
from vifshift.reports.plan import page as plan

Report = TypeVar("Report")


def _page(render: Callable[[Report], str], made: Callable[[], Report]) -> str:
    return render(made())


PAGES: dict[str, Callable[[], str]] = {
    **{name: cache(partial(_page, migration.render, made)) for name, made in EXAMPLES.items()},
    **{name: cache(partial(_page, plan.render, made)) for name, made in REPORTS.items()},
}

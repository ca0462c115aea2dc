"""The pages of all examples: of migrations, of plans, and of what is to be approved."""

from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

from tests.unit.vifshift.reports.migration.examples import EXAMPLES
from tests.unit.vifshift.reports.overview.examples import PROPOSALS, planned
from tests.unit.vifshift.reports.plan.reports import REPORTS
from vifshift.reports.migration import page as migration
from vifshift.reports.overview import page as overview
from vifshift.reports.plan import page as plan

Report = TypeVar("Report")


def _page(render: Callable[[Report], str], made: Callable[[], Report]) -> str:
    return render(made())


PAGES: dict[str, Callable[[], str]] = {
    **{name: cache(partial(_page, migration.render, made)) for name, made in EXAMPLES.items()},
    **{name: cache(partial(_page, plan.render, made)) for name, made in REPORTS.items()},
    **{name: cache(partial(_page, overview.render, made)) for name, made in PROPOSALS.items()},
    "plan_planned": cache(partial(_page, plan.render, planned)),
}

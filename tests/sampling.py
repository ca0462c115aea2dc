"""Cases that are alike: `make test` runs the first of them, and `make verify` all the others."""

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def sampled(cases: Iterable[Any], first: int = 1) -> list[Any]:
    """Return the cases of a parametrized test, marked but for the first of them."""
    return [case if place < first else _marked(case) for place, case in enumerate(cases)]


def _marked(case: Any) -> ParameterSet:
    """Mark one case: a value, or a tuple of as many values as the test has parameters."""
    if isinstance(case, ParameterSet):
        return pytest.param(*case.values, marks=[*case.marks, pytest.mark.verify], id=case.id)
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.verify)

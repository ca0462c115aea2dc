"""What was read of the other paths of a VIF."""

from pydantic import Field

from vifshift.domain.model import Model
from vifshift.domain.path_comparison import PathComparison
from vifshift.domain.ports import Lag


class OtherPaths(Model):
    """What was read of the paths that carry the traffic while a VIF moves.

    `compared` says by VIF id what siblings carry of its routes; of those that it does not have,
    the routes were not read, or can't be (`unreadable`, with the reason). `moved_here` are
    siblings that this stack is moving itself, and `lags` those that siblings are on.
    """

    compared: dict[str, PathComparison] = Field(default_factory=dict)
    unreadable: dict[str, str] = Field(default_factory=dict)
    moved_here: frozenset[str] = frozenset()
    lags: tuple[Lag, ...] = ()


NO_OTHER_PATHS = OtherPaths()

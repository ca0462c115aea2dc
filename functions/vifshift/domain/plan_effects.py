"""The effects of a plan's other moves on the virtual interfaces that a move meets."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface

MOST_NAMED = 5


class Stage(StrEnum):
    """Whether a move is done, still to come, or blocked."""

    DONE = "done"
    TO_COME = "to-come"
    BLOCKED = "blocked"


class PlanEffect(Model):
    """The move of a plan that has brought a VIF to its port, or would take it away."""

    number: int
    stage: Stage


class PlanEffects(Model):
    """The effects on the VIFs that a move meets, by VIF id; empty without a plan."""

    of: dict[str, PlanEffect] = Field(default_factory=dict)

    def has_brought(self, vif: VirtualInterface) -> bool:
        """Return whether a VIF is on its port only after an earlier move."""
        effect = self.of.get(vif.virtual_interface_id)
        return effect is not None and effect.stage is Stage.DONE

    def after(self, vifs: Iterable[VirtualInterface]) -> str:
        """Return after which moves these VIFs are on their port: ` after move 3`, or nothing."""
        numbers = self._numbers(vifs, Stage.DONE)
        return f" after {moves(numbers)}" if numbers else ""

    def leaving(self, vif: VirtualInterface) -> str:
        """Return which move takes a VIF away: `, which move 7 takes away`, or nothing."""
        effect = self.of.get(vif.virtual_interface_id)
        if effect is None or effect.stage is Stage.DONE:
            return ""
        if effect.stage is Stage.TO_COME:
            return f", which move {effect.number} takes away"
        return f", which move {effect.number} would take away if it were not blocked itself"

    def making_room(self, vifs: Iterable[VirtualInterface]) -> str:
        """Return which later moves take these VIFs away: `; move 7 makes room`, or nothing."""
        numbers = self._numbers(vifs, Stage.TO_COME)
        verb = "makes" if len(numbers) == 1 else "make"
        return f"; {moves(numbers)} {verb} room" if numbers else ""

    def bringing_up(self, vifs: Iterable[VirtualInterface]) -> str:
        """Return which later moves move these VIFs: `; move 7 may bring one up`, or nothing."""
        numbers = self._numbers(vifs, Stage.TO_COME)
        return f"; {moves(numbers)} may bring one up" if numbers else ""

    def _numbers(self, vifs: Iterable[VirtualInterface], stage: Stage) -> list[int]:
        found = (self.of.get(vif.virtual_interface_id) for vif in vifs)
        return sorted(effect.number for effect in found if effect and effect.stage is stage)


NO_EFFECTS = PlanEffects()


def moves(numbers: list[int], most: int = MOST_NAMED) -> str:
    """Return moves by number: `move 3`, `moves 1 and 2`, `moves 1, 2, 3 and 47 more`."""
    if len(numbers) == 1:
        return f"move {numbers[0]}"
    unsaid = len(numbers) - most
    if unsaid > 0:
        return f"moves {', '.join(map(str, numbers[:most]))} and {unsaid} more"
    return f"moves {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"

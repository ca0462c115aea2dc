"""Whose answers count: the sources of events that people answer with."""

from typing import NamedTuple

from pydantic import Field

from vifshift.domain.model import Model


class SourceRule(Model):
    """A source that may approve.

    Unless it `is_bound`, anybody can pick it. `not_for` are the bound sources of requests that one
    of its principals may ask with as well: who asks may not approve. `same_as` are the sources that
    one of them may approve with as well: whoever has two sources is not two people.
    """

    is_bound: bool = False
    not_for: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


class AnswerRules(Model):
    """The sources that may approve and refuse, and those that may only ask.

    Without any approvers, every source may answer; whoever may ask or approve may also cancel.
    """

    approvers: dict[str, SourceRule] = Field(default_factory=dict)
    requesters: tuple[str, ...] = ()

    def may_decide(self, source: str) -> bool:
        """Return whether a source may approve and refuse."""
        return not self.approvers or source in self.approvers

    def may_stop(self, source: str) -> bool:
        """Return whether a source may cancel and halt."""
        return self.may_decide(source) or source in self.requesters

    def of(self, source: str) -> SourceRule:
        """Return the rule of a source; one that is not listed is not bound."""
        return self.approvers.get(source, SourceRule())

    @property
    def bound(self) -> int:
        """Return how many sources that may approve are bound; those of one principal are one."""
        groups: list[set[str]] = []
        for name, rule in self.approvers.items():
            if rule.is_bound:
                own = {name, *rule.same_as}
                groups = [
                    *(group for group in groups if not group & own),
                    own.union(*(group for group in groups if group & own)),
                ]
        return len(groups)


class Voice(NamedTuple):
    """Who answers, as EventBridge says, and by which rule."""

    source: str
    account: str
    rule: SourceRule

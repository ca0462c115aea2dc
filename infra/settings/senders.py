"""Settings of the event bus: who may ask for migrations, and who may answer."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from infra.settings.bus_statements import LONGEST_POLICY, longest, source_statements
from vifshift.domain.model import Model
from vifshift.domain.senders import AnswerRules, SourceRule
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, REQUESTS, SOURCE

BusName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,256}$")]
Source = Annotated[str, Field(min_length=1, max_length=256)]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
# A pattern would be met by everybody who may create a role of such a name.
PrincipalArn = Annotated[
    str,
    Field(
        max_length=700,
        pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:((role|user)/[A-Za-z0-9_+=,.@/-]+|root)$",
    ),
]
Sources = Annotated[dict[Source, tuple[PrincipalArn, ...]], Field(max_length=50)]
OF_AWS = "aws."
"""How the sources of AWS services begin, which nobody else may send (AWS: PutEvents)."""
LONGEST_RULES = 2_500
"""In characters: a function's environment has 4 KB in all (AWS: "Lambda quotas")."""


class ApprovalSettings(Model):
    """Whether the task's token is in events, and whether who has asked may approve as well."""

    token_in_event: bool = True
    requester_may_approve: bool = False


class SenderSettings(Model):
    """The event bus, and who may send what to it.

    Each source of `request_sources` and `approval_sources` has the principals that alone may send
    it, by the bus's policy; without any, it is claimed. `guard_event_bus` says whether the stack
    adds its statements to that policy: by default only to the policy of its own bus.
    """

    event_bus: BusName | None = None
    event_bus_exists: bool = False
    guard_event_bus: bool | None = None
    allowed_sources: tuple[Source, ...] = Field(default=(), max_length=50)
    request_sources: Sources | None = None
    approval_sources: Sources | None = None
    approval: ApprovalSettings = ApprovalSettings()
    allowed_accounts: tuple[AccountId, ...] = Field(default=(), max_length=50)

    @field_validator("allowed_accounts")
    @classmethod
    def _are_for_a_bus_of_our_own(
        cls, accounts: tuple[str, ...], others: ValidationInfo
    ) -> tuple[str, ...]:
        """Refuse to change who may send to a bus that the stack does not own."""
        if accounts and others.data.get("event_bus_exists"):
            raise ValueError(
                "can't be used with eventBusExists: allow them in the policy of that bus"
            )
        return accounts

    @field_validator("allowed_sources", "request_sources", "approval_sources")
    @classmethod
    def _are_not_the_products_own(
        cls, sources: tuple[str, ...] | dict[str, tuple[str, ...]] | None
    ) -> tuple[str, ...] | dict[str, tuple[str, ...]] | None:
        if SOURCE in (sources or ()):
            raise ValueError(f"{SOURCE} is the source of the product's own events")
        for source in sources or ():
            if isinstance(sources, dict) and sources[source] and source.startswith(OF_AWS):
                raise ValueError(f"{source} is sent by AWS alone, and can't have principals")
        return sources

    @model_validator(mode="after")
    def _says_once_who_may_send(self) -> Self:
        if self.allowed_sources and not (self.request_sources is self.approval_sources is None):
            raise ValueError(
                "allowedSources stands for both requestSources and approvalSources, and can't be "
                "used with either"
            )
        return self

    @model_validator(mode="after")
    def _binds_only_where_it_guards(self) -> Self:
        """Refuse principals that nothing would hold senders to."""
        bound = [name for name, principals in self._all_sources if principals]
        if bound and not self.guards_bus:
            raise ValueError(
                f"{bound[0]} has principals, but the policy of the event bus is not the stack's: "
                "set guardEventBus, so that it adds its statements to that policy"
            )
        return self

    @model_validator(mode="after")
    def _policy_and_rules_fit(self) -> Self:
        size = longest(self.statements, self.allowed_accounts)
        if self.guards_bus and size > LONGEST_POLICY:
            source, _ = max(self._all_sources, key=lambda each: sum(map(len, each[1])))
            raise ValueError(
                f"requestSources and approvalSources: the policy of the event bus would have up to "
                f"{size} characters, and may have {LONGEST_POLICY} (AWS: EventBridge quotas). List "
                f"fewer principals, first of all for {source}"
            )
        for name, text in (
            ("approvalSources", self.answer_rules.model_dump_json()),
            ("requestSources", str(self.bound_requesters)),
        ):
            if len(text) > LONGEST_RULES:
                raise ValueError(f"{name} takes more than {LONGEST_RULES} characters in all")
        return self

    @property
    def guards_bus(self) -> bool:
        """Return whether the stack adds its statements to the policy of the bus."""
        return not self.event_bus_exists if self.guard_event_bus is None else self.guard_event_bus

    @property
    def requesters(self) -> dict[str, tuple[str, ...]]:
        """Return the sources that may ask, with their principals; empty if all may."""
        return self._sources(self.request_sources)

    @property
    def approvers(self) -> dict[str, tuple[str, ...]]:
        """Return the sources that may approve, with their principals; empty if all may."""
        return self._sources(self.approval_sources)

    @property
    def bound_requesters(self) -> tuple[str, ...]:
        """Return the sources that may ask, and that the bus's policy binds to principals."""
        return tuple(name for name, principals in self.requesters.items() if principals)

    @property
    def answer_rules(self) -> AnswerRules:
        """Return whose answers count, and for which requests they don't."""
        may_both = self.approval.requester_may_approve
        return AnswerRules(
            approvers={
                name: SourceRule(
                    is_bound=bool(principals),
                    not_for=() if may_both else self._asking_as_well(principals),
                    same_as=tuple(
                        other
                        for other, theirs in self.approvers.items()
                        if other != name and {*theirs} & {*principals}
                    ),
                )
                for name, principals in self.approvers.items()
            },
            requesters=tuple(self.requesters),
        )

    @property
    def statements(self) -> dict[str, dict[str, object]]:
        """Return the statements that bind sources to principals, by their ids."""
        answers = (*ANSWERS, *PLAN_ANSWERS)
        return {
            **source_statements("Asks", self.requesters, REQUESTS),
            **source_statements("Answers", self.approvers, answers),
        }

    def _asking_as_well(self, principals: tuple[str, ...]) -> tuple[str, ...]:
        """Return the bound sources that one of these principals may ask with."""
        return tuple(name for name, ask in self.requesters.items() if {*ask} & {*principals})

    def _sources(self, given: dict[str, tuple[str, ...]] | None) -> dict[str, tuple[str, ...]]:
        return dict.fromkeys(self.allowed_sources, ()) if given is None else given

    @property
    def _all_sources(self) -> list[tuple[str, tuple[str, ...]]]:
        return [*self.requesters.items(), *self.approvers.items()]

"""Authorizes requests by the policies that are deployed now."""

from typing import Any, Final

from simulator.moto_ext.iam import deployed_policies as deployed
from simulator.moto_ext.iam.callers import role_session, service_principal
from simulator.moto_ext.iam.evaluation import (
    AccessRequest,
    AccessVerdict,
    Keys,
    Principal,
    PrincipalKind,
    ResourcePolicy,
    decide,
    decide_by_session,
)
from simulator.moto_ext.iam.journal import CachedDecision, Journal

ASSUME: Final = "sts:AssumeRole"


_EVERYTHING: Final = ('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',)


class AccessDeniedError(Exception):
    """A call was refused; the message is what AWS says."""

    def __init__(self, request: AccessRequest, message: str) -> None:
        super().__init__(message)
        self.request = request


class Authorizer:
    """IAM in one cloud; `account` owns resources without an account in their ARN."""

    def __init__(self, journal: Journal, account: str) -> None:
        self._journal = journal
        self._account = account

    def authorize(self, principal: Principal, action: str, resource: str, more: Keys = ()) -> None:
        """Authorize a call; raises `AccessDeniedError`. The keys of `more` are in lower case."""
        request = AccessRequest(principal, action, resource, more)
        verdict = self._journal.verdicts.get(request)
        if verdict is None:
            verdict = self._journal.verdicts[request] = self._verdict(request)
        self._journal.note(request, verdict)
        if not verdict.allowed:
            raise AccessDeniedError(request, verdict.why)

    def forget(self) -> None:
        """Look at the policies again: somebody may have changed them."""
        self._journal.verdicts.clear()

    def is_authorized(self, principal: Principal, action: str, resource: str) -> bool:
        """Return whether a call may be made; a denial is only recorded."""
        try:
            self.authorize(principal, action, resource)
        except AccessDeniedError:
            return False
        return True

    def assume(self, service: str, arn: str, on_behalf_of: str | None, session: str) -> Principal:
        """Return a session of a role that trusts a service; raises `AccessDeniedError`."""
        account = arn.split(":")[4]
        self.authorize(service_principal(service, account, on_behalf_of), ASSUME, arn)
        return role_session(arn, session)

    def _verdict(self, request: AccessRequest) -> AccessVerdict:
        guard = self._guard(request)
        identity = self._identity(request.principal)
        if identity is None:
            # What its own account allows it is not known here; a resource's own policy is.
            if guard.account == request.principal.account:
                return decide_by_session(request)
            identity = _EVERYTHING
        known = self._journal.decisions.get(request)
        if known is None or known.identity != identity or known.guard != guard:
            known = CachedDecision(identity, guard, decide(request, identity, guard))
            self._journal.decisions[request] = known
        return known.verdict

    def _identity(self, principal: Principal) -> tuple[str, ...] | None:
        """Return the documents of a role's policies; None for another account's unknown role."""
        if principal.kind is PrincipalKind.SERVICE:
            return ()
        found = deployed.role(principal.name)
        if found is not None:
            return deployed.policies_of(found)
        return () if principal.account == self._account else None

    def _guard(self, request: AccessRequest) -> ResourcePolicy:
        """Return the policy of what is asked for."""
        parts = request.resource.split(":")
        if len(parts) == 1:
            return ResourcePolicy(None, request.principal.account)
        service, account = parts[2], parts[4] or self._account
        if service == "iam":
            return self._trust(request, account)
        policy = deployed.policy_of(request.resource, account)
        return ResourcePolicy(policy, account, decides=service == "kms")

    def _trust(self, request: AccessRequest, account: str) -> ResourcePolicy:
        found: Any = deployed.role(request.resource)
        if found is not None:
            return ResourcePolicy(deployed.trust_of(found), account, decides=True)
        if account == self._account:
            return ResourcePolicy(None, account, decides=True)
        # The scenario defines whom another account's role trusts: see `moto_ext.account.roles`.
        return ResourcePolicy(None, request.principal.account)

"""Enforcement of policies where moto answers requests.

All requests pass two methods of moto's: `call_action`, and S3's own check; be they of a client of
this process or of another one, on a short way (`direct_calls`) or on the long one. What a service
does without a request asks the judge by itself: the children of a Map, the wait for an execution.
"""

from collections.abc import Callable
from typing import Any, Final

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.sts.models import STSBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.iam.callers import answering, opened, principal_of
from simulator.moto_ext.iam.error_responses import refusal
from simulator.moto_ext.iam.required_permissions import permissions_of
from simulator.moto_ext.iam.s3_permissions import permissions_of_s3

# The services that hold policies, and what is asked of them all the time and changes none.
_HOLDING: Final = frozenset(
    {"awslambda", "cloudformation", "events", "iam", "kms", "logs", "sns", "sqs"}
)
_HARMLESS: Final = frozenset(
    {
        "DeleteMessage",
        "GetQueueUrl",
        "Invoke",
        "ListFunctions",
        "PutEvents",
        "ReceiveMessage",
        "SendMessage",
    }
)


REPAIRS: Final = (
    extension(
        "moto.core.responses:BaseResponse.call_action",
        "moto.s3.responses:S3Response._authenticate_and_authorize_s3_action",
        lacks="Policies of roles and resources are stored, and not enforced for roles' sessions "
        "and services.",
        test="moto_ext/iam/test_enforcement.py::"
        "test_a_role_may_do_what_is_granted_until_it_is_not_any_more",
    ),
    extension(
        "moto.sts.models:STSBackend.assume_role",
        lacks="A session does not know by whom it was opened.",
        test="moto_ext/iam/test_enforcement.py::"
        "test_the_administrator_is_not_judged_nor_what_it_assumes",
    ),
    correction(
        "moto.s3.models:FakeBucket.get_permission",
        problem="A bucket's policy holds for everybody, whatever its principals and conditions.",
        test="moto_ext/iam/test_enforcement.py::test_a_bucket_policy_is_for_those_whom_it_names",
    ),
)


def repair(context: CloudContext) -> None:
    """Authorize every request that is not the administrator's."""
    authorizer = context.authorizer
    answer: Callable[[Any], TYPE_RESPONSE] = BaseResponse.call_action
    assume: Any = STSBackend.assume_role

    def call_action(self: Any) -> TYPE_RESPONSE:
        principal = principal_of(self)
        if principal is None:
            answered = answer(self)
            if self.service_name in _HOLDING and self._get_action() not in _HARMLESS:
                authorizer.forget()
            return answered
        try:
            for action, resource, more in permissions_of(self, self._get_action()):
                authorizer.authorize(principal, action, resource, more)
        except AccessDeniedError as refused:
            return refusal(self, refused.request.action, str(refused))
        # What comes of the request is done by the service, and not by who has asked for it.
        with answering(principal):
            return answer(self)

    def assume_role(self: Any, *given: Any, **named: Any) -> Any:
        return opened(assume(self, *given, **named))

    def check_s3(self: Any, bucket_name: str | None = None, key_name: str | None = None) -> None:
        principal = principal_of(self)
        if principal is None:
            authorizer.forget()
            return
        try:
            for action, resource, more in permissions_of_s3(self, bucket_name, key_name):
                authorizer.authorize(principal, action, resource, more)
        except AccessDeniedError as refused:
            raise S3AccessDeniedError from refused

    context.patches.set(BaseResponse, "call_action", call_action)
    context.patches.set(STSBackend, "assume_role", assume_role)
    # moto takes a bucket's policy for everybody's, and ignores its conditions.
    neutral = PermissionResult.NEUTRAL
    context.patches.set(FakeBucket, "get_permission", lambda *_: neutral)
    context.patches.set(S3Response, "_authenticate_and_authorize_s3_action", check_s3)

"""What an answer does: whom it is for, whether they hear it, and why not."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from vifshift.domain.migration import Answer, GivenApproval, WaitingTask
from vifshift.domain.outcomes import outcome_in_words
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.senders import Voice
from vifshift.domain.sizes import shortened
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.answers import AnswerReason, Hearing
from vifshift.events.base import LONGEST_PERSON, Answering, DetailType
from vifshift.migration.approvals import bound_sources
from vifshift.migration.waits import APPROVALS, Stop, Tasks, answer_task

KEPT = timedelta(minutes=1)
"""How long an answer waits for what it names: events may overtake each other."""
MOST_NAMED = 10

Describe = Callable[[str], ExecutionDescription | None]
"""Returns an execution by its name, None if there is none; raises `CallError`."""


class RunningUnderRequest(Protocol):
    """The executions under a request's id: the names of those that run, and of the last one."""

    @property
    def running(self) -> frozenset[str]:
        """Return those that run."""

    @property
    def last(self) -> str | None:
        """Return the last one that was started."""


class Directory(Protocol):
    """Knows who runs under a request's id, and keeps answers for those who are to come."""

    def registered(self, kind: ItemKind, request_id: str) -> RunningUnderRequest:
        """Return the executions under a request's id."""

    def keep(
        self, kind: ItemKind, name: str, answer: Answer, *, until: datetime, now: datetime
    ) -> None:
        """Keep an answer for an execution that starts until then."""

    def approve(
        self, name: str, digest: str, given: GivenApproval, *, now: datetime
    ) -> tuple[GivenApproval, ...]:
        """Add an approval of what has a digest, and return all of them."""

    def withdraw(self, name: str, digest: str, given: GivenApproval) -> None:
        """Remove an approval that came too late."""


class Audience(NamedTuple):
    """Who may hear an answer: migrations, or plans.

    `stop_running` stores that an execution is to stop; `waiting` returns the task that one waits
    in. `registered_as` is the kind of item that lists them by request, and `others` that of
    those who are no such audience; `kept_as` and `kept_for_request_as` keep what stops one that is
    not known yet.
    """

    noun: str
    no_such: AnswerReason
    stop: Stop
    describe: Describe
    waiting: Callable[[str], WaitingTask | None]
    stop_running: Callable[[str, Answer], None]
    name_in_table: Callable[[str], str]
    registered_as: ItemKind
    kept_as: ItemKind
    kept_for_request_as: ItemKind
    others: ItemKind
    others_hint: str


class Named(NamedTuple):
    """The executions that an answer is about: those that run, and one that has ended."""

    running: tuple[str, ...] = ()
    ended: str | None = None
    how: str = ""


class Hearings:
    """Judges answers to one audience."""

    def __init__(
        self, audience: Audience, directory: Directory, tasks: Tasks, now: datetime
    ) -> None:
        """Use an audience and its directory, at a time by this function's own clock."""
        self._audience = audience
        self._directory = directory
        self._tasks = tasks
        self._now = now

    def hear(self, said: DetailType, command: Answering, name: str | None, voice: Voice) -> Hearing:
        """Pass an answer on to whom it is for, and return what became of it.

        `name` is the execution that the command names; None if it names a request.
        """
        reply = Answer(by=command.by, comment=command.comment)
        is_stop = said is self._audience.stop.detail_type
        named = self._named(command, name)
        if not named.running and not named.ended:
            named, unheard = self._unknown(command, name, reply if is_stop else None)
            if unheard:
                return unheard
        if not named.running:
            return self._not_heard(
                AnswerReason.HAS_ENDED, f"{self._audience.noun} {named.ended} {named.how}"
            )
        if is_stop:
            return self._stop(named.running, said, reply)
        return self._decide(named.running, said, reply, command.digest, voice)

    def _named(self, command: Answering, name: str | None) -> Named:
        """Return who runs under a name or a request's id."""
        if name is not None:
            described = self._audience.describe(name)
            if described is None:
                return Named()
            return Named((name,)) if described.is_running else _ended(name, described)
        found = self._directory.registered(self._audience.registered_as, str(command.request_id))
        known = {each: self._audience.describe(each) for each in sorted(found.running)}
        # DescribeExecution is eventually consistent: what has just begun is not known to it.
        running = tuple(each for each, it in known.items() if it is None or it.is_running)
        if running or found.last is None:
            return Named(running)
        described = known.get(found.last) or self._audience.describe(found.last)
        return _ended(found.last, described)

    def _unknown(
        self, command: Answering, name: str | None, stop: Answer | None
    ) -> tuple[Named, Hearing | None]:
        """Keep what stops something unknown, and return who has begun meanwhile, or why not."""
        noun, subject = self._audience.noun, name or command.request_id
        unknown = f"no {noun} {'runs under the request id' if name is None else 'is named'}"
        message = f"{unknown} {subject}"
        if name is None and self._is_of_others(str(command.request_id)):
            return Named(), self._not_heard(
                self._audience.no_such, f"{message}; {self._audience.others_hint}"
            )
        if stop is None:
            return Named(), self._not_heard(self._audience.no_such, message)
        until = self._now + KEPT
        kind = self._audience.kept_as if name else self._audience.kept_for_request_as
        self._directory.keep(kind, str(subject), stop, until=until, now=self._now)
        # Whoever registered before this was kept may have looked for it too early.
        if (named := self._named(command, name)).running:
            return named, None
        message += f"; a {noun} that starts by {until:%H:%M:%S} UTC hears it"
        return named, self._not_heard(self._audience.no_such, message, kept_until=until)

    def _is_of_others(self, request_id: str) -> bool:
        return bool(self._directory.registered(self._audience.others, request_id).running)

    def _stop(self, names: tuple[str, ...], said: DetailType, reply: Answer) -> Hearing:
        """Store that executions are to stop, then wake those that wait."""
        for name in names:
            self._audience.stop_running(name, reply)
            self._answer(name, said, reply)
        return self._heard(names)

    def _decide(
        self,
        names: tuple[str, ...],
        said: DetailType,
        reply: Answer,
        digest: str | None,
        voice: Voice,
    ) -> Hearing:
        """Approve or refuse what waits for that; an approval is for one alone.

        With a digest, it is for what has that digest.
        """
        tasks = {name: self._audience.waiting(name) for name in names}
        waiting = [name for name, task in tasks.items() if task and task.wait == Wait.APPROVAL]
        if said in APPROVALS and digest is not None and waiting:
            waiting = [name for name, task in tasks.items() if task and task.digest == digest]
            if not waiting:
                return self._not_heard(
                    AnswerReason.OTHER_DIGEST, "what is to be approved now has another digest"
                )
        if said in APPROVALS and len(waiting) > 1:
            return self._not_heard(
                AnswerReason.AMBIGUOUS,
                f"{len(waiting)} {self._audience.noun}s wait for an approval under this request "
                f"id: {_listed(waiting)}",
            )
        if said in APPROVALS and waiting:
            name = waiting[0]
            return self._approve(said, name, tasks[name], reply, voice)
        heard = tuple(name for name in waiting if self._answer(name, said, reply, digest))
        if heard:
            return self._heard(heard)
        return self._not_heard(
            AnswerReason.WAITS_FOR_NOTHING,
            f"{self._audience.noun} {_listed(names)} does not wait for an approval",
        )

    def _approve(
        self, said: DetailType, name: str, task: WaitingTask | None, reply: Answer, voice: Voice
    ) -> Hearing:
        """Note an approval, and let the task succeed once there are enough of them."""
        assert task is not None
        noun, rule = self._audience.noun, voice.rule
        if rule.is_bound and task.asked and task.asked in rule.not_for:
            return self._not_heard(
                AnswerReason.ASKED_BY_SAME,
                f"who asks may not approve, and the source {task.asked} has asked for it",
            )
        if task.of > 1 and not rule.is_bound:
            return self._not_heard(
                AnswerReason.SOURCE_NOT_BOUND,
                f"{noun} {name} takes {task.of} approvals, which count only from bound sources",
            )
        given = GivenApproval(
            source=voice.source,
            account=voice.account,
            source_is_bound=rule.is_bound,
            claimed=reply.by,
        )
        kept_as = self._audience.name_in_table(name)
        known = self._directory.approve(kept_as, task.digest, given, now=self._now)
        if task.of > 1:
            approved = bound_sources(known)
            if shared := sorted(approved & {*rule.same_as}):
                self._directory.withdraw(kept_as, task.digest, given)
                return self._not_heard(
                    AnswerReason.SOURCE_NOT_BOUND,
                    f"{noun} {name} takes {task.of} approvals, and a principal of the source "
                    f"{voice.source} is one of {_listed(shared)} as well, which has approved",
                )
            if len(approved) < task.of:
                return self._heard((name,), f"; it has {len(approved)} of {task.of} approvals")
            reply = reply.model_copy(update={"by": _everybody(known)})
        if answer_task(task, said, reply, self._audience.stop, self._tasks):
            return self._heard((name,))
        self._directory.withdraw(kept_as, task.digest, given)
        return self._not_heard(
            AnswerReason.WAITS_FOR_NOTHING, f"{noun} {name} does not wait for an approval"
        )

    def _answer(
        self, name: str, said: DetailType, reply: Answer, digest: str | None = None
    ) -> bool:
        waiting, stop = self._audience.waiting(name), self._audience.stop
        return answer_task(waiting, said, reply, stop, self._tasks, digest=digest)

    def _heard(self, names: tuple[str, ...], more: str = "") -> Hearing:
        return Hearing(
            reason=AnswerReason.HEARD,
            message=f"it was passed on to {self._audience.noun} {_listed(names)}{more}",
            heard_by=names,
        )

    @staticmethod
    def _not_heard(
        reason: AnswerReason, message: str, *, kept_until: datetime | None = None
    ) -> Hearing:
        return Hearing(reason=reason, message=message, kept_until=kept_until)


def _everybody(given: Iterable[GivenApproval]) -> str:
    names = dict.fromkeys(each.claimed or "somebody" for each in given if each.source_is_bound)
    return shortened(" and ".join(names), LONGEST_PERSON)


def _ended(name: str, described: ExecutionDescription | None) -> Named:
    """Return an execution that has ended, or is about to."""
    if described is None or described.is_running:
        return Named(ended=name, how="has ended")
    return Named(ended=name, how=f"has ended: {outcome_in_words(described)}")


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    rest = len(known) - MOST_NAMED
    return ", ".join(known[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")

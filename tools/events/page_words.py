"""The text of the page for consumers of events: the guarantees, and how to begin."""

HEAD = """# Events

Made from the events' models by `make docs`. This page has everything you need to consume the events
of vifshift, or to send it one.

## In short

The events are sent on the stack's bus (output `EventBusName`, by default `vifshift`), with the
source `vifshift`. A rule on that bus selects the events that you want, and delivers them to a
queue, a Lambda function or another bus. Below are [patterns](#patterns) and [consumers](#consumers)
to copy.

```text
{
  "version": "0", "id": "…", "time": "…", "account": "…", "region": "…", "resources": ["…"],
  "source": "vifshift",
  "detail-type": "VIF Migration Succeeded",
  "detail": {
    "metadata": {"version": "1", "migrationId": "…", "requestId": "…", "occurredAt": "…", …},
    "data": {"subject": {…}, "notice": {…}, …}
  }
}
```

The envelope is that of EventBridge: its `account` and `region` are those of the stack. Those of the
virtual interface are in `detail.data.subject`.

## What you can rely on

- **At least once.** If the response to a call is lost, the event is sent again, and EventBridge may
  deliver an event twice. The `id` of the envelope differs each time: identify an event by
  `metadata.migrationId` and the detail-type, and VIF Migration Progressed by `metadata.occurredAt`
  as well.
- **No order.** A migration sends its events one after another, but EventBridge may deliver them in
  a different order. `metadata.occurredAt` says which came first; ignore all other events of a
  migration after its final event.
- **One final event.** Every migration sends one [final event](#final-events), and only final events
  have an `outcome`. If the execution is stopped by hand between its last event and its end, VIF
  Migration Interrupted may follow. If VIF Migration Started was sent, a final event follows.
- **Facts only.** A value that could not be determined is `null` or `unknown`, and is never guessed.
- **No secrets**, such as BGP keys, with one exception: VIF Migration Approval Requested has a task
  token, which is a key. Only those who may approve should be able to read the bus, and the token
  should be kept out of chats.
- **Text that can be shown.** `notice` is made for chat and email: text that people have written is
  in it without formatting or mentions. Other texts (`virtualInterfaceName`, `requestedBy`,
  `reason`, `message`) are as they were written: show them as text, never as markup.

## Versions

`metadata.version` is the version of an event's schema. Within a version

- fields may be **added**, at any depth: ignore what you don't know;
- no field is removed or renamed, changes its type, or becomes `null` where it was not;
- a field that is always present stays so; listed values (`outcome`, `severity`, `carriesTraffic`,
  `phase`) stay the same. Other codes (`reasonCode`, `code` of findings) and the values of AWS
  (states, BGP statuses) may get new ones;
- new events may be added: they don't affect a rule that names its detail-types.

Anything else is a new version: a rule that names the version it knows, by `"detail": {"metadata":
{"version": ["1"]}}`, gets no event that it can't read. This is checked with every change
([decision 12](decisions/0012-events-are-a-contract.md)). Events that are sent *to* vifshift have no
version: what is valid today stays valid, and unknown fields are refused.

## The events that vifshift sends
"""

PARTS_HEAD = """## What all events have in common

`detail.metadata` is [Metadata](#metadata), and `detail.data` has [`subject`](#subject) and
[`notice`](#notice) in every event. A field whose type has no "or null" is never null.

`digest`, where an event has it, stands for what is to be done: virtual interfaces, sources,
targets, terms, rollback and the codes of findings, as canonical JSON. It stays the same until
something of that changes that people have to be asked about
([operations](operations.md): "What was approved is what moves").
"""

ON_THE_WAY_HEAD = """## Events before the end

The tables describe `detail.data`.
"""

FINALS = """## Final events

All final events have the same fields in `detail.data`; `outcome` corresponds to the detail-type,
such as `rolled-back`.
"""

PLANS_HEAD = """## Plans

A plan consists of several migrations, each with its own events as above. The events of the plan
itself have different metadata, [PlanMetadata](#planmetadata) with `planId`, and a different
[`subject`](#plansubject); their `notice` is that of all events. The tables describe `detail.data`.
"""

ANSWERED_HEAD = """## Answers to answers

Whoever approves, refuses, cancels or halts gets an answer, within seconds: heard, or not heard and
why not. It is one event for each answer, also if EventBridge delivers the answer twice. The
metadata are [AnswerMetadata](#answermetadata), and the [`subject`](#answersubject) is what the
answer names; `notice` is that of all events. Texts in `data` are as they were sent: show them as
text, never as markup.
"""

OUTSIDE_HEAD = """## Changes outside

With the setting `cloudTrail`, calls by others are reported as CloudTrail records them, minutes
later and once for each call. The metadata are [OutsideMetadata](#outsidemetadata), and the
[`subject`](#outsidesubject) is the call; `notice` is that of all events. What a caller could choose
(resources, and the name of a session) is claimed: show it as text, never as markup.
"""

INCOMING_HEAD = """## What you can send

Send these events to the same bus, from a source that the settings `requestSources` and
`approvalSources` accept (by default any), with permission for `events:PutEvents` on the bus. The
tables describe `detail`. PutEvents returns before anything is started; an invalid request ends as
VIF Migration Rejected, with every fault named. `migrationId` is in every event of a migration: it
is the name of its execution. Instead of it, an answer may name the `requestId` of the request. Each
answer is [answered](#answers-to-answers).
"""

PATTERNS_HEAD = """## Patterns

For the `EventPattern` of rules. Values match exactly; fields that are not named may have any value.
"""

REGISTRY = """## The schema registry

The stack has every schema in an EventBridge schema registry (output `SchemaRegistryName`,
`vifshift-events` for the stack `vifshift`), as OpenAPI 3.0, with EventBridge's usual names, such as
`vifshift@VIFMigrationSucceeded`; events that you send are named like `any@VIFMigrationRequested`.
The console and the AWS Toolkits show them, and generate classes from them.

```sh
# needs AWS
aws schemas list-schemas --registry-name vifshift-events
aws schemas describe-schema --registry-name vifshift-events \\
  --schema-name vifshift@VIFMigrationSucceeded
```

The same schemas as JSON Schema 2020-12 are in [docs/events](events), for tests and validators, with
an example of each event from a simulated run in [docs/events/examples](events/examples).
"""

CONSUMERS = """## Consumers

[examples/consumers](../examples/consumers) is a separate stack to deploy next to this one. It shows

- *a rule and an SQS queue* for the outcome of every migration, with the policy that lets
  EventBridge send messages, and a dead-letter queue:
  [template.yaml](../examples/consumers/template.yaml);
- *a rule and a Lambda function* that calls a person when a migration has failed: it has its own
  models of what it needs, uses Powertools' parser, and handles each event once, by its migration
  and detail-type: [on_trouble.py](../examples/consumers/on_trouble.py).

```sh
# needs AWS
zip -j on_trouble.zip examples/consumers/on_trouble.py
aws s3 cp on_trouble.zip s3://YOUR-BUCKET/
aws cloudformation deploy --stack-name vifshift-consumers --capabilities CAPABILITY_IAM \\
  --template-file examples/consumers/template.yaml \\
  --parameter-overrides CodeBucket=YOUR-BUCKET PowertoolsLayer=ARN-OF-POWERTOOLS-LAYER
```

*To consume events in another account*, create a rule on this bus with that account's bus as its
target, and rules there. The owner of the other bus must allow `events:PutEvents` for the role of
the rule.
"""

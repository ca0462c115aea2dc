"""What the page for who consumes events says in words: the guarantees, and how to begin."""

HEAD = """# Events

Made from the events' models by `make docs`. All that is needed to consume vifshift's events, or to
send it one, stands here.

## In short

They are on the stack's bus (output `EventBusName`, `vifshift` unless it was set otherwise), with
the source `vifshift`. A rule on that bus picks those that you want, and hands them to a queue, a
Lambda, another bus. [Patterns](#patterns) and [consumers](#consumers) to copy are below.

```
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

The outer part is EventBridge's: its `account` and `region` are the stack's. Those of the virtual
interface are in `detail.data.subject`.

## What you can rely on

- **At least once.** An event whose answer got lost is sent again, and EventBridge may deliver one
  twice. The outer `id` is another each time: know an event again by `metadata.migrationId` and the
  detail-type, and VIF Migration Progressed by `metadata.occurredAt` as well.
- **No order.** A migration sends its events one after another, and EventBridge may deliver them in
  another order. `metadata.occurredAt` says which was first; after a final event nothing of that
  migration counts any more.
- **One end.** Every migration sends one [final event](#final-events), and only those have an
  `outcome`. If its execution is stopped by hand right between its last event and its end, VIF
  Migration Interrupted may follow. If VIF Migration Started was sent, a final event follows.
- **The truth, as far as it was seen.** What could not be found out is `null`, or `unknown`; never
  guessed.
- **No secrets**, such as BGP keys, with one exception: VIF Migration Approval Requested has a task
  token, which is a key. Let nobody read the bus who may not approve, and keep it out of chats.
- **Words that can be shown.** `notice` is made for chat and e-mail: what people have written is in
  it without formatting or mentions. Other texts (`virtualInterfaceName`, `requestedBy`, `reason`,
  `message`) are as they were written: show them as text, never as markup.

## Versions

`metadata.version` is the version of an event's schema. Within a version

- fields may be **added**, at any depth: ignore what you don't know;
- no field is removed or renamed, changes its type, or becomes `null` where it was not;
- a field that is always there stays so; listed values (`outcome`, `severity`, `carriesTraffic`,
  `phase`) stay the same. Other codes (`reasonCode`, findings' `code`) and AWS's own values
  (states, BGP statuses) may get new ones;
- new events may come: a rule that names its detail-types is not touched by them.

Anything else is a new version: a rule that names the one it knows, by `"detail": {"metadata":
{"version": ["1"]}}`, gets nothing that it can't read. This is checked with every change
([decision 12](decisions/0012-events-are-a-contract.md)). What is sent *to* vifshift has no
version: what is valid today stays valid, and a field that is not known is refused.

## The events that go out
"""

PARTS_HEAD = """## What all have in common

`detail.metadata` is [Metadata](#metadata), and `detail.data` has [`subject`](#subject) and
[`notice`](#notice) in every event. A field whose type has no "or null" is never null.
"""

ON_THE_WAY_HEAD = """## On the way

The tables are those of `detail.data`.
"""

FINALS = """## Final events

All have the same fields in `detail.data`; `outcome` is the detail-type in other words, such as
`rolled-back`.
"""

PLANS_HEAD = """## Plans

A plan is several migrations, each with events of its own as above. The events of the plan itself
have other metadata, [PlanMetadata](#planmetadata) with `planId`, and another
[`subject`](#plansubject); their `notice` is that of all events. The tables are those of
`detail.data`.
"""

INCOMING_HEAD = """## What you can send

To the same bus, from a source that the setting `allowedSources` lets through (any, unless it is
set), with `events:PutEvents` on the bus. The tables are those of `detail`. PutEvents answers
before anything is started; what can't be read ends as VIF Migration Rejected, with every fault
named. `migrationId` stands in every event of a migration: it is the name of its execution.
"""

PATTERNS_HEAD = """## Patterns

For the rules' `EventPattern`. Matching is exact: what is not named may be anything.
"""

REGISTRY = """## The schema registry

The stack has every schema in an EventBridge schema registry (output `SchemaRegistryName`,
`vifshift-events` for the stack `vifshift`), as OpenAPI 3.0, under EventBridge's usual names:
`vifshift@VIFMigrationSucceeded`; those that you send are `any@VIFMigrationRequested` and so on.
The console and the AWS Toolkits show them, and make classes of them.

```
aws schemas list-schemas --registry-name vifshift-events
aws schemas describe-schema --registry-name vifshift-events \\
  --schema-name vifshift@VIFMigrationSucceeded
```

The same as JSON Schema 2020-12 is in [docs/events](events), for tests and validators; an example
of each event, from a simulated run, in [docs/events/examples](events/examples).
"""

CONSUMERS = """## Consumers

[examples/consumers](../examples/consumers) is a stack of its own that stands beside this one. It
shows

- *a rule and an SQS queue*, for how every migration ended, with the policy that lets EventBridge
  send and a dead-letter queue: [template.yaml](../examples/consumers/template.yaml);
- *a rule and a Lambda*, which calls a person when a migration has left trouble behind: own models
  of what it needs, Powertools' parser, and once for each event, by its migration and detail-type:
  [on_trouble.py](../examples/consumers/on_trouble.py).

```
zip -j on_trouble.zip examples/consumers/on_trouble.py
aws s3 cp on_trouble.zip s3://YOUR-BUCKET/
aws cloudformation deploy --stack-name vifshift-consumers --capabilities CAPABILITY_IAM \\
  --template-file examples/consumers/template.yaml \\
  --parameter-overrides CodeBucket=YOUR-BUCKET PowertoolsLayer=ARN-OF-POWERTOOLS-LAYER
```

*From another account*: a rule on this bus with that account's bus as its target, and rules there.
Who owns the bus grants that (`events:PutEvents` on the other bus, by the rule's role).
"""

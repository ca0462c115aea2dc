"""What the template must have so that people are told, and nobody else can tell them anything."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.messaging.notifications import CLAIMED
from infra.settings.notification_levels import Notify, notified_at
from tests.infra.everything import SETTINGS, template_with_everything
from tests.sampling import sampled
from tests.synthesis import synthesized

Template = dict[str, Any]
EMAILS = SETTINGS["emails"]


def read(folder: Path) -> Template:
    template: Template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    return template


@pytest.fixture(scope="module")
def both() -> Template:
    """The template with e-mail beside the chat."""
    return template_with_everything()


def resources(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the construct's resources of a type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind and name.startswith("Notifications")
    }


def rules(template: Template, topic: str) -> list[dict[str, Any]]:
    found = resources(template, "AWS::Events::Rule").values()
    return [rule for rule in found if topic in json.dumps(rule["Targets"])]


def allowed(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a policy allows to services."""
    statements = policy["Statement"]
    return [each for each in statements if "Service" in each.get("Principal", {})]


def test_without_addresses_there_is_the_chat_s_topic_alone(template: Template) -> None:
    assert len(resources(template, "AWS::SNS::Topic")) == 1
    assert resources(template, "AWS::SNS::Subscription") == {}
    assert "NotificationTopicArn" in template["Outputs"]
    assert "EmailTopicArn" not in template["Outputs"]


def test_each_address_is_subscribed_to_the_topic_for_mails(both: Template) -> None:
    subscriptions = list(resources(both, "AWS::SNS::Subscription").values())

    assert [each["Endpoint"] for each in subscriptions] == EMAILS
    assert {each["Protocol"] for each in subscriptions} == {"email"}
    assert {json.dumps(each["TopicArn"]) for each in subscriptions} == {
        json.dumps(both["Outputs"]["EmailTopicArn"]["Value"])
    }


def test_every_topic_is_encrypted_with_a_key_of_ours_that_rotates(both: Template) -> None:
    [(name, key)] = resources(both, "AWS::KMS::Key").items()

    assert key["EnableKeyRotation"] is True
    topics = resources(both, "AWS::SNS::Topic").values()
    assert len(topics) == 2
    assert all(each["KmsMasterKeyId"] == {"Fn::GetAtt": [name, "Arn"]} for each in topics)


def test_of_the_services_only_this_account_s_alarms_may_use_key_and_topics(
    both: Template,
) -> None:
    policies = [
        *(each["PolicyDocument"] for each in resources(both, "AWS::SNS::TopicPolicy").values()),
        *(each["KeyPolicy"] for each in resources(both, "AWS::KMS::Key").values()),
    ]

    statements = [statement for policy in policies for statement in allowed(policy)]
    assert len(statements) == 3
    for statement in statements:
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        same_account = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        assert statement["Condition"]["StringEquals"] == same_account
        if statement["Action"] == "sns:Publish":
            assert ":alarm:*" in json.dumps(statement["Condition"]["ArnLike"])


def test_nothing_is_published_but_through_tls(both: Template) -> None:
    policies = resources(both, "AWS::SNS::TopicPolicy").values()

    assert len(policies) == 2
    for policy in policies:
        denied = [
            each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"
        ]
        assert [each["Condition"]["Bool"] for each in denied] == [{"aws:SecureTransport": "false"}]


def test_the_rules_publish_with_a_role_that_only_rules_of_this_account_can_use(
    both: Template,
) -> None:
    [(name, role)] = resources(both, "AWS::IAM::Role").items()

    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert json.dumps(trust["Condition"]["ArnLike"]).endswith(':rule/*"]]}}')
    targets = [
        target
        for rule in resources(both, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    ]
    assert {json.dumps(target["RoleArn"]) for target in targets} == {
        json.dumps({"Fn::GetAtt": [name, "Arn"]})
    }


def test_that_role_may_publish_to_the_topics_and_use_their_key_and_no_more(
    both: Template,
) -> None:
    [policy] = resources(both, "AWS::IAM::Policy").values()
    [key] = resources(both, "AWS::KMS::Key")

    statements = policy["PolicyDocument"]["Statement"]
    granted = {
        json.dumps(resource): each["Action"]
        for each in statements
        for resource in (
            each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        )
    }
    assert granted == {
        json.dumps({"Fn::GetAtt": [key, "Arn"]}): ["kms:Decrypt", "kms:GenerateDataKey"],
        **{
            json.dumps({"Ref": topic}): "sns:Publish"
            for topic in resources(both, "AWS::SNS::Topic")
        },
    }


@pytest.mark.parametrize("level", sampled(Notify))
def test_the_rules_tell_what_the_level_has(level: Notify, both: Template) -> None:
    is_all = level == SETTINGS["notify"]
    less = {"emails": EMAILS, "notify": level.value, "cloudTrail": SETTINGS["cloudTrail"]}
    template = both if is_all else read(synthesized(less))

    for topic in ("NotificationsChat", "NotificationsEmail"):
        patterns = [rule["EventPattern"] for rule in rules(template, topic)]
        claimed = [each["detail-type"] for each in patterns if each.get("detail") == CLAIMED]
        told = [
            name
            for each in patterns
            if each.get("detail") != CLAIMED
            for name in each["detail-type"]
        ]
        if level is Notify.TROUBLE:
            assert claimed == [["VIF Migration Duplicate"], ["VIF Plan Duplicate"]]
        assert sorted(told) == sorted(notified_at(level))
        assert all(
            rule["EventPattern"]["source"] == ["vifshift"] for rule in rules(template, topic)
        )


def test_outcomes_are_tried_for_a_day_and_what_passes_for_an_hour(template: Template) -> None:
    ages = {
        name: target["RetryPolicy"]["MaximumEventAgeInSeconds"]
        for rule in rules(template, "NotificationsChat")
        for target in rule["Targets"]
        for name in rule["EventPattern"]["detail-type"]
    }

    assert ages["VIF Migration Rolled Back"] == ages["VIF Migration Approval Requested"] == 86_400
    assert ages["VIF Migration Rolling Back"] == 3_600


def test_what_can_t_be_told_is_in_a_queue_that_redrive_does_not_read(both: Template) -> None:
    [queue] = resources(both, "AWS::SQS::Queue")

    targets = [
        target
        for rule in resources(both, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    ]
    assert all(each["DeadLetterConfig"]["Arn"]["Fn::GetAtt"] == [queue, "Arn"] for each in targets)
    assert queue not in json.dumps(both["Outputs"]["DeadLetterQueueUrl"])


def test_nothing_of_an_event_is_put_inside_of_a_string_for_the_chat(template: Template) -> None:
    for rule in rules(template, "NotificationsChat"):
        [target] = rule["Targets"]
        text = target["InputTransformer"]["InputTemplate"]
        assert '"<' not in text
        for name in target["InputTransformer"]["InputPathsMap"]:
            text = text.replace(f"<{name}>", '"x"')
        json.loads(text)


def test_every_line_of_a_mail_is_in_quotes_as_eventbridge_wants_it(both: Template) -> None:
    for rule in rules(both, "NotificationsEmail"):
        [target] = rule["Targets"]
        lines = target["InputTransformer"]["InputTemplate"].split("\n")
        has_more = any(line.startswith('"More: ') for line in lines)
        assert len(lines) == (8 if has_more else 7)
        assert all(isinstance(json.loads(line), str) for line in lines)


@pytest.mark.verify
def test_a_bus_that_was_there_gets_the_rules_too() -> None:
    template = read(synthesized({"eventBus": "shared", "eventBusExists": True}))

    buses = {rule["EventBusName"] for rule in rules(template, "NotificationsChat")}
    assert buses == {"shared"}


@pytest.mark.parametrize(("topic", "label"), [("Chat", '"threadId":<'), ("Email", "Plan: <")])
def test_what_tells_of_a_plan_is_named_by_its_plan(both: Template, topic: str, label: str) -> None:
    of_plans = 0
    for rule in rules(both, f"Notifications{topic}"):
        names = rule["EventPattern"]["detail-type"]
        if {"VIF Answer Heard", "VIF Changed Outside"} & set(names):
            continue
        [target] = rule["Targets"]
        words = target["InputTransformer"]
        is_plan = any(name.startswith("VIF Plan ") for name in names)
        assert all(name.startswith("VIF Plan ") == is_plan for name in names)
        paths = set(words["InputPathsMap"].values())
        assert ("$.detail.metadata.planId" in paths) == is_plan
        assert ("$.detail.metadata.migrationId" in paths) != is_plan
        of_plans += is_plan
        if is_plan:
            assert label in words["InputTemplate"]
    assert of_plans == 2


def test_of_what_passes_of_a_plan_only_its_start_is_told_by_default(template: Template) -> None:
    told = [rule["EventPattern"]["detail-type"] for rule in rules(template, "NotificationsChat")]

    of_plans = [names for names in told if any(name.startswith("VIF Plan ") for name in names)]
    assert [names for names in of_plans if len(names) == 1] == [["VIF Plan Started"]]
    assert len(of_plans) == 2


@pytest.mark.parametrize("topic", ["Chat", "Email"])
def test_an_answer_is_told_in_the_thread_that_it_belongs_to(both: Template, topic: str) -> None:
    found = [
        rule
        for rule in rules(both, f"Notifications{topic}")
        if "VIF Answer Heard" in rule["EventPattern"]["detail-type"]
    ]

    [rule] = found
    assert rule["EventPattern"]["detail-type"] == ["VIF Answer Heard", "VIF Answer Not Heard"]
    # Whoever may not answer could fill the chat otherwise.
    refused = {"reasonCode": [{"anything-but": ["SOURCE_NOT_ALLOWED"]}]}
    assert rule["EventPattern"]["detail"] == {"data": refused}
    [target] = rule["Targets"]
    paths = set(target["InputTransformer"]["InputPathsMap"].values())
    assert "$.detail.metadata.thread" in paths
    assert not {path for path in paths if path.startswith("$.detail.metadata.migration")}

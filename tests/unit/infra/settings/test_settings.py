"""The settings that say how migrations get started: every fault at once, with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.settings.model import Settings
from infra.settings.notification_levels import Notify

REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
WINDOW: dict[str, Any] = {
    "name": "nightly",
    "schedule": "cron(0 2 * * ? *)",
    "timezone": "Europe/Berlin",
    "durationMinutes": 60,
}


def refused(folder: Path, settings: Any) -> list[str]:
    """Return the lines that the settings are refused with."""
    with pytest.raises(SystemExit) as refusal:
        Settings.read(settings, folder)
    head, *faults = str(refusal.value).splitlines()
    assert head == "cdk.json: context vifshift:"
    return [fault.strip() for fault in faults]


def refused_window(folder: Path, **changes: Any) -> list[str]:
    return refused(folder, {"windows": [{**WINDOW, "requests": [REQUEST], **changes}]})


def with_file(folder: Path, text: str, name: str = "nightly.yaml") -> dict[str, Any]:
    (folder / name).write_text(text, "utf-8")
    return {"windows": [{**WINDOW, "requestsFile": name}]}


def test_without_settings_anyone_with_access_may_ask_and_no_window_opens() -> None:
    settings = Settings.read(None)

    assert (settings.allowed_sources, settings.allowed_accounts, settings.windows) == ((), (), ())


def test_people_are_told_of_outcomes_and_by_chat_alone_unless_they_ask_for_more() -> None:
    settings = Settings.read(None)

    assert (settings.notify, settings.emails) == (Notify.OUTCOMES, ())


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"notify": "loud"}, "notify"),
        ({"notify": ["all"]}, "notify"),
        ({"emails": ["noc"]}, "emails.0"),
        ({"emails": ["noc@example.com", "noc@localhost"]}, "emails.1"),
        ({"emails": ["a b@example.com"]}, "emails.0"),
        ({"emails": ["noc@example.com\nbcc@example.com"]}, "emails.0"),
        ({"emails": ["<noc@example.com>"]}, "emails.0"),
        ({"emails": "noc@example.com"}, "emails"),
        ({"emails": ["noc@example.com", "NOC@example.com"]}, "emails"),
    ],
)
def test_a_wrong_level_or_address_is_named(tmp_path: Path, settings: Any, place: str) -> None:
    (fault,) = refused(tmp_path, settings)

    assert fault.startswith(f"{place}: ")


def test_addresses_are_taken_as_they_are_written(tmp_path: Path) -> None:
    given: Any = {"notify": "all", "emails": ["noc@example.com", "on-call+dx@mail.example.co.uk"]}

    settings = Settings.read(given, tmp_path)

    assert (settings.notify, list(settings.emails)) == (Notify.ALL, given["emails"])


def test_other_accounts_need_a_bus_of_ours(tmp_path: Path) -> None:
    settings = {"allowedAccounts": ["222233334444"], "eventBusExists": True}

    (fault,) = refused(tmp_path, settings)

    assert fault.startswith("allowedAccounts: ")
    assert "eventBusExists" in fault


@pytest.mark.parametrize("account", ["1", "22223333444a", 222233334444])
def test_an_account_has_twelve_digits(tmp_path: Path, account: Any) -> None:
    (fault,) = refused(tmp_path, {"allowedAccounts": [account]})

    assert fault.startswith("allowedAccounts.0: ")


@pytest.mark.parametrize(
    ("changes", "place", "fault"),
    [
        ({"timezone": "Europe/Frankfurt"}, "timezone", "not a time zone of the IANA database"),
        ({"schedule": "cron(0 2 31 2 ? *)"}, "schedule", "never due"),
        (
            {"schedule": "at(2026-03-29T02:30:00)"},
            "schedule",
            "clocks skip it when daylight saving time begins",
        ),
        ({"schedule": "rate(30 minutes)"}, "schedule", "again before it closes"),
        (
            {"durationMinutes": 33},
            "requests.0",
            "a late start, the move and its rollback may take 34",
        ),
        ({"flexibleMinutes": 27}, "requests.0", "may take 61 minutes"),
        ({"name": "a.b"}, "name", "should match pattern"),
        ({"requests": []}, "requests", "at least 1 item"),
        ({"opens": 1}, "opens", "unknown field"),
        ({"requests": [{**REQUEST, "dryrun": True}]}, "requests.0.dryrun", "unknown field"),
        ({"requests": [{**REQUEST, "dryRun": "yes"}]}, "requests.0.dryRun", "valid boolean"),
        ({"schedule": "at(9999-12-31T23:59:59)"}, "schedule", "in the years 1970 to 2199"),
        ({"durationMinutes": float("inf")}, "durationMinutes", "finite number"),
        ({"durationMinutes": 2**53}, "durationMinutes", "less than or equal to 1440"),
        (
            {"requests": [{**REQUEST, "lockWaitSeconds": float("nan")}]},
            "requests.0.lockWaitSeconds",
            "valid integer",
        ),
        ({"requests": [{**REQUEST, "reason": "\ud800"}]}, "requests.0.reason", "not Unicode text"),
        (
            {"requests": [{**REQUEST, "window": {}}]},
            "requests.0.window",
            "window is that of its schedule",
        ),
        (
            {"requests": [{"virtualInterfaceId": "dxvif-aaaa0001"}]},
            "requests.0.connectionId",
            "is missing",
        ),
        (
            {"requests": [REQUEST, {**REQUEST, "connectionId": "dxcon-other001"}]},
            "requests.1.virtualInterfaceId",
            "moved by another request",
        ),
    ],
)
def test_what_can_t_be_right_about_a_window_is_named(
    tmp_path: Path, changes: Any, place: str, fault: str
) -> None:
    (line,) = refused_window(tmp_path, **changes)

    assert line.startswith(f"windows.0.{place}: ")
    assert fault in line


def test_a_window_may_be_just_long_enough(tmp_path: Path) -> None:
    settings: Any = {"windows": [{**WINDOW, "durationMinutes": 34, "requests": [REQUEST]}]}

    (window,) = Settings.read(settings, tmp_path).windows

    assert window.requests == (REQUEST,)


@pytest.mark.parametrize("quota", [-1, 2**53, float("inf")])
def test_a_quota_is_a_number_that_a_port_may_have(tmp_path: Path, quota: float) -> None:
    (line,) = refused(tmp_path, {"checks": {"quotas": {"transitPerPort": quota}}})

    assert line.startswith("checks.quotas.transitPerPort: ")


@pytest.mark.parametrize("text", [".inf", ".nan", "1" + "0" * 5000, "9007199254740993"])
def test_a_value_that_json_does_not_have_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "nightly.yaml").write_text(
        f"- virtualInterfaceId: dxvif-aaaa0001\n  lockWaitSeconds: {text}\n", "utf-8"
    )

    (line,) = refused(tmp_path, {"windows": [{**WINDOW, "requestsFile": "nightly.yaml"}]})

    assert line.endswith("nightly.yaml:2: has a value that JSON does not have")


def test_two_windows_have_two_names(tmp_path: Path) -> None:
    window = {**WINDOW, "requests": [REQUEST]}

    (line,) = refused(tmp_path, {"windows": [window, window]})

    assert line == "windows.1.name: nightly is the name of another window"


def test_every_fault_is_named_at_once_and_with_its_line_in_cdk_json(tmp_path: Path) -> None:
    settings = {
        "logRetentionDays": 91,
        "windows": [
            {**WINDOW, "timezone": "Mars", "requests": [{**REQUEST, "dryRun": 1, "when": 2}]}
        ],
    }
    text = json.dumps({"context": {"vifshift": settings}}, indent="\t")
    (tmp_path / "cdk.json").write_text(text, "utf-8")

    lines = refused(tmp_path, settings)

    written = text.splitlines()
    for name in ("logRetentionDays", "timezone", "dryRun", "when"):
        number = next(at for at, line in enumerate(written, 1) if f'"{name}"' in line)
        assert [line for line in lines if line.startswith(f"cdk.json:{number}: ")], name
    assert len(lines) == 4


def test_a_context_from_elsewhere_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"context": {"vifshift": {}}}', "utf-8")

    (line,) = refused(tmp_path, {"logRetentionDays": 91})

    assert line.startswith("logRetentionDays: ")


@pytest.mark.parametrize("name", ["nightly.yaml", "nightly.json"])
def test_requests_are_read_from_a_file(tmp_path: Path, name: str) -> None:
    text = json.dumps([{**REQUEST, "reason": "2026-01-05T02:00:00Z"}], indent="\t")
    if name.endswith(".yaml"):
        text = text.replace("\t", " ")

    (window,) = Settings.read(with_file(tmp_path, text, name), tmp_path).windows

    assert window.requests == ({**REQUEST, "reason": "2026-01-05T02:00:00Z"},)


def test_faults_in_a_file_are_named_with_their_lines(tmp_path: Path) -> None:
    text = (
        "- virtualInterfaceId: dxvif-aaaa0001\n"
        "  connectionId: dxlag-target01\n"
        "  convergence:\n"
        "    pollSeconds: 1\n"
        "    hold: 3\n"
        "- virtualInterfaceId: dxvif-aaaa0002\n"
    )

    lines = refused(tmp_path, with_file(tmp_path, text))

    assert [line.split(": ")[:2] for line in lines] == [
        ["nightly.yaml:4", "0.convergence.pollSeconds"],
        ["nightly.yaml:5", "0.convergence.hold"],
        ["nightly.yaml:6", "1.connectionId"],
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a: 1\n  b: 2\n  a: 3\n", "nightly.yaml:3: a: is already given in line 1"),
        ("- [unclosed\n", "nightly.yaml:2: "),
        ("requests: []\n", "nightly.yaml:1: must be a list of requests"),
        ("- {? [a, b] : 1}\n", "nightly.yaml:1: a key must be text"),
        ("- &itself {more: *itself}\n", "nightly.yaml:1: contains itself"),
        ("- !!python/name:os.system\n", "nightly.yaml:1: could not determine a constructor"),
        ("", "nightly.yaml:1: must be a list of requests"),
    ],
)
def test_a_file_that_can_t_be_read_is_named_with_the_line(
    tmp_path: Path, text: str, fault: str
) -> None:
    (line,) = refused(tmp_path, with_file(tmp_path, text))

    assert line.startswith(f"windows.0.requestsFile: {fault}")


def test_a_file_that_is_yaml_but_no_json_is_refused_under_json_s_name(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, with_file(tmp_path, "- a\n", "nightly.json"))

    assert "nightly.json:1: Expecting value" in line


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, {"windows": [{**WINDOW, "requestsFile": "absent.yaml"}]})

    assert line == "windows.0.requestsFile: absent.yaml: No such file or directory"


def test_requests_stand_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "nightly.yaml").write_text("[]", "utf-8")

    (line,) = refused_window(tmp_path, requestsFile="nightly.yaml")

    assert line == "windows.0.requestsFile: can't be used together with requests"


def test_a_setting_that_is_given_twice_is_refused_though_the_cdk_passes_on_one(
    tmp_path: Path,
) -> None:
    text = '{"context": {"vifshift": {\n"stackName": "a",\n"notify": "all",\n"stackName": "b"}}}'
    (tmp_path / "cdk.json").write_text(text, "utf-8")

    faults = refused(tmp_path, json.loads(text)["context"]["vifshift"])

    assert faults == ["cdk.json:4: stackName: is already given in line 2"]

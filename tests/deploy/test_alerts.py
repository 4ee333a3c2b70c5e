"""Whom the alert rules wake, and when: evenings as Prometheus would see them, through its own promtool."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from servers.server import find_program
from tests.deploy.rules import RULES, rules

pytestmark = pytest.mark.slow

AT = "20m"
GROWS, STANDS = "0+60x30", "0x30"
WEB, WORKER, SCHEDULER = ({"job": "bites", "instance": name} for name in ("web:1", "worker:1", "scheduler:1"))

Series = Mapping[str, str]


def series(name: str, /, **labels: str) -> str:
    return f"{name}{{{','.join(f'{label}={json.dumps(value)}' for label, value in labels.items())}}}"


UPDATES = {
    outcome: series("bites_updates_total", **WEB, kind="message", outcome=outcome)
    for outcome in ("handled", "failed", "unavailable")
}
WAITS = {le: series("bites_update_seconds_bucket", **WEB, le=le) for le in ("0.5", "2.0", "5.0", "+Inf")}
LATE = {le: series("bites_event_loop_lag_seconds_bucket", **WEB, le=le) for le in ("0.1", "0.5", "2.0", "+Inf")}
ANSWERS = {
    status: series("bites_bot_api_answers_total", **WEB, method="sendMessage", status=status)
    for status in ("200", "429", "none")
}
LEADS = [series("bites_scheduler", job="bites", instance=f"scheduler:{n}", state="leading") for n in (1, 2)]
LAG = {urgency: series("bites_outbox_lag_seconds", **WEB, urgency=urgency) for urgency in ("urgent", "bulk")}
READY = {
    queue: series("rabbitmq_detailed_queue_messages_ready", vhost="/", queue=queue)
    for queue in ("user_msg", "user_msg.dead")
}
CONSUMERS = series("rabbitmq_detailed_queue_consumers", vhost="/", queue="user_msg")
DONE = {
    job: series("bites_job_done_timestamp_seconds", **SCHEDULER, name=job)
    for job in ("expire_holds", "complete_missed")
}
ROLES = {name["instance"].partition(":")[0]: name for name in (WEB, WORKER, SCHEDULER)}
ROLE = {role: series("bites_role", **name, role=role) for role, name in ROLES.items()}
UP = series("up", **WEB)
REDIS = series("bites_store_up", **WEB, store="redis")
PENDING = series("bites_telegram_pending_updates", **WEB)
FORBIDDEN = series("bites_posts_rejected_total", **WEB, status="403")
FREE = series("bites_database_connections", **WEB, state="free")
STARTED = series("process_start_time_seconds", **WEB)
CLOCK = series("bites_clock_timestamp_seconds", **WEB)
MEMORY = series("process_resident_memory_bytes", **WEB)

QUIET: Series = {
    **dict.fromkeys([*ROLE.values(), UP, REDIS, LEADS[0], CONSUMERS, series("bites_ready", **WEB)], "1x30"),
    **dict.fromkeys([*UPDATES.values(), *LAG.values(), *READY.values(), *ANSWERS.values()], STANDS),
    **dict.fromkeys([LEADS[1], PENDING, FORBIDDEN, STARTED], STANDS),
    **dict.fromkeys([*WAITS.values(), *LATE.values(), *DONE.values(), CLOCK], GROWS),
    UPDATES["handled"]: GROWS,
    ANSWERS["200"]: GROWS,
    FREE: "9x30",
    MEMORY: "120000000x30",
}
"""A Saturday evening with a guest every second and nobody woken."""

EVENINGS: Mapping[str, tuple[Series, Mapping[str, str], str]] = {
    "BitesRoleMissing": ({ROLE["worker"]: "1x10"}, {"role": "worker"}, "No process has the role worker"),
    "BitesUpdatesPutOff": ({UPDATES["unavailable"]: "0+15x30"}, {}, "20% of what guests do is put off"),
    "BitesUpdatesFail": ({UPDATES["failed"]: "0+15x30"}, {}, "20% of what guests do meets a mistake of ours"),
    "BitesBug": ({UPDATES["failed"]: "0x15 1x15"}, {}, "A guest met a mistake of ours"),
    "BitesSlow": (
        {WAITS["0.5"]: STANDS, WAITS["2.0"]: STANDS},
        {},
        "One guest in twenty waits longer than 4.85s",
    ),
    "BitesTelegramCannotPost": ({PENDING: "0+5x30"}, {}, "100 updates wait at Telegram"),
    "BitesPostsRejected": (
        {FORBIDDEN: GROWS},
        {"status": "403"},
        "Posts to the webhook are turned away with 403",
    ),
    "BitesStoreAway": ({REDIS: "1x15 0x15"}, {"store": "redis"}, "The redis cannot be worked with"),
    "BitesConnectionsBusy": (
        {FREE: "0x30"},
        {"instance": "web:1"},
        "web:1 has no connection to PostgreSQL left",
    ),
    "BitesNoticesLate": ({LAG["urgent"]: "0+6x30"}, {}, "A notice has been waiting for 2m 0s"),
    "BitesFollowUpsLate": (
        {LAG["bulk"]: "0+200x30"},
        {},
        "A reminder or a message after a visit has been waiting for 1h 6m 40s",
    ),
    "BitesQueueStuck": (
        {CONSUMERS: STANDS},
        {"queue": "user_msg"},
        "Nobody takes what is in the queue user_msg, or not quickly enough",
    ),
    "BitesDeadLetters": (
        {READY["user_msg.dead"]: "2x30"},
        {"queue": "user_msg.dead"},
        "2 messages of user_msg.dead were given up",
    ),
    "BitesBotApiFails": (
        {ANSWERS["none"]: GROWS},
        {},
        "50% of what the bot says does not reach Telegram",
    ),
    "BitesBotApiLimits": ({ANSWERS["429"]: "0+12x30"}, {}, "Telegram asks the bot to be slower"),
    "BitesNobodyLeads": ({LEADS[0]: STANDS}, {}, "No process leads the schedule"),
    "BitesTwoLead": ({LEADS[1]: "1x30"}, {}, "2 processes lead the schedule"),
    "BitesJobOverdue": (
        {DONE["expire_holds"]: STANDS},
        {"name": "expire_holds"},
        "The job expire_holds was last done 20m 0s ago",
    ),
    "BitesProcessDown": ({UP: STANDS}, WEB, "web:1 is away or not ready"),
    "BitesRestarts": ({STARTED: GROWS}, WEB, "web:1 has started 15 times in a quarter of an hour"),
    "BitesClockOff": ({CLOCK: "3600+60x30"}, WEB, "The clock of web:1 is 1h 0m 0s off"),
    "BitesLoopHeldUp": (
        {LATE["0.1"]: STANDS, LATE["0.5"]: STANDS},
        {"instance": "web:1"},
        "web:1 is 1.985s late with what is due",
    ),
    "BitesMemory": ({MEMORY: "367001600x30"}, WEB, "web:1 needs 350MiB of memory"),
}
"""What is different, whom the alert is about, and what it says."""

TOGETHER = {"BitesUpdatesFail": {"BitesBug"}}
"""What else such an evening is."""


def told(rule: Mapping[str, Any], about: Mapping[str, str], summary: str) -> dict[str, Any]:
    return {
        "exp_labels": {**about, **rule["labels"]},
        "exp_annotations": {"summary": summary, "runbook": rule["annotations"]["runbook"]},
    }


def evening(name: str, given: Series, alerts: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": which, "values": values} for which, values in given.items()],
        "alert_rule_test": [
            {"eval_time": AT, "alertname": alert, "exp_alerts": expected} for alert, expected in alerts.items()
        ],
    }


def test_each_alert_fires_in_its_evening_says_whom_it_is_about_and_no_other_does(tmp_path: Path) -> None:
    by_name = {rule["alert"]: rule for rule in rules()}
    assert EVENINGS.keys() == by_name.keys()
    tests = [evening("quiet", QUIET, {name: [] for name in by_name})]
    for name, (changes, about, summary) in EVENINGS.items():
        silent: dict[str, list[dict[str, Any]]] = {
            other: [] for other in by_name if other not in TOGETHER.get(name, ())
        }
        alerts = {**silent, name: [told(by_name[name], about, summary)]}
        tests.append(evening(name, {**QUIET, **changes}, alerts))
    file = tmp_path / "evenings.yml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}), "utf-8")
    done = subprocess.run(
        [find_program("promtool", "/usr/bin"), "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("what", ["rules", "config"])
def test_prometheus_takes_the_files_as_they_are(what: str) -> None:
    file = RULES if what == "rules" else RULES.with_name("prometheus.yml")
    done = subprocess.run(
        [find_program("promtool", "/usr/bin"), "check", what, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""What the dashboard and the alert rules ask for is what the service and RabbitMQ tell, and each alert is explained."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import promql_parser as promql
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.domain.events import QUEUES
from playground.client import Playground
from servers.rabbitmq import RabbitMQ
from servers.server import free_port
from tests.deploy.compose import ROOT
from tests.deploy.rules import rules
from tests.foundation.service import TOKEN, environment, inside

DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "binary-bites.json"
WHAT = ("messages_ready", "consumers")
RUN_BOOK = ROOT / "docs" / "operations.md"

Told = dict[str, dict[str, set[str]]]
"""Values of each label of each metric."""

OF_PROMETHEUS = {"job", "instance", "service"}
"""Labels that deploy/prometheus/prometheus.yml gives."""


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def targets() -> Iterator[tuple[str, str]]:
    """Each query and how its lines are called."""
    for panel in panels():
        for target in panel.get("targets", ()):
            yield target["expr"].replace("$__rate_interval", "1m"), target["legendFormat"]


def questions() -> Iterator[tuple[str, set[str]]]:
    """Each query, and the labels that its answer is called by."""
    for rule in rules():
        yield rule["expr"], set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    for query, legend in targets():
        yield query, set(re.findall(r"{{(\w+)}}", legend))


def told(text: str) -> Told:
    found: Told = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


def parts(query: promql.Expr) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(query, found.append)
    return found


def selectors(query: promql.Expr) -> list[promql.VectorSelector]:
    return [part for part in parts(query) if isinstance(part, promql.VectorSelector)]


def labels_named(query: promql.Expr) -> Iterator[tuple[promql.Expr, list[str]]]:
    """Labels that results are grouped or matched by, and what they are taken from."""
    for part in parts(query):
        if isinstance(part, promql.AggregateExpr) and part.modifier:
            yield part, part.modifier.labels
        elif isinstance(part, promql.BinaryExpr) and part.modifier and part.modifier.matching:
            yield part, part.modifier.matching.labels


def unknown(query: promql.Expr, called_by: set[str], known: Told) -> Iterator[str]:
    for selector in selectors(query):
        labels = known.get(selector.name or "")
        if labels is None:
            yield f"there is no {selector.name}"
            continue
        for matcher in selector.matchers.matchers:
            if matcher.name not in OF_PROMETHEUS and not has(labels.get(matcher.name, set()), matcher):
                yield f"no {selector.name} has {matcher}"
    for part, names in [*labels_named(query), (query, sorted(called_by))]:
        there = set(OF_PROMETHEUS).union(*(known.get(selector.name or "", {}) for selector in selectors(part)))
        yield from (f"nothing of {part.prettify()} has a label {name}" for name in names if name not in there)


def has(values: Iterable[str], matcher: promql.Matcher) -> bool:
    if matcher.op == promql.MatchOp.Equal:
        return matcher.value in values
    if matcher.op == promql.MatchOp.Re:
        return all(any(re.fullmatch(one, value) for value in values) for one in matcher.value.split("|"))
    return bool(values)


async def scraped(folder: Path, port: int, telegram: Playground, trouble: Iterable[str] = (), **chosen: str) -> Told:
    """What the service tells after a guest and an owner have used it, with a call that failed in each of these ways."""
    settings = environment(folder, telegram.base_url, BASE_URL=f"http://127.0.0.1:{port}", **chosen)
    async with inside(settings, port) as http:
        owner = await telegram.join("owner")
        await owner.wait_for("Бот запущен")
        for kind in trouble:
            await telegram.fail(kind, method="sendMessage")
            await owner.send("/start")
        async with asyncio.timeout(20):
            while True:
                found = told((await http.get("/metrics")).text)
                if "RABBITMQ_HOST" not in chosen or "bites_publishes_total" in found:
                    return found
                await asyncio.sleep(0.1)  # the message comes before its confirmation is counted


async def told_by(rabbitmq: RabbitMQ) -> Told:
    """It looks at its queues every few seconds."""
    names = {f"{queue}{kind}" for queue in QUEUES for kind in ("", ".dead")}
    families = {"family": ["queue_coarse_metrics", "queue_consumer_count"]}
    async with (
        httpx.AsyncClient(base_url=f"http://{rabbitmq.host}:{rabbitmq.prometheus_port}") as http,
        asyncio.timeout(30),
    ):
        while True:
            found = told((await http.get("/metrics/detailed", params=families)).text)
            if all(names <= found.get(f"rabbitmq_detailed_queue_{what}", {}).get("queue", set()) for what in WHAT):
                return found
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_each_query_finds_what_it_asks_for(
    tmp_path: Path, postgres_database: str, rabbitmq: RabbitMQ, rabbitmq_vhost: str, redis_url: str
) -> None:
    stores = {
        "DB_URL": postgres_database,
        "STORE_URL": postgres_database.replace("asyncpg", "psycopg"),
        "REDIS_URL": redis_url,
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "RABBITMQ_USERNAME": rabbitmq.user,
        "RABBITMQ_PASSWORD": rabbitmq.password,
        "VHOST": rabbitmq_vhost,
    }
    async with Playground.start(token=TOKEN) as telegram:
        alone = await scraped(tmp_path, free_port(), telegram)
        among_others = await scraped(tmp_path / "stores", free_port(), telegram, ["429", "500", "drop"], **stores)
    queues = await told_by(rabbitmq)
    known = {**alone, **among_others, **queues, "up": {}}
    assert not OF_PROMETHEUS.intersection(*among_others.values())
    lacking = [lack for query, called_by in questions() for lack in unknown(promql.parse(query), called_by, known)]
    assert lacking == []


def test_each_alert_says_how_urgent_it_is_and_where_it_is_explained() -> None:
    headings = re.findall(r"^### (Bites\w+)$", RUN_BOOK.read_text("utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in rules())
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_the_entries_of_the_run_book_answer_the_same_questions() -> None:
    book = RUN_BOOK.read_text("utf-8").partition("\n## Run book")[2].partition("\n## ")[0]
    for entry in re.split(r"^### ", book, flags=re.MULTILINE)[1:]:
        asked = re.findall(r"^- \*\*(.+?)\*\*", entry, re.MULTILINE)
        assert asked == ["Means:", "Guests:", "Look at:", "Do:", "Over when:"], entry.splitlines()[0]


def test_the_dashboard_shows_each_panel_in_a_place_of_its_own_and_says_what_it_is() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at: Mapping[str, int] = panel["gridPos"]
        place = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not taken & place, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= place
        assert panel["type"] == "row" or panel["description"].endswith("."), panel["title"]
    assert len({panel["id"] for panel in panels()}) == len(panels())

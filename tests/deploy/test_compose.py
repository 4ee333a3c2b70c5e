"""What `docker compose up` would start: the same that `make cluster` does, each part watched and kept within bounds."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.config import Role, Settings
from servers.guard import Guard
from servers.nginx import TEMPLATE
from servers.topology import PROCESSES, SERVICE, Topology
from tests.deploy.compose import LOCAL, MONITORING, PRODUCTION, ROOT, services

TOKEN = "4200000003:AAcomposecomposecomposecomposecompo"
COMMON = {"read_only": True, "security_opt": ["no-new-privileges:true"], "restart": "unless-stopped"}


def is_ours(service: dict[str, Any]) -> bool:
    return bool(service.get("image") == "binary-bites")


def names_set(settings: Mapping[str, str]) -> set[str]:
    return {name for name, value in settings.items() if value}


@pytest.mark.parametrize(
    "files", [(PRODUCTION,), (PRODUCTION, LOCAL), (PRODUCTION, MONITORING)], ids=["production", "local", "monitoring"]
)
def test_every_part_is_watched_bounded_and_cannot_write_where_it_should_not(files: tuple[Path, ...]) -> None:
    for name, service in services(*files).items():
        assert service["healthcheck"]["test"], name
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert COMMON.items() <= service.items(), name
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name


def test_each_role_starts_with_the_settings_that_it_gets() -> None:
    started: Counter[Role] = Counter()
    for service in filter(is_ours, services(PRODUCTION).values()):
        given = {name.lower(): value for name, value in service["environment"].items()}
        assert given.keys() <= Settings.model_fields.keys()
        settings = Settings(_env_file=None, bot_token=TOKEN, base_url="https://bites.example", **given)
        assert settings.log_file is None
        [role] = settings.roles
        started[role] += service["deploy"].get("replicas", 1)
    assert started == PROCESSES


def test_the_cluster_of_this_machine_runs_the_same_commands_with_the_same_settings(
    guard: Guard, tmp_path: Path
) -> None:
    topology = Topology(guard, tmp_path)
    for service in filter(is_ours, services(PRODUCTION, LOCAL).values()):
        inside = [part.replace("0.0.0.0", "127.0.0.1").replace("8000", "{port}") for part in service["command"]]  # noqa: S104 - of a container
        assert inside == ["python", "-m", *SERVICE]
        for process in topology.services[Role(service["environment"]["ROLES"])]:
            assert names_set(process.settings) == names_set(service["environment"])


def test_prometheus_asks_every_process_and_grafana_has_the_dashboard() -> None:
    together = services(PRODUCTION, MONITORING)
    asked = YAML(typ="safe").load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    [processes] = asked[0]["dns_sd_configs"]
    assert set(processes["names"]) == {name for name, service in together.items() if is_ours(service)}
    assert str(processes["port"]) == together["worker"]["environment"]["HEALTH_PORT"]
    for name in ("prometheus", "grafana"):
        for volume in together[name]["volumes"]:
            source = volume.partition(":")[0]
            assert not source.startswith("./") or (ROOT / source).is_dir()
    provided = YAML(typ="safe").load(
        (ROOT / "deploy/grafana/provisioning/dashboards/binary-bites.yml").read_text("utf-8")
    )
    [provider] = provided["providers"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in together["grafana"]["volumes"]


def test_the_proxy_is_told_all_that_its_template_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text("utf-8")))
    told = services(PRODUCTION)["proxy"]["environment"]
    assert asked == {name for name in told if name.startswith("PROXY_")}


def test_the_image_has_what_the_service_needs_and_runs_as_nobody_in_particular() -> None:
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)[1:]
    *_, last = stages
    assert last.startswith("base AS service")
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    allowed = (ROOT / ".dockerignore").read_text("utf-8")
    copied = re.findall(r"^COPY ([\w./-]+) ", "\n".join(stages), re.MULTILINE)
    assert copied == ["requirements.txt", "playground", "app"]
    for path in copied:
        assert (ROOT / path).exists()
        assert f"\n!{path}\n" in allowed

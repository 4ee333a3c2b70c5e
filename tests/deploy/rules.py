"""The alert rules as Prometheus reads them."""

from typing import Any

from ruamel.yaml import YAML

from tests.deploy.compose import ROOT

RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"


def rules() -> list[dict[str, Any]]:
    groups = YAML(typ="safe").load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]

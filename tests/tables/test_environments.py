"""Which environment a namespace is, by the words that people use."""

import pytest

from k8sready.objects.meta import ObjectMeta
from k8sready.tables.namespaces import environment

LABELS = ("environment", "env", "app.kubernetes.io/environment", "tier", "stage")


@pytest.mark.parametrize(
    ("name", "labels", "told"),
    [
        ("prod-eu-west-1", {}, "production"),
        ("shop-live", {}, "production"),
        ("shop-non-prod", {}, "development"),  # whatever it is, it is not production
        ("shop-nonprod", {}, "development"),
        ("shop-pre-prod", {}, "staging"),
        ("pre-production", {}, "staging"),
        ("shop-acceptance", {}, "staging"),
        ("uat2", {}, "staging"),
        ("shop-dev01", {}, "development"),
        ("shop-pr-482", {}, None),
        ("shop", {"env": "non-prod"}, "development"),
        ("shop", {"environment": "Prod-EU"}, "production"),
        ("shop-dev", {"env": "PRD"}, "production"),  # a label says more than a name
        ("shop", {"tier": "backend"}, None),
        ("products", {}, None),
        ("devops", {}, None),
        ("shop-produktion", {}, "production"),
        ("loja-producao", {}, "production"),
        ("shop-abnahme", {}, "staging"),
        ("boutique-recette", {}, "staging"),
        ("loja-homologacao", {}, "staging"),
        ("shop-int", {}, "staging"),
        ("tienda-desarrollo", {}, "development"),
        ("shop-entwicklung", {}, "development"),
        ("live-streaming", {}, None),  # what it does
        ("integration-hub", {}, None),
        ("shop", {"env": "integration"}, "staging"),
        *(("shop-dev", {label: "prod"}, "production") for label in LABELS),
        ("shop-dev", {"stages": "prod"}, "development"),
        ("shop-dev", {"tier": "prod", "environment": "staging"}, "staging"),  # the more telling label first
        ("shop-dev", {"env": "blue", "stage": "prod"}, "production"),
    ],
)
def test_an_environment_is_told_by_whole_words(name: str, labels: dict[str, str], told: str | None) -> None:
    assert environment(ObjectMeta(name=name, labels=labels)) == told

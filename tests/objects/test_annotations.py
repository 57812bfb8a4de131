"""Annotation values stay where checks read them and their form has no room for a credential; names always stay."""

import json
import time

import pytest

from k8sready.objects.annotations import clean_annotations
from k8sready.objects.free_text import CUT

SECCOMP = "seccomp.security.alpha.kubernetes.io"
CANARY = "c4n4ry-Zq7-hunter2"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kubernetes.io/config.mirror", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
        ("kubernetes.io/config.source", "file"),
        ("deployment.kubernetes.io/revision", "12"),
        ("kubectl.kubernetes.io/restartedAt", "2026-11-24T10:00:00Z"),
        ("container.apparmor.security.beta.kubernetes.io/password", "localhost/k8s-Profile_1"),
        ("seccomp.security.alpha.kubernetes.io/pod", ""),
        ("meta.helm.sh/release-name", "web-1"),
        ("argocd.argoproj.io/tracking-id", "shop:apps/Deployment:shop/web"),
        ("argocd.argoproj.io/sync-options", "Prune=false,ServerSideApply=true"),
        ("argocd.argoproj.io/sync-wave", "-1"),
        ("cert-manager.io/inject-ca-from-secret", "shop/ca"),
        ("sidecar.istio.io/inject", "true"),
        ("linkerd.io/inject", "enabled"),
        ("linkerd.io/proxy-version", "stable-2.14.1"),
        ("config.linkerd.io/skip-outbound-ports", "3306,6379"),
        ("config.linkerd.io/default-inbound-policy", "all-authenticated"),
        ("prometheus.io/path", "/actuator/prometheus"),
        ("prometheus.io/path", "/"),
        ("prometheus.io/path", "/stats_all/"),
        ("prometheus.io/port", "8080"),
        ("openshift.io/sa.scc.uid-range", "1000600000/10000"),
        ("service.beta.kubernetes.io/load-balancer-source-ranges", "10.0.0.0/8,192.168.0.0/16"),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internet-facing"),
        ("eks.amazonaws.com/role-arn", "arn:aws:iam::123456789012:role/Shop"),
        ("gateway.networking.k8s.io/bundle-version", "v1.2.0"),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
    ],
)
def test_values_that_checks_read_stay(name: str, value: str) -> None:
    assert clean_annotations({name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kubectl.kubernetes.io/last-applied-configuration", "{}"),
        ("nginx.ingress.kubernetes.io/configuration-snippet", f'proxy_set_header X "{CANARY}";'),
        ("nginx.ingress.kubernetes.io/auth-secret", CANARY),
        ("nginx.ingress.kubernetes.io/server-snippet", "true"),
        ("k3s.io/node-args", f"server --token {CANARY}"),
        ("k3s.io/node-env", f'{{"K3S_TOKEN":"{CANARY}"}}'),
        ("kubernetes.io/change-cause", f"kubectl set env deploy/a X={CANARY}"),
        ("meta.helm.sh/release-name", CANARY),
        ("argocd.argoproj.io/tracking-id", f"https://u:{CANARY}@h"),
        ("argocd.argoproj.io/tracking-id", CANARY),
        ("prometheus.io/path", f"/metrics?token={CANARY}"),
        ("prometheus.io/param-x", CANARY),
        ("ad.datadoghq.com/redis.instances", f'[{{"password":"{CANARY}"}}]'),
        ("autoscaling.alpha.kubernetes.io/conditions", f'[{{"message":"{CANARY}"}}]'),
        ("sidecar.istio.io/status", f'{{"x":"{CANARY}"}}'),
        ("service.beta.kubernetes.io/x", "AKIAIOSFODNN7EXAMPLE"),
        ("container.apparmor.security.beta.kubernetes.io/c", f"x {CANARY}"),
        ("example.com/profile", f"localhost/x {CANARY}"),
        ("example.com/plain", "true"),
    ],
)
def test_every_other_value_is_cut_and_its_name_stays(name: str, value: str) -> None:
    assert clean_annotations({name: value}) == {name: CUT}
    assert clean_annotations(clean_annotations({name: value})) == {name: CUT}


@pytest.mark.parametrize("name", ["container.apparmor.security.beta.kubernetes.io/c", f"{SECCOMP}/pod"])
def test_of_the_name_of_a_profile_stays_that_it_lies_on_the_node(name: str) -> None:
    """Pod security asks no more of it."""
    kept = clean_annotations({name: f"localhost/x {CANARY}"})
    assert kept == {name: f"localhost/{CUT}"}
    assert clean_annotations(kept) == kept


NAMES = (
    *("prometheus.io/path", "meta.helm.sh/release-name", "argocd.argoproj.io/tracking-id", "istio.io/rev"),
    *("argocd.argoproj.io/sync-options", "cert-manager.io/issuer", "field.cattle.io/projectId", "k3s.io/node-args"),
    *("eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "app.openshift.io/vcs-ref", "x.istio.io/y"),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "piece", ["a", "a-", "/a", "1", "1.", "1h", "1,", "a.", "a/", "A", "A=a,", "v1.", "0:", "[", "a:"]
)
def test_a_hostile_value_costs_little(name: str, piece: str) -> None:
    """Whoever may annotate a pod may try; an annotation holds 256 kB at most."""
    for start in ("", "/"):
        began = time.process_time()
        clean_annotations({name: start + piece * (200_000 // len(piece)) + "!"})
        assert time.process_time() - began < 1.0


@pytest.mark.parametrize("name", ["k3s.io/node-args", "rke2.io/node-args"])
def test_of_the_arguments_of_servers_only_words_and_flags_stay(name: str) -> None:
    arguments = ["server", "--token", CANARY, f"--agent-token={CANARY}", "--secrets-encryption=true", "--tls-san", "h"]
    kept = clean_annotations({name: json.dumps(arguments)})
    assert json.loads(kept[name]) == ["server", "--token", "--agent-token", "--secrets-encryption=true", "--tls-san"]
    assert clean_annotations(kept) == kept

"""Which annotation values are kept: those that checks read, and only where they look as such values do.

Annotations hold anything: snippets with passwords, whole configurations, what the last apply said. The name always
stays, as most checks ask no more; a value stays where its name is known and its form has no room for a credential.
"""

import json
import re
from typing import Any

from .free_text import CUT
from .free_text.tokens import cut as without_tokens
from .redaction import Annotations

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# Owners of annotations that Kubernetes, meshes, delivery tools and clouds act on.
_OWNERS = re.compile(
    r"(?:[\w.-]+\.)?(?:kubernetes|k8s|istio|linkerd|cert-manager|openshift|k3s|rke2|argoproj|prometheus|cattle|kyverno|kuma)"
    r"\.io/.*|(?:meta\.)?helm\.sh/.*|(?:[\w.-]+\.)?toolkit\.fluxcd\.io/.*|eks\.amazonaws\.com/.*|iam\.gke\.io/.*"
    r"|azure\.workload\.identity/.*|instrumentation\.opentelemetry\.io/.*|(?:[\w.-]+\.)?gke\.io/.*|cloud\.google\.com/.*"
    r"|vault\.hashicorp\.com/agent-inject(?:-status)?|consul\.hashicorp\.com/connect-inject(?:-status)?"
)
_SENSITIVE = re.compile(
    r"(?i)token|secret|passw|credential|private|api-?key|auth(?!orization)|snippet|cookie|header|env"
)
_WORD = r"[a-z]{1,24}"
# Booleans, amounts, times, versions, numbers, ports, ranges, addresses, words of letters: no room for a credential.
_SHAPES = re.compile(
    rf"|(?i:true|false|yes|no|on|off)|-?\d{{1,19}}(?:\.\d{{1,9}})?(?:[a-zA-Z%]{{1,2}})?|(?:\d{{1,6}}(?:\.\d+)?(?:h|ms|m|s|d))+"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    rf"|(?:{_WORD}-)?v?\d{{1,4}}(?:\.\d{{1,6}}){{1,3}}(?:[-+.](?:[a-z]{{1,8}}\d{{0,5}}|\d{{1,8}})){{0,3}}"
    r"|(?:s0:)?c?\d{1,10}(?:[,/:-]c?\d{1,10}){1,32}|[\d.]{7,15}(?:/\d{1,2})?(?:,[\d.]{7,15}(?:/\d{1,2})?){0,64}"
    rf"|{_WORD}(?:[-/,]\s?{_WORD}){{0,6}}(?:-v\d{{1,3}})?"
)
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_LOCALHOST = "localhost/"
_PROFILE = rf"(?:runtime|docker)/default|unconfined|{_LOCALHOST}[\w./-]{{0,253}}|[\w./-]{{0,63}}"
_PROFILES = (
    r"container\.(?:apparmor\.security\.beta|seccomp\.security\.alpha)\.kubernetes\.io/.*"
    r"|seccomp\.security\.alpha\.kubernetes\.io/pod"
)
# Values with a form of their own, by the whole name of the annotation.
_FORMS: tuple[tuple[str, str], ...] = (
    # names a profile for the container that follows, whatever that is called
    (_PROFILES, _PROFILE),
    (r"(?:meta\.helm\.sh/release-|(?:kustomize|helm)\.toolkit\.fluxcd\.io/)(?:name|namespace)", _NAME),
    (r"argocd\.argoproj\.io/tracking-id", rf"{_NAME}:[\w.-]*/[A-Za-z]\w*:(?:{_NAME})?/[\w.:-]+"),
    (
        r"(?:argocd\.argoproj\.io/instance|openshift\.io/scc|istio\.io/rev|kubectl\.kubernetes\.io/default-container)",
        _NAME,
    ),
    (r"cert-manager\.io/(?:inject-ca-from(?:-secret)?|(?:cluster-)?issuer(?:-name)?)", rf"{_NAME}(?:/{_NAME})?"),
    (r"instrumentation\.opentelemetry\.io/inject-.*", rf"{_NAME}(?:/{_NAME})?"),
    (
        r"argocd\.argoproj\.io/(?:sync|compare)-options",
        r"[A-Z][A-Za-z]{1,40}(?:=[a-z]{1,12})?(?:,\s?[A-Z][A-Za-z]{1,40}(?:=[a-z]{1,12})?){0,12}",
    ),
    (r"field\.cattle\.io/projectId", rf"{_NAME}:{_NAME}"),
    (r"kubernetes\.io/config\.(?:hash|mirror)", r"[0-9a-f]{8,64}"),
    (r"prometheus\.io/path", rf"/(?:{_WORD}(?:[/_.-]{_WORD}){{0,11}}[/_.-]?)?"),
    (r"eks\.amazonaws\.com/role-arn", r"arn:aws[a-z-]{0,12}:iam::\d{12}:role/[\w+=,.@/-]{1,512}"),
    (r"iam\.gke\.io/gcp-service-account", r"[a-z0-9-]{1,64}@[a-z0-9.-]{1,128}"),
    (r"azure\.workload\.identity/(?:client|tenant)-id", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    (r"app\.openshift\.io/vcs-ref", r"[0-9a-f]{7,64}|[a-z]{1,24}(?:[-/][a-z]{1,24}){0,6}"),
)
# Arguments of k3s and RKE2 servers, the join token among them: words and flags stay, and no value but true and false.
_ARGUMENTS = frozenset({"k3s.io/node-args", "rke2.io/node-args"})
_ARGUMENT = re.compile(r"server|agent|true|false|--[a-z]{1,24}(?:-[a-z]{1,24}){0,6}(?:=(?:true|false))?")
_COMPILED = tuple((re.compile(name), re.compile(value)) for name, value in _FORMS)


def clean_annotations(annotations: Any) -> Annotations:
    """Annotations with every value cut that is not known to be harmless."""
    return Annotations({str(name): _value(str(name), str(value)) for name, value in annotations.items()})


def _value(name: str, value: str) -> str:
    if name in _ARGUMENTS:
        return _flags(value)
    if _harmless(name, value) and without_tokens(value) == value:
        return value
    # that the profile lies on the node decides for pod security, whatever it is called
    return f"{_LOCALHOST}{CUT}" if value.startswith(_LOCALHOST) and re.fullmatch(_PROFILES, name) else CUT


def _flags(value: str) -> str:
    """The arguments without their values. Idempotent."""
    try:
        listed = json.loads(value)
    except (ValueError, RecursionError):
        return CUT
    if not isinstance(listed, list):
        return CUT
    names = (str(word) if _ARGUMENT.fullmatch(str(word)) else str(word).partition("=")[0] for word in listed)
    return json.dumps([name for name in names if _ARGUMENT.fullmatch(name) and without_tokens(name) == name])


def _harmless(name: str, value: str) -> bool:
    form = next((form for names, form in _COMPILED if names.fullmatch(name)), None)
    if form is not None:
        return bool(form.fullmatch(value) or _SHAPES.fullmatch(value))
    if name == LAST_APPLIED or not _OWNERS.fullmatch(name) or _SENSITIVE.search(name.rpartition("/")[2]):
        return False
    return _SHAPES.fullmatch(value) is not None

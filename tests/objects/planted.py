"""A namespace in which people left a credential wherever one can: valid for an API server, and what only files hold."""

import base64
import json
from typing import Any

Manifest = dict[str, Any]
NAMESPACE = "planted"
LAST = "kubectl.kubernetes.io/last-applied-configuration"


def encoded(canary: str) -> str:
    return base64.b64encode(canary.encode()).decode()


def annotations(canary: str) -> dict[str, str]:
    """The canary in annotations of our own, and in those of tools whose values are kept where they can be."""
    return {
        LAST: json.dumps({"data": {"password": canary}, "kind": "Secret"}),
        "example.com/token": canary,
        "example.com/plain": canary,
        "example.com/config": json.dumps({"db": {"password": canary, "url": f"mysql://u:{canary}@db/x"}}),
        "example.com/repo": f"https://git:{canary}@git.example/a.git",
        "kubernetes.io/change-cause": f"kubectl set env deploy/a PASSWORD={canary} X={canary} --token={canary}",
        "argocd.argoproj.io/tracking-id": f"https://x:{canary}@h/p?token={canary}",
        "meta.helm.sh/release-name": canary,
        "helm.sh/hook-note": canary,
        "nginx.ingress.kubernetes.io/configuration-snippet": f'proxy_set_header Authorization "Basic {canary}";',
        "nginx.ingress.kubernetes.io/auth-secret": canary,
        "k3s.io/node-args": json.dumps(["server", "--token", canary]),
        "k3s.io/node-env": json.dumps({"K3S_TOKEN": canary}),
        "prometheus.io/path": f"/metrics?token={canary}",
        "prometheus.io/param_key": canary,
        "ad.datadoghq.com/redis.instances": json.dumps([{"host": "%%host%%", "password": canary}]),
        "vault.hashicorp.com/agent-inject-template-x": f'{{{{ "{canary}" }}}}',
        "sidecar.istio.io/userVolume": json.dumps([{"secret": canary}]),
        "cert-manager.io/issuer": canary,
        "service.beta.kubernetes.io/aws-load-balancer-extra": f"key={canary}",
        "eks.amazonaws.com/role-arn": canary,
    }


def container(canary: str, name: str = "c") -> Manifest:
    """The canary in commands, arguments, environments, probes and hooks."""
    probe = {"port": 80, "path": f"/h/{canary}?token={canary}", "httpHeaders": [{"name": "X-Auth", "value": canary}]}
    values = {
        "DB_PASSWORD": canary,
        "ANYTHING": canary,
        "URL": f"amqp://u:{canary}@mq/",
        "JSON": json.dumps({"token": canary}),
        "B64": encoded(canary),
        "DSN": f"Server=db;User Id=sa;Password={canary};",
        f"PASSWORD: {canary}": "x",
        "KEY": f"-----BEGIN RSA PRIVATE KEY-----\n{canary}\n-----END RSA PRIVATE KEY-----",
    }
    return {
        "name": name,
        "image": "registry.example/a:1",
        "command": ["sh", "-c", f"PGPASSWORD={canary} psql", f"mysql -p{canary}", f"-p{canary}="],
        "args": [
            *(f"--password={canary}", "--token", canary, canary, f"--dsn=postgres://u:{canary}@h/d", f"-p{canary}"),
            *(f"--audit-log-path=https://u:{canary}@h/x?sig={canary}", f"--set=a={canary}", f"-{canary}=x"),
            *(f"--feature-gates=A={canary}", f"--audit-log-path={canary}", f"--enable-admission-plugins=A,{canary}"),
        ],
        "env": [{"name": key, "value": value} for key, value in values.items()],
        "livenessProbe": {"httpGet": probe},
        "readinessProbe": {"exec": {"command": ["curl", "-u", f"a:{canary}", "localhost"]}},
        "lifecycle": {
            "preStop": {"exec": {"command": ["sh", "-c", f"curl -H 'Authorization: Bearer {canary}' x"]}},
            "postStart": {"httpGet": probe},
        },
        "volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": canary}],
    }


def pod_spec(canary: str) -> Manifest:
    attributes = {"secret": f"password={canary}", "url": f"https://u:{canary}@h", "mount": canary}
    flex = {"driver": "a/b", "options": {"password": canary, "x": canary}}
    volumes = [
        {"name": "v", "csi": {"driver": "d.example", "volumeAttributes": attributes}},
        {"name": "f", "flexVolume": flex},
        {"name": "mount", "hostPath": {"path": f"/mnt/smb://u:{canary}@nas/x"}},
        {"name": "exports", "nfs": {"server": "nfs.example", "path": f"/export/{canary}"}},
    ]
    first = {**container(canary, "i"), "restartPolicy": "Always"}
    containers = {"containers": [container(canary)], "initContainers": [first]}
    return {**containers, "volumes": volumes, "hostname": canary.lower(), "securityContext": {"sysctls": []}}


def of(api_version: str, kind: str, canary: str, name: str = "a", /, **parts: Any) -> Manifest:
    metadata = {"name": name, "namespace": NAMESPACE, "annotations": annotations(canary)}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}


MESSAGES = (
    "Error: --password {} user:{}@host",
    'Failed to pull image "https://u:{}@r/x?sig={}": password={}',
    "Liveness probe failed: login with {} refused",
    'Exec lifecycle hook ([/bin/sh -c foo {}]) for Container "c" in Pod "a" failed - error: x {}, message: "{}"',
    'Error creating: Pod is invalid: Invalid value: core.EnvVar{{Name:"X", Value:"{}", ValueFrom:nil}}',
    "helm upgrade failed: --set db.password={},other={}",
    '{{"auths":{{"r":{{"auth":"{}"}}}}}}',
    "-----BEGIN PRIVATE KEY-----\n{}",
)


def events(canary: str) -> list[Manifest]:
    """The canary in what controllers and the kubelet say."""
    about = {"kind": "Pod", "name": "a", "namespace": NAMESPACE}
    told = [message.replace("{{", "{").replace("}}", "}").replace("{}", canary) for message in MESSAGES]
    return [
        of("v1", "Event", canary, f"e{n}", involvedObject=about, reason="Failed", message=message)
        for n, message in enumerate(told)
    ]


def served(canary: str) -> list[Manifest]:
    """Objects that an API server takes."""
    template = {"metadata": {"labels": {"a": "b"}, "annotations": annotations(canary)}, "spec": pod_spec(canary)}
    selector = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    batch = {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}
    path = {
        "path": f"/hooks/{canary}",
        "pathType": "Prefix",
        "backend": {"service": {"name": "a", "port": {"number": 1}}},
    }
    url = {"url": f"https://hook.example/services/{canary}", "caBundle": ""}
    hook = {"name": "h.example.com", "clientConfig": url, "sideEffects": "None", "admissionReviewVersions": ["v1"]}
    hook |= {"failurePolicy": "Ignore", "rules": []}
    return [
        of("v1", "ServiceAccount", canary),
        of("v1", "Secret", canary, data={"k": encoded(canary)}, stringData={"s": canary}),
        of(
            "v1", "Secret", canary, "sh.helm.release.v1.a.v1", type="helm.sh/release.v1", stringData={"release": canary}
        ),
        of(
            "v1",
            "ConfigMap",
            canary,
            data={"k": canary, "kubeconfig": f"token: {canary}"},
            binaryData={"b": encoded(canary)},
        ),
        of("apps/v1", "Deployment", canary, spec=selector),
        of("apps/v1", "StatefulSet", canary, spec={**selector, "serviceName": "a"}),
        of("apps/v1", "DaemonSet", canary, spec=selector),
        of("batch/v1", "Job", canary, spec={"template": batch}),
        of("batch/v1", "CronJob", canary, spec={"schedule": "@daily", "jobTemplate": {"spec": {"template": batch}}}),
        of("v1", "Pod", canary, spec=pod_spec(canary)),
        of("v1", "Service", canary, spec={"ports": [{"port": 1}]}),
        of(
            "networking.k8s.io/v1",
            "Ingress",
            canary,
            spec={"rules": [{"host": "h.example", "http": {"paths": [path]}}]},
        ),
        of("networking.k8s.io/v1", "NetworkPolicy", canary, spec={"podSelector": {}}),
        of(
            "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", canary, "planted-hook", webhooks=[hook]
        ),
        *events(canary),
    ]


def status(canary: str) -> Manifest:
    """A pod's status with the canary in its messages."""
    waiting = {"reason": "ErrImagePull", "message": f'pull "https://u:{canary}@r/x?sig={canary}": token={canary}'}
    ended = {"reason": "Error", "exitCode": 1, "message": canary}
    common = {"image": "r/a:1", "imageID": "", "ready": False, "restartCount": 1}
    containers = [{**common, "name": "c", "state": {"waiting": waiting}, "lastState": {"terminated": ended}}]
    initial = [{**common, "name": "i", "state": {"terminated": ended}}]
    condition = {
        "type": "Ready",
        "status": "False",
        "reason": "ContainersNotReady",
        "message": f"password: {canary} {canary}",
    }
    told = {"phase": "Pending", "message": f"{canary} password: {canary}", "conditions": [condition]}
    return {**told, "containerStatuses": containers, "initContainerStatuses": initial}


def filed(canary: str) -> list[Manifest]:
    """Objects as only files and dumps hold them: custom resources, statuses, fields that no API server takes."""
    condition = {
        "type": "Ready",
        "status": "False",
        "reason": "R",
        "message": f"get https://v:{canary}@vault: {canary}",
    }
    managed = [
        {
            "manager": "m",
            "operation": "Update",
            "fieldsV1": {"f:data": {f"f:{canary}": {}}, "f:spec": {f"f:{canary}": {}}},
        }
    ]
    strange = of("v1", "Pod", canary, "strange", spec=pod_spec(canary), status=status(canary))
    strange["spec"]["containers"][0]["image"] = f"user:{canary}@registry.example/a:1"
    strange["spec"]["volumes"] += [{"name": "i", "image": {"reference": f"u:{canary}@registry.example/m:1"}}]
    strange["spec"]["volumes"] += [{"name": "s", "iscsi": {"chapAuthSession": canary, "initiatorName": canary}}]
    strange["metadata"]["annotations"]["container.apparmor.security.beta.kubernetes.io/c"] = f"localhost/{canary}?x"
    strange["metadata"] |= {"managedFields": managed, "labels": {"key": f"ghp_{canary}{canary}"}}
    forged = of("v1", "Pod", canary, "forged", spec=pod_spec(canary))
    forged["spec"]["containers"][0]["env"] = [{"name": "A", "value": {"kind": "text", "length": 1, "digest": canary}}]
    source = {"repoURL": f"https://u:{canary}@git/x.git", "targetRevision": f"https://u:{canary}@git"}
    secret = of("v1", "Secret", canary, "listed", stringData={"s": canary})
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "annotations": annotations(canary)}},
        strange,
        forged,
        {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": [secret]}]},
        of("external-secrets.io/v1", "ExternalSecret", canary, status={"conditions": [condition]}),
        of(
            "bitnami.com/v1alpha1",
            "SealedSecret",
            canary,
            spec={"encryptedData": {"k": canary}},
            status={"conditions": [condition]},
        ),
        of("argoproj.io/v1alpha1", "Application", canary, spec={"source": source, "sources": [source]}),
        of("v1", "Service", canary, "external", spec={"type": "ExternalName", "externalName": f"u:{canary}@h.example"}),
        of("storage.k8s.io/v1", "StorageClass", canary, provisioner="p", parameters={"password": canary, "x": canary}),
        of("v1", "PersistentVolume", canary, spec={"csi": {"driver": "d", "volumeAttributes": {"p": canary}}}),
        of("v1", "Node", canary, status={"images": [{"names": [f"u:{canary}@registry.example/a:1"]}]}),
    ]

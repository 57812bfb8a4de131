"""Every kind that has a pod template."""

from typing import Any

Manifest = dict[str, Any]


def workloads(template: Manifest) -> dict[str, Manifest]:
    """Every kind with a pod template, by the path it is created at."""
    bare = {"metadata": {"labels": {"app": "a"}, **template["metadata"]}, "spec": template["spec"]}
    bare["metadata"].pop("name", None)
    once = {**bare, "spec": {**template["spec"], "restartPolicy": "Never"}}
    selector = {"matchLabels": {"app": "a"}}
    nightly = {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": once}}}
    kinds: dict[str, tuple[str, Manifest]] = {
        "apis/apps/v1/{}/deployments": ("Deployment", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/replicasets": ("ReplicaSet", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/daemonsets": ("DaemonSet", {"selector": selector, "template": bare}),
        "apis/apps/v1/{}/statefulsets": ("StatefulSet", {"selector": selector, "serviceName": "s", "template": bare}),
        "apis/batch/v1/{}/jobs": ("Job", {"template": once}),
        "apis/batch/v1/{}/cronjobs": ("CronJob", nightly),
        "api/v1/{}/replicationcontrollers": ("ReplicationController", {"selector": {"app": "a"}, "template": bare}),
        "api/v1/{}/podtemplates": ("PodTemplate", {}),
    }
    made = {}
    for path, (kind, spec) in kinds.items():
        version = path.removeprefix("apis/").removeprefix("api/").partition("/{}")[0]
        body: Manifest = {"apiVersion": version, "kind": kind, "metadata": {"name": "w"}, "spec": spec}
        made[path] = {**body, "template": bare} if kind == "PodTemplate" else body
    return made

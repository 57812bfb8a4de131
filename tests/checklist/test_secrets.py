"""Point 10 on clusters that are strange but legal."""

from dataclasses import replace
from typing import Any

import pytest

from k8sready.checks import Status
from k8sready.snapshot import Coverage, Origin, Reading, ServedResource
from k8sready.tables import Tables

from .clusters import cluster, without
from .making import asked, container, deployment, namespace, node, pod, verdicts, workload

RANDOM = "Zr6KqTn9WvBx3JdLm4Tz"


def literal(name: str, value: str) -> Any:
    return cluster([deployment("web", {"containers": [container(env=[{"name": name, "value": value}])]})])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", RANDOM),
        ("DB_PASSWORD", "postgres"),  # weak, and a password all the same
        ("PGPASSWORD", "hunter2secret"),
        ("MYSQL_PWD", "letmein"),
        ("REDIS_PASS", "letmein"),
        ("spring.datasource.password", "letmein"),
        ("API_KEY", RANDOM),
        ("APP_KEY", RANDOM),
        ("SECRET_KEY_BASE", RANDOM),
        ("AUTH_TOKEN", RANDOM),
        ("DATABASE_URL", "postgres://shop:letmein@db/orders"),
        ("SETTINGS", "-----BEGIN RSA PRIVATE KEY-----\nabc"),
        ("GREETING", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk"),
        ("BUILD_NUMBER", "ghp_" + "a1B2c3D4e5F6g7H8i9J0"),
        ("POSTGRES_PASSWORD", "12345678"),
        ("SETTINGS", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo="),  # a private key in base64
        ("ConnectionStrings__Default", "Server=tcp:db,1433;Database=shop;User ID=sa;Password=Sup3rS3cret;Encrypt=True"),
        ("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=Zm9vYmFyYmF6cXV4;"),
        ("CACHE", "cache.example:6380,password=abcDEF12345678901234567890=,ssl=True"),
        ("SPRING_DATASOURCE_URL", "jdbc:postgresql://db:5432/shop?user=app&password=s3cr3tpw"),
        ("JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.keyStorePassword=s3cr3tpw -Xmx1g"),
        ("CALLBACK", "https://api.example/hook?client_secret=s3cr3tpw"),
        ("SASL_CONFIG", 'PlainLoginModule required username="app" password="s3cr3tpw";'),
        ("SETTINGS", '{"user": "app", "password": "s3cr3tpw"}'),
        (
            "DD_API_KEY",
            "5f4dcc3b5aa765d61d8327deb882cf99",
        ),  # hexadecimal: few different characters, random all the same
        ("API_TOKEN", "d41d8cd98f00b204e9800998ecf8427e"),
        ("CLIENT_SECRET", "0a0a1b1b-2c2c-4d4d-8e8e-0f0f0a0a1b1b"),
        ("AIRFLOW__CORE__FERNET_KEY", RANDOM),
        ("HASURA_GRAPHQL_JWT_SECRET", f'{{"type": "HS256", "key": "{RANDOM}"}}'),
        ("RABBITMQ_ERLANG_COOKIE", "SWQOKODSQALRPCLNMEQG"),
        ("WORDPRESS_NONCE_KEY", RANDOM),
        ("WORDPRESS_AUTH_SALT", RANDOM),
        ("VAULT_UNSEAL_KEY", RANDOM),
        ("VAULT_SECRET_ID", "84896a0c-1347-aa90-a4f6-aca8b7558780"),
        ("VAULT_DEV_ROOT_TOKEN_ID", "root"),
        ("REDISCLI_AUTH", "letmein"),
        ("NEO4J_AUTH", "neo4j/letmein"),
        (
            "ALERT_URL",
            "https://shop.webhook.office.com/webhookb2/1a2b3c4d@5e6f7a8b/IncomingWebhook/a1b2c3d4e5f6/9a8b7c6d",
        ),
        ("DOCKER_CONFIG", '{"auths": {"registry.example": {"auth": "YXBwOnMzY3IzdHB3"}}}'),
        ("AUTH_TOKEN", f"id=shop,token={RANDOM}"),
        ("BASIC_AUTH", f"admin:{RANDOM}"),
        ("MINIO_SECRET_KEY", "minio123"),
        ("AWS_SECRET_ACCESS_KEY", "minioadmin"),
        ("LDAP_BIND_PW", "letmein"),
        ("PAPERLESS_DBPASS", "paperless"),
        ("KAFKA_CLIENT_PASSWORDS", "letmein,letmeintoo"),
        ("DB_KENNWORT", "geheim12"),
        ("DB_SENHA", "segredo12"),
        ("MOT_DE_PASSE", "azerty12"),
        ("API_KEY_ANDROID", RANDOM),  # ends with "id" by chance
        ("TOKEN_ADMIN", RANDOM),
        ("FEATURE_FLAGS_API_KEY", RANDOM),  # of the service that keeps the flags
        ("PUBLIC_GATEWAY_PASSWORD", "letmein"),
        ("MYSQL_DSN", "app:letmein@tcp(mysql:3306)/shop?parseTime=true"),
        ("SPRING_DATASOURCE_URL", "jdbc:oracle:thin:scott/letmein@//db:1521/shop"),
        ("MONGODB_URI", "mongodb://root:example1@mongo/shop"),
        ("GITLAB_OMNIBUS_CONFIG", "gitlab_rails['initial_root_password'] = 'letmein12'"),
        ("ALERT_URL", "https://hooks.slack.com/services/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"),
        ("REPOSITORY", "https://ghp_a1B2c3D4e5F6g7H8i9J0@github.com/example/shop"),
        ("SCRIPT", "redis-cli -h cache -a letmein ping"),
        ("SCRIPT", "mysqladmin ping -uroot -pletmein"),
        ("SCRIPT", "curl -fsS -u admin:letmein http://web/health"),
        ("SCRIPT", "wget --header 'Authorization: Basic YWRtaW46bGV0bWVpbg==' http://web/health"),
        ("SCRIPT", "mongosh --quiet -u root -p 'letmein' --eval 1"),
        ("SCRIPT", "sshpass -p letmein ssh backup@host"),
        ("CURL_HEADER", "Authorization: token ghp_a1B2c3D4e5F6g7H8i9J0"),
    ],
)
def test_credentials_in_manifests_are_caught(name: str, value: str) -> None:
    assert asked("no_literal_credentials", literal(name, value)).failed == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "changeme"),  # a placeholder
        ("DB_PASSWORD", "$(FROM_ELSEWHERE)"),
        ("DB_PASSWORD", "${FROM_ELSEWHERE}"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD_FILE", "secretsmountedhere9x"),
        ("TLS_SECRET_NAME", "shop-prod-tls-2026-11"),
        ("IMAGE_PULL_SECRET", "registry-credentials-prod"),
        ("AWS_ACCESS_KEY_ID", "AKIAABCDEFGHIJKLMNOP"),
        ("SIGNING_KEY_ID", RANDOM),
        ("JWT_PUBLIC_KEY", RANDOM),
        ("STRIPE_PUBLISHABLE_KEY", RANDOM),
        ("PASSWORD_LOGIN_ENABLED", "sometimes"),
        ("FEATURE_TOKEN_EXCHANGE", "rollout-group-b-42"),
        ("ENABLE_PASSWORD", "optional"),
        ("TOKEN_PROVIDER_CLASS", "com.example.auth.Tokens"),
        ("SECRET_BACKEND", "vault"),
        ("TOKEN_ISSUER", "https://login.example/realms/shop"),
        ("DATABASE_URL", "postgres://db.example:5432/orders"),
        ("MONKEY", RANDOM),
        ("BYPASS", "localhost-only"),
        ("PWD", "/srv/app"),
        ("API_KEY", "dev"),
        ("TOKENIZER", "meta-llama/Llama-3.1-8B-Instruct"),
        ("DB_SECRET", "shop-prod-db-credentials-v2"),  # names of things, however many different letters they have
        ("SECRET_GENERATOR", "com.example.auth.JwtSecretGenerator"),
        ("DB_PASSWORD", "vault:secret/data/shop/db#password"),  # fetched by an injector
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf"),
        ("DB_PASSWORD", "projects/123/secrets/db-password/versions/latest"),
        ("DB_PASSWORD", "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db)"),
        ("DB_PASSWORD", "db-password@azurekeyvault"),
        ("DB_PASSWORD", "your-password-here"),
        ("DB_PASSWORD", "{{ .Values.password }}"),
        ("DB_PASSWORD", "__DB_PASSWORD__"),
        ("DB_PASSWORD", "REPLACE_ME"),
        ("DB_PASSWORD", "$DB_PASSWORD"),
        ("DB_PASSWORD", "ENC(abcdEFGH1234ijkl)"),  # encrypted
        ("VAULT_CONFIG", "eyJhdXRvX2F1dGgiOnsibWV0aG9kIjp7InR5cGUiOiJrdWJlcm5ldGVzIn19fQ=="),  # of every injected agent
        ("B64_CLUSTER_CA", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM="),
        ("SECRET_FIELD_SELECTOR", "type!=kubernetes.io/dockercfg,type!=helm.sh/release.v1"),
        ("DATABASE_URL", "postgres://app:<password>@db/shop"),
        ("DATABASE_URL", "postgres://app:$DB_PASSWORD@db/shop"),
        ("DATABASE_URL", "postgres://app:changeme@db/shop"),
        ("SETTINGS", "Server=db;User ID=app;Password=$(DB_PASSWORD);Encrypt=True"),
        ("SETTINGS", "Server=db;User ID=app;Password=<password>"),
        ("JAVA_OPTS", "-Xmx1g -Djavax.net.ssl.trustStorePassword=changeit -Dreset.password=true"),
        ("SCRIPT", 'sed "s/password=.*/password=$DB_PASSWORD/" /etc/app.conf; export PASSWORD=$(cat /run/secrets/db)'),
        ("GF_SECURITY_ADMIN_PASSWORD", "$__file{/etc/secrets/admin-password}"),  # read by Grafana itself
        ("GF_SECURITY_ADMIN_PASSWORD", "$__vault{kv:grafana/admin:password9x}"),
        ("STRIPE_KEY", "pk_live_a1B2c3D4e5F6g7H8"),  # publishable
        ("PASSWORD_HASHERS", "django.contrib.auth.hashers.Argon2PasswordHasher"),
        ("AUTH_PASSWORD_VALIDATORS", "django.contrib.auth.password_validation.MinimumLengthValidator"),
        ("NEO4J_AUTH", "none"),
        ("SETTINGS", '{"auth": "kubernetes", "mode": "oidc"}'),
        ("ETCD_AUTH_TOKEN", "jwt,priv-key=/opt/etcd/certs/token/jwt-token.pem,sign-method=RS256,ttl=10m"),
        ("clientSecretRef", RANDOM),
        ("tokenttl", RANDOM),
        ("PUBLIC_TOKEN", RANDOM),
        ("ALLOW_EMPTY_PASSWORD", "never"),
        ("VAULT_SECRET_ID", "shop-production"),
        ("MYSQL_DSN", "app:$(PASSWORD)@tcp(mysql:3306)/shop"),
        ("SPRING_DATASOURCE_URL", "jdbc:oracle:thin:@//db:1521/shop"),
        ("MONGODB_URI", "mongodb://root:example@mongo/shop"),
        ("GITLAB_OMNIBUS_CONFIG", "gitlab_rails['initial_root_password'] = ENV['PASSWORD']"),
        ("HASURA_GRAPHQL_JWT_SECRET", '{"type":"RS256","jwk_url":"https://login.example/jwks"}'),
        ("TLS_CERT_SECRET", "web-tls-5d8f7c6b9a"),
        ("DB_CREDENTIALS_SECRET", "prod/db/creds-a1B2c3"),
        ("GIT_COMMIT", "d41d8cd98f00b204e9800998ecf8427ed41d8cd9"),
        ("SCRIPT", "redis-cli -a $REDIS_PASSWORD ping; mysqladmin ping -uroot -p$MYSQL_ROOT_PASSWORD"),
        (
            "SCRIPT",
            'curl -u "$USER:$PASSWORD" http://web; mysqldump -p shop; mongosh -p "$PASSWORD"; mysql --port 3306',
        ),
        (
            "SCRIPT",
            "mysql -port 3306; curl -H 'Authorization: Bearer $(cat /run/token)' http://web; curl -u admin: http://web",
        ),
        ("SCRIPT", "mkdir /task-scheduler-of-the-whole-shop; echo eyJhIjoxfQ== eyJhbGciOiJub25lIn0="),
    ],
)
def test_what_only_speaks_of_credentials_is_left_alone(name: str, value: str) -> None:
    assert asked("no_literal_credentials", literal(name, value)).failed == 0


def mounted(volume: dict[str, Any], spec: dict[str, Any] | None = None, **mount: Any) -> Any:
    """A deployment that mounts one volume."""
    mounts = [{"name": "v", "mountPath": "/v", **mount}]
    pod_spec = {"containers": [container(volumeMounts=mounts)], "volumes": [{"name": "v", **volume}], **(spec or {})}
    return cluster([deployment("web", pod_spec)])


def secret(**fields: Any) -> dict[str, Any]:
    return {"secret": {"secretName": "db", **fields}}


def listed(mode: int) -> dict[str, Any]:
    return {"secret": {"name": "db", "items": [{"key": "a", "path": "a", "mode": mode}]}}


def projected(**fields: Any) -> dict[str, Any]:
    return {"projected": {"sources": [{"secret": {"name": "db"}}], **fields}}


@pytest.mark.parametrize(
    ("volume", "mount", "passes"),
    [
        (secret(defaultMode=0o400), {"readOnly": True}, True),
        (secret(defaultMode=0o400), {}, False),
        (secret(), {"readOnly": True}, False),  # 0644
        (secret(items=[{"key": "a", "path": "a", "mode": 0o400}]), {"readOnly": True}, True),
        (secret(defaultMode=0o400, items=[{"key": "a", "path": "a", "mode": 0o644}]), {"readOnly": True}, False),
        (
            secret(items=[{"key": "a", "path": "a", "mode": 0o400}, {"key": "b", "path": "b"}]),
            {"readOnly": True},
            False,
        ),
        (projected(defaultMode=0o440), {"readOnly": True}, True),
        (projected(), {"readOnly": True}, False),
        (projected(sources=[listed(0o400)]), {"readOnly": True}, True),
        (projected(sources=[listed(0o644)], defaultMode=0o400), {"readOnly": True}, False),
    ],
)
def test_the_widest_mode_of_a_file_counts(volume: dict[str, Any], mount: dict[str, Any], passes: bool) -> None:
    assert (asked("secret_mounts_readonly", mounted(volume, **mount)).status is Status.PASS) is passes


def test_file_modes_mean_nothing_on_windows() -> None:
    assert asked("secret_mounts_readonly", mounted(secret(), {"os": {"name": "windows"}})).examined == 0


CLAIM = {"name": "d", "persistentVolumeClaim": {"claimName": "d"}}


@pytest.mark.parametrize(
    ("spec", "group"),
    [
        ({}, 65532),
        ({"securityContext": {"fsGroup": 7}}, None),
        ({"securityContext": {"runAsUser": 0}}, None),
        ({"securityContext": {"runAsUser": 7}}, 65532),
    ],
)
def test_a_tightened_file_stays_readable_for_the_program(spec: dict[str, Any], group: int | None) -> None:
    (finding,) = asked("secret_mounts_readonly", mounted(secret(), spec)).findings
    patched = finding.remedy[0]["spec"]["template"]["spec"]
    assert patched.get("securityContext", {}).get("fsGroup") == group
    assert patched["volumes"] == [{"name": "v", "secret": {"defaultMode": 0o440}}]


def test_no_group_is_given_to_files_of_persistent_volumes() -> None:
    spec = {
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}])],
        "volumes": [{"name": "v", **secret()}, CLAIM],
    }
    (finding,) = asked("secret_mounts_readonly", cluster([deployment("web", spec)])).findings
    assert finding.remedy == ()


def test_no_group_is_offered_where_openshift_assigns_one_and_refuses_others() -> None:
    project = namespace("shop")
    project["metadata"]["annotations"] = {"openshift.io/sa.scc.supplemental-groups": "1000680000/10000"}
    env = [{"name": "DB_PASSWORD", "value": RANDOM}]
    spec = {
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}], env=env)],
        "volumes": [{"name": "v", **secret()}],
    }
    web, owner = deployment("web", spec), {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    running = pod("web-1", {**spec, "securityContext": {"fsGroup": 1000680000}}, owner=owner)
    for check in ("secret_mounts_readonly", "no_literal_credentials"):
        (idle,) = asked(check, cluster([project, web])).findings
        (found,) = asked(check, cluster([project, web, running])).findings
        assert idle.remedy == ()
        assert "securityContext" not in found.remedy[-1]["spec"]["template"]["spec"]


def test_volumes_that_a_statefulset_claims_are_persistent_before_any_pod_runs() -> None:
    env = [{"name": "DB_PASSWORD", "value": RANDOM}]
    mounts = [{"name": "v", "mountPath": "/v"}, {"name": "data", "mountPath": "/data"}]
    database = workload(
        "StatefulSet",
        "db",
        {"containers": [container(volumeMounts=mounts, env=env)], "volumes": [{"name": "v", **secret()}]},
    )
    database["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {}}]
    for check in ("secret_mounts_readonly", "no_literal_credentials"):
        (finding,) = asked(check, cluster([database])).findings
        assert finding.remedy == ()


def test_a_file_that_only_one_of_its_containers_reads_as_root_gets_a_group() -> None:
    mount = {"volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": True}]}
    containers = [container(str(user), securityContext={"runAsUser": user}, **mount) for user in (0, 1000)]
    spec = {"containers": containers, "volumes": [{"name": "v", **secret()}]}
    findings = asked("secret_mounts_readonly", cluster([deployment("web", spec)])).findings
    groups = [item.remedy[0]["spec"]["template"]["spec"]["securityContext"]["fsGroup"] for item in findings]
    assert groups == [65532, 65532]


def test_a_windows_pod_is_given_no_group_which_the_server_would_refuse() -> None:
    spec = {"os": {"name": "windows"}, "containers": [container(env=[{"name": "DB_PASSWORD", "value": RANDOM}])]}
    (finding,) = asked("no_literal_credentials", cluster([deployment("web", spec)])).findings
    assert "securityContext" not in finding.remedy[1]["spec"]["template"]["spec"]


def test_a_debug_container_is_told_of_and_not_patched_into_the_template() -> None:
    faults = {
        "env": [{"name": "DB_PASSWORD", "value": RANDOM}],
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    }
    own = {"containers": [container()], "volumes": [{"name": "v", **secret()}]}
    owner = {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    debugged = pod("web-1", {**own, "ephemeralContainers": [container("debugger-x", **faults)]}, owner=owner)
    for check in ("secret_mounts_readonly", "no_literal_credentials"):
        (finding,) = asked(check, cluster([deployment("web", own), debugged])).findings
        assert (finding.object.container, finding.remedy) == ("debugger-x", ())


@pytest.mark.parametrize(
    ("role", "member"), [("main", "containers"), ("init", "initContainers"), ("sidecar", "initContainers")]
)
@pytest.mark.parametrize("check", ["no_literal_credentials", "secret_mounts_readonly"])
def test_a_patch_reaches_a_container_where_it_is(role: str, member: str, check: str) -> None:
    faults = {"env": [{"name": "DB_PASSWORD", "value": RANDOM}], "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    own = container("own", **faults, **({"restartPolicy": "Always"} if role == "sidecar" else {}))
    spec: dict[str, Any] = {"containers": [container()], "volumes": [{"name": "v", **secret()}]}
    spec[member] = [*spec.get(member, ()), own]
    (finding,) = asked(check, cluster([deployment("web", spec)])).findings
    patched = finding.remedy[-1]["spec"]["template"]["spec"]
    assert [item["name"] for item in patched[member]] == ["own"]
    assert {"containers", "initContainers"} & set(patched) == {member}


def test_a_projected_volume_gets_a_projected_patch() -> None:
    (finding,) = asked("secret_mounts_readonly", mounted(projected())).findings
    assert finding.remedy[0]["spec"]["template"]["spec"]["volumes"] == [
        {"name": "v", "projected": {"defaultMode": 0o440}}
    ]


def row(
    name: str, space: str = "shop", kind: str = "Opaque", born: str = "2024-01-01T00:00:00Z", **metadata: Any
) -> dict[str, Any]:
    own = {"name": name, "namespace": space, "uid": f"s-{space}-{name}", "creationTimestamp": born, **metadata}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": own, "type": kind, "data": {"k": "djE="}}


def test_a_secret_is_as_old_as_its_last_write_where_that_is_told() -> None:
    written = [
        {"manager": "kubectl", "operation": "Update", "time": "2026-10-01T00:00:00Z", "fieldsV1": {"f:data": {}}}
    ]
    assert verdicts("secret_managed", cluster([row("old"), row("rotated", managedFields=written)])) == {"old": False}


@pytest.mark.parametrize(
    ("group", "kind", "verdict"),
    [
        ("cert-manager.io", "kubernetes.io/tls", None),
        ("cert-manager.io", "Opaque", False),
        ("operator.openshift.io", "kubernetes.io/tls", None),
        ("secrets.hashicorp.com", "Opaque", None),
        ("postgresql.cnpg.io", "Opaque", None),
        ("example.com", "kubernetes.io/tls", False),
    ],
)
def test_a_manager_whose_mark_is_not_told_may_own_a_secret(group: str, kind: str, verdict: bool | None) -> None:
    """As server-side tables list Secrets: age and type, neither labels nor owners."""
    listed = row("old", kind=kind)
    listed["metadata"] = {"name": "old", "namespace": "shop"}
    snapshot = cluster([listed | {"age": "3y10d"}])
    served = (*(snapshot.discovery or ()), ServedResource(group, "v1", "things", "Thing", True))
    known = tuple(item for item in served if item.group in ("", group))
    assert verdicts("secret_managed", replace(snapshot, discovery=known)) == {"old": verdict}


def test_copies_are_counted_by_name_type_and_keys() -> None:
    spaces = ("a", "b", "c")
    same = [row("db", space) for space in spaces]
    pulls = [row("registry", space, "kubernetes.io/dockerconfigjson") for space in spaces]
    bundles = [row("ca-bundle", space) for space in spaces]
    result = asked("secret_not_copied", cluster([*same, *pulls, *bundles, row("own", "a")]))
    assert [(item.object.name, item.evidence["namespaces"]) for item in result.findings] == [("db", "a, b, c")]
    assert result.examined == 2


def test_copies_that_a_manager_fills_from_one_source_are_none() -> None:
    labels = {"reconcile.external-secrets.io/managed": "true"}
    filled = [row("db", space, labels=labels) for space in ("a", "b", "c")]
    sealed = [row("mq", space, labels={"sealedsecrets.bitnami.com/sealed-secrets-key": "x"}) for space in "abc"]
    assert verdicts("secret_not_copied", cluster([*filled, *sealed])) == {"mq": False}


def test_a_sentence_names_some_of_many() -> None:
    many = [row("db", f"team-{n}") for n in range(9)]
    (finding,) = asked("secret_not_copied", cluster(many)).findings
    assert finding.evidence["some_namespaces"] == "team-0, team-1, team-2, team-3, team-4 + 4"
    assert str(finding.evidence["namespaces"]).endswith("team-8")


def test_helm_may_own_an_old_secret_of_a_namespace_where_it_keeps_releases() -> None:
    """As server-side tables list Secrets: age and type, neither labels nor owners."""
    listed = [row("old"), row("old", "other"), row("sh.helm.release.v1.web.v1", kind="helm.sh/release.v1")]
    bare = [item | {"metadata": {name: item["metadata"][name] for name in ("name", "namespace")}} for item in listed]
    snapshot = cluster([item | {"age": "3y10d"} for item in bare])
    snapshot = replace(snapshot, discovery=tuple(i for i in snapshot.discovery or () if not i.group))
    found = asked("secret_managed", snapshot).findings
    assert {item.object.namespace: item.passed for item in found} == {"shop": None, "other": False}


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("db-credentials", True),
        ("api-tokens", True),
        ("model-tokenizer", False),
        ("passwordless-login", False),
        ("password-reset-mail", False),
        ("kube-root-ca.crt", False),
        ("trusted-proxy-password", True),
        ("republic-secrets", True),
        ("public-api-key", True),
        ("jwt-public-keys-for-tokens", False),
        ("secretary-settings", False),
        ("gitleaks-secret-patterns", False),
        ("secret-scanner-rules", False),
    ],
)
def test_a_configmap_is_suspected_by_the_words_of_its_name(name: str, telling: bool) -> None:
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}}
    assert bool(asked("configmaps_hold_no_credentials", cluster([item])).failed) is telling


@pytest.mark.parametrize("name", ["kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"])
def test_certificates_that_every_namespace_gets_are_not_counted(name: str) -> None:
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}}
    assert asked("configmaps_hold_no_credentials", cluster([item])).status is Status.SKIP


def provider_class(*made: str) -> dict[str, Any]:
    return {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": "vault", "namespace": "shop"},
        "spec": {"provider": "vault", "secretObjects": [{"secretName": name, "type": "Opaque"} for name in made]},
    }


@pytest.mark.parametrize(("runs", "verdict"), [(False, None), (True, False)])
def test_a_secret_that_a_class_makes_exists_while_a_pod_runs(runs: bool, verdict: bool | None) -> None:
    spec = {
        "containers": [container(envFrom=[{"secretRef": {"name": "db"}}])],
        "volumes": [{"name": "v", **csi("vault")}],
    }
    owner = {"kind": "Deployment", "name": "web", "uid": "Deployment-shop-web"}
    pods = [pod("web-1", spec, owner=owner)] if runs else []
    objects = [provider_class("db"), deployment("web", spec), *pods]
    assert verdicts("referenced_secret_exists", cluster(objects)) == {"web/web": verdict}


def maker(api: str, kind: str) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "db", "namespace": "shop"}, "spec": {}}


def ingress(**annotations: str) -> dict[str, Any]:
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    spec = {"tls": [{"secretName": "db"}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("made", "origin", "verdict"),
    [
        (maker("external-secrets.io/v1", "ExternalSecret"), Origin.MANIFESTS, None),
        (maker("bitnami.com/v1alpha1", "SealedSecret"), Origin.MANIFESTS, None),
        (ingress(**{"cert-manager.io/cluster-issuer": "acme"}), Origin.MANIFESTS, None),
        (ingress(), Origin.MANIFESTS, False),
        (maker("external-secrets.io/v1", "ExternalSecret"), Origin.CLUSTER, False),
    ],
)
def test_what_a_folder_has_made_of_it_is_not_missing_from_it(made: Any, origin: Origin, verdict: bool | None) -> None:
    web = deployment("web", {"containers": [container(envFrom=[{"secretRef": {"name": "db"}}])]})
    snapshot = cluster([made, web, row("other")])
    told = verdicts("referenced_secret_exists", replace(snapshot, identity=replace(snapshot.identity, origin=origin)))
    assert set(told.values()) == {verdict}


@pytest.mark.parametrize(
    ("reference", "looked_for"),
    [
        ({}, True),
        ({"kind": "Secret", "group": ""}, True),
        ({"namespace": "shop"}, True),  # its own, written out
        ({"namespace": "certificates"}, False),  # a ReferenceGrant may let it
        ({"kind": "Certificate", "group": "example.com"}, False),
    ],
)
def test_a_gateway_needs_the_certificates_of_its_own_namespace(reference: dict[str, str], looked_for: bool) -> None:
    listener = {"name": "https", "port": 443, "tls": {"certificateRefs": [{"name": "db", **reference}]}}
    gateway = {
        **maker("gateway.networking.k8s.io/v1", "Gateway"),
        "spec": {"listeners": [{"name": "http", "port": 80}, listener]},
    }
    assert verdicts("referenced_secret_exists", cluster([gateway])) == ({"db": False} if looked_for else {})


def test_an_old_token_is_told_by_its_own_check_alone() -> None:
    token = row("token", kind="kubernetes.io/service-account-token")
    assert asked("secret_managed", cluster([token])).examined == 0
    assert verdicts("no_legacy_token_secrets", cluster([token])) == {"token": False}


@pytest.mark.parametrize("kind", ["helm.sh/release.v1", "kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"])
def test_what_every_namespace_has_of_its_own_is_no_copy(kind: str) -> None:
    assert asked("secret_not_copied", cluster([row("x", space, kind) for space in "abc"])).examined == 0


@pytest.mark.parametrize(
    "managed",
    [
        [provider_class("db"), row("db")],
        [row("builder-dockercfg-x7k2p", kind="kubernetes.io/dockercfg")],
        [row("copy", annotations={"reflector.v1.k8s.emberstack.com/reflects": "vault/db"})],
        [row("serving", annotations={"service.beta.openshift.io/originating-service-name": "web"})],
    ],
)
def test_managers_are_known_by_what_they_leave(managed: list[Any]) -> None:
    assert verdicts("secret_managed", cluster([*managed, row("old")])) == {"old": False}


def csi(name: str, driver: str = "secrets-store.csi.k8s.io") -> dict[str, Any]:
    return {"csi": {"driver": driver, "volumeAttributes": {"secretProviderClass": name}}}


@pytest.mark.parametrize(
    ("driver", "used"),
    [
        ("secrets-store.csi.k8s.io", True),
        ("secrets-store-gke.csi.k8s.io", True),  # GKE's own add-on
        ("other.csi.example.com", False),
    ],
)
def test_a_class_is_used_by_volumes_of_any_driver_that_reads_classes(driver: str, used: bool) -> None:
    web = deployment("web", {"containers": [container()], "volumes": [{"name": "v", **csi("vault", driver)}]})
    snapshot = cluster([provider_class(), web])
    assert verdicts("secret_provider_class_used", snapshot) == ({} if used else {"vault": False})


def test_a_mounted_class_counts_as_files_and_must_exist_in_its_namespace() -> None:
    elsewhere = {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": {"name": "vault", "namespace": "other"},
    }
    snapshot = cluster(
        [
            *(item for item in [elsewhere]),
            deployment(
                "web",
                {
                    "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}])],
                    "volumes": [{"name": "v", **csi("vault")}],
                },
            ),
        ]
    )
    assert asked("secrets_mounted_not_env", snapshot).passed == 1
    assert verdicts("secret_provider_class_exists", snapshot) == {"web/web": False}
    assert verdicts("secret_provider_class_used", snapshot) == {"vault": False}


def test_a_secret_is_told_once_for_each_container_whatever_it_fills() -> None:
    variables = [{"name": f"V{n}", "valueFrom": {"secretKeyRef": {"name": "db", "key": f"k{n}"}}} for n in range(3)]
    mount = {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    own = container(env=variables, envFrom=[{"secretRef": {"name": "mq"}}], **mount)
    spec = {"containers": [own, container("files", **mount)], "volumes": [{"name": "v", **secret()}]}
    snapshot = cluster([deployment("web", spec)])
    result = asked("secrets_mounted_not_env", snapshot)
    assert [(item.item, item.evidence["entries"]) for item in result.findings] == [
        ("db", "V0, V1, V2"),
        ("mq", "envFrom"),
    ]
    assert result.passed == 1
    assert asked("referenced_secret_exists", snapshot).failed == 3


def test_a_one_off_job_may_take_its_password_from_the_environment() -> None:
    env = [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]
    run = pod("migrate-1", {"containers": [container(env=env)]}, owner={"kind": "Job", "name": "migrate"})
    assert asked("secrets_mounted_not_env", cluster([run])).examined == 0
    assert (
        asked("secrets_mounted_not_env", cluster([deployment("web", {"containers": [container(env=env)]})])).failed == 1
    )


@pytest.mark.parametrize(
    ("kind", "once"),
    [
        *(("TaskRun", True), ("Workflow", True), ("SparkApplication", True), ("PyTorchJob", True), ("JobSet", True)),
        *(("CronJob", False), ("RayCluster", False), ("Rollout", False), ("Run", False)),
    ],
)
def test_every_run_of_a_pipeline_is_no_workload_of_its_own(kind: str, once: bool) -> None:
    spec = {"containers": [container(envFrom=[{"secretRef": {"name": "db"}}])]}
    runs = [pod(f"build-{n}", spec, owner={"kind": kind, "name": f"build-{n}"}) for n in range(9)]
    assert (asked("secret_not_shared_widely", cluster(runs)).examined == 0) is once
    assert (asked("secrets_mounted_not_env", cluster(runs)).examined == 0) is once


@pytest.mark.parametrize(
    ("version", "labels", "annotations", "encrypted"),
    [
        ("v1.32.1-eks-abc", {}, {}, True),
        ("v1.27.1-eks-abc", {}, {}, None),
        ("", {"eks.amazonaws.com/nodegroup": "a"}, {}, None),  # a dump does not tell its version
        ("v1.33.1+k3s1", {}, {"k3s.io/node-args": '["server","--secrets-encryption"]'}, True),
        ("v1.33.1+k3s1", {}, {"k3s.io/node-args": '["server","--disable","traefik"]'}, False),
        ("v1.33.1+k3s1", {}, {"k3s.io/node-args": '["server","--secrets-encryption","false"]'}, False),
        ("v1.33.1+k3s1", {}, {"k3s.io/node-args": '["server","--token","s3cr3t","--secrets-encryption=true"]'}, True),
        ("v1.33.1+k3s1", {}, {"k3s.io/node-args": '["agent"]'}, None),
        ("v1.33.1+rke2r1", {}, {}, True),
        ("v1.37.2", {}, {}, None),
        ("v1.37.2", {"kubernetes.azure.com/cluster": "a"}, {}, True),
    ],
)
def test_encryption_at_rest_is_told_by_the_platform(
    version: str, labels: dict[str, str], annotations: dict[str, str], encrypted: bool | None
) -> None:
    own = node("n", **labels)
    own["metadata"]["annotations"] = annotations
    snapshot = cluster([own])
    snapshot = replace(snapshot, identity=replace(snapshot.identity, version=version))
    expected = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}[encrypted]
    assert asked("encryption_at_rest", snapshot).status is expected


def test_a_cloud_that_the_nodes_stand_in_does_not_say_who_runs_the_control_plane() -> None:
    own = node("n")
    own["spec"]["providerID"] = "azure:///subscriptions/x"
    assert asked("encryption_at_rest", cluster([own])).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("command", "encrypted"),
    [
        (["kube-apiserver", "--authorization-mode=Node,RBAC"], False),
        (["kube-apiserver", "--authorization-mode=Node,RBAC", "--encryption-provider-config=/etc/e.yaml"], True),
        (["kube-apiserver", "--encryption-provider-config", "/etc/e.yaml"], True),
        (["/bin/sh", "-c", "exec kube-apiserver --encryption-provider-config=/etc/e.yaml 2>&1 | tee /log"], None),
    ],
)
def test_flags_within_a_shell_command_say_nothing(command: list[str], encrypted: bool | None) -> None:
    own = container("kube-apiserver", "registry.k8s.io/kube-apiserver:v1.37.2", command=command)
    server = pod("kube-apiserver-n", {"containers": [own]}, "kube-system", {"kind": "Node", "name": "n"})
    expected = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}[encrypted]
    assert asked("encryption_at_rest", cluster([server, node("n")])).status is expected


def test_an_api_server_that_a_tenant_has_here_is_not_that_of_this_cluster() -> None:
    own = container("kube-apiserver", command=["kube-apiserver", "--encryption-provider-config=/etc/e.yaml"])
    server = pod("tenant-apiserver", {"containers": [own]}, "tenant-a")
    server["metadata"]["labels"] = {"component": "kube-apiserver"}
    assert asked("encryption_at_rest", cluster([server, node("n")])).status is Status.UNKNOWN


def test_an_account_weighs_more_once_something_runs_under_it() -> None:
    group = "rbac.authorization.k8s.io"
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader", "namespace": "shop"}}
    role = {
        "apiVersion": f"{group}/v1",
        "kind": "Role",
        "metadata": {"name": "r", "namespace": "shop"},
        "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}],
    }
    binding = {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "r", "namespace": "shop"},
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "r"},
        "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": "shop"}],
    }
    idle = asked("service_account_cannot_read_all_secrets", cluster([account, role, binding])).findings
    used = asked(
        "service_account_cannot_read_all_secrets",
        cluster(
            [account, role, binding, deployment("web", {"serviceAccountName": "reader", "containers": [container()]})]
        ),
    ).findings
    assert [(item.severity.value, item.evidence["workloads"]) for item in (*idle, *used)] == [
        ("medium", 0),
        ("high", 1),
    ]


def test_a_static_pod_has_no_token() -> None:
    """It is started by its node, which asks nobody for one."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}}
    static = pod("web-n", {"containers": [container()]}, owner={"kind": "Node", "name": "n"})
    static["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert asked("default_token_not_mounted", cluster([account, static])).failed == 0


@pytest.mark.parametrize(
    ("annotation", "value", "needed"),
    [
        ("vault.hashicorp.com/agent-inject", "true", True),
        ("vault.hashicorp.com/agent-inject", "false", False),
        ("vault.security.banzaicloud.io/vault-role", "shop", True),
        ("consul.hashicorp.com/connect-inject", "true", True),
        ("example.com/agent-inject", "true", False),
    ],
)
def test_an_injected_agent_needs_the_token_with_which_it_logs_in(annotation: str, value: str, needed: bool) -> None:
    """Without it the injector refuses the pod."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}}
    made = deployment("web", {"containers": [container()], "serviceAccountName": "default"})
    made["spec"]["template"]["metadata"]["annotations"] = {annotation: value}
    snapshot = cluster([account, made])
    assert verdicts("default_token_not_mounted", snapshot) == ({} if needed else {"web": False})


def test_the_platforms_own_secrets_are_not_judged_as_applications() -> None:
    env = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]
    snapshot = cluster(
        [namespace("kube-system"), deployment("tool", {"containers": [container(env=env)]}, "kube-system")]
    )
    assert asked("secrets_mounted_not_env", snapshot).examined == 0


def test_accounts_and_ingresses_that_cannot_be_read_hide_nothing_of_what_pods_show() -> None:
    mounted_too = container(envFrom=[{"secretRef": {"name": "db"}}], volumeMounts=[{"name": "v", "mountPath": "/v"}])
    web = deployment("web", {"containers": [mounted_too], "volumes": [{"name": "v", **secret()}]}, "default")
    keys = ["serviceaccounts", "ingresses.networking.k8s.io"]
    denied = without(cluster([namespace("default"), web]), keys, Reading.FORBIDDEN)
    for check in ("secrets_mounted_not_env", "secret_mounts_readonly", "default_namespace_unused"):
        assert asked(check, denied).status is Status.FAIL, check
    for check in ("referenced_secret_exists", "default_token_not_mounted"):
        assert asked(check, denied).status is Status.UNKNOWN, check


def test_whether_an_account_that_was_not_read_mounts_its_token_is_left_open() -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "shop"}}
    both = [deployment("web", {"containers": [container()]}, space) for space in ("shop", "other")]
    snapshot = cluster([account, *both])
    part = Coverage("serviceaccounts", Reading.PARTIAL, 1, missing=("other",))
    table = Tables(replace(snapshot, coverage={**snapshot.coverage, part.key: part}))["workloads"]
    assert dict(zip(table["namespace"], table["mounts_token"].isna(), strict=True)) == {"shop": False, "other": True}


@pytest.mark.parametrize(
    ("metric", "status"), [("identity", Status.FAIL), ("k8s:enc:kms:v2", Status.PASS), ("", Status.UNKNOWN)]
)
def test_encryption_that_metrics_prove_needs_no_nodes(metric: str, status: Status) -> None:
    snapshot = without(cluster([namespace("shop")]), ["nodes"], Reading.FORBIDDEN)
    assert asked("encryption_at_rest", replace(snapshot, access={"encryption": metric})).status is status

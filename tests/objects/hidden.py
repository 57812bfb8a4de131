# ruff: noqa: E501  # messages are kept in one piece, as they are met
"""How people and programs leave a credential in free text ({} stands for it), and what they say that holds none."""

from base64 import b64encode

DIGEST = "@sha256:" + "ab12" * 16
HIDDEN = (
    # JSON, YAML, INI, XML, Go, as they are and as strings in strings
    *("password={}", "password: {}", '"password":"{}"', "'password': '{}'", '[{{"host":"%%host%%","password":"{}"}}]'),
    *('{{\\"password\\":\\"{}\\"}}', '{{\\\\\\"password\\\\\\":\\\\\\"{}\\\\\\"}}', "password&quot;:&quot;{}&quot;"),
    *(
        "DB_PASSWORD={}",
        "dbPass={}",
        "DB_PASS: {}",
        "db.password = {}",
        "db pw={}",
        "pass={}",
        "passwd={}",
        "api_key: {}",
    ),
    *("apiVersion: v1\nstringData:\n  password: correct {} horse\n  x: y", "password: |\n  {}\n  two\nother: z"),
    *("password: >-\n    {}", "[db]\npassword = a {} b\n", "a: b\\npassword: a {}\\nc: d", "<password>{}</password>"),
    *(
        "- name: DB_X\n  value: {}",
        '{{"name":"FOO","value":"{}"}}',
        'core.EnvVar{{Name:"FOO", Value:"{}", ValueFrom:nil}}',
    ),
    *(
        '{{"tokens": ["{}", "x"]}}',
        "credentials: {{user: x, pw: {}}}",
        'password = "a b {}"',
        'password="not closed {}',
    ),
    *(
        "password : {}",
        "password := {}",
        "password=>{}",
        "password%3D{}",
        "token\\u003d{}",
        "?a=b\\u0026token\\u003d{}",
    ),
    *("client_secret={}&x=y", "PASSWORD={}&USER=x", "token={}, next", "X-Amz-Signature={}", "secret_access_key={}"),
    # headers
    *("Bearer {}", "Authorization: Bearer {}", "authorization=Bearer%20{}", "Proxy-Authorization: Negotiate {}"),
    *("Cookie: a=b; session={}; c=d", "Set-Cookie: sid={}; Path=/", "X-Api-Key: {}", "x-auth-token: {}"),
    # commands
    *("mysql -u root -p{} -h db", "mysqldump --password {}", "mysqladmin -uroot -p'{}' ping", "MYSQL_PWD={}"),
    *("PGPASSWORD={} psql -h x", "psql 'host=x password={}'", "redis-cli -h x -a {} ping", "ldapsearch -D cn=x -w {}"),
    *("curl -u admin:{} https://x/y", "curl --user admin:{} x", "curl -H 'Authorization: Bearer {}' x", "psql <<< {}"),
    *("wget --header='Authorization: token {}' x", "sshpass -p {} ssh x", "sshpass -p{} ssh x", "-storepass {}"),
    *("echo {} | docker login -u x --password-stdin", "docker login -u x -p {} reg", "docker run -e FOO={} x"),
    *(
        "helm upgrade x --set db.password={}",
        "helm upgrade x --set image.tag=1,db.foo={}",
        "helm upgrade x --set foo={}",
    ),
    *(
        "kubectl create secret generic x --from-literal=foo={}",
        "kubectl set env deploy/a FOO=x bar={}",
        "SOME_THING={}",
    ),
    *("vault kv put secret/x foo={}", "aws configure set aws_secret_access_key {}", "smbclient -U user%{} //h/x"),
    *(
        '["--password","{}"]',
        '["--password", "{}"]',
        "- --password\n- {}",
        "--token {}",
        "--token={}",
        "--api-key '{}'",
    ),
    # connection strings and addresses
    *(
        "Server=db;User Id=sa;Password={};Encrypt=true",
        "Server=db;Pwd={}",
        "SharedAccessKey={}",
        "jdbc:oracle:thin:s/{}@h:1/x",
    ),
    *("DefaultEndpointsProtocol=https;AccountName=x;AccountKey={}==;EndpointSuffix=y",),
    *(
        "https://x.blob.example/a?sv=1&sig={}%3D",
        "SharedAccessSignature=sv=2020&sig={}&se=1",
        "jdbc:mysql://h/d?password={}",
    ),
    *(
        "redis://:{}@h:6379/0",
        "mongodb+srv://u:{}@h/db?x=y",
        "postgres://u:{}@h/db",
        "amqp://u:a@{}@h/",
        "u:{}@tcp(db:3306)/x",
    ),
    *(
        "postgres://u:a/{}@h/db",
        "postgres://u:{}/b@h:5432/db",
        "https://{}@git/x",
        "https://oauth2:{}@git/x",
        "user:{}@host",
    ),
    *("https:\\/\\/u:{}@git\\/x", "https%3A%2F%2Fu%3A{}%40git%2Fx", "jdbc:sqlserver://h;user=sa;password={};x=y"),
    *("robot$x:{}@registry.example/app:1", "https://hooks.slack.com/services/T0/B0/{}"),
    # keys
    *(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE{}\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}",
    ),
    *("-----BEGIN PRIVATE KEY-----\\nMIIE{}\\n-----END PRIVATE KEY-----\\n", "xoxb-1234567890-{}", "glpat-12345678{}"),
    # what the kubelet repeats
    *("Liveness probe failed: login {} refused", 'exec: "foo {}": executable file not found'),
    *(
        'Startup probe errored: command "x {}" timed out',
        "Readiness probe warning: Probe terminated redirects, Response body: {}",
    ),
    'Exec lifecycle hook ([/bin/sh -c foo {0}]) for Container "c" in Pod "p_n(u)" failed - error: command \'foo {0}\' exited with 1: {0}, message: "{0}"',
    # what an API server and Go's clients quote
    *(
        'spec.env[0].value: Invalid value: "{}": too long',
        'data[k]: Invalid value: "{}": bad',
        "map[X-Token:[{}] A:[b]]",
    ),
    *('http.Header{{"Authorization":[]string{{"Basic {}"}}}}', '<property name="password" value="{}"/>'),
    *('{{"key":"password","val":"{}"}}', "password -> {}", "bindpw={}"),
    # commands as lists
    *('["mysql","-p{}"]', '["mysql", "-u", "root", "-p", "{}"]', '["curl","-u","a:{}"]', '["redis-cli", "-a", "{}"]'),
    *("curl -sSu admin:{} https://x/", "curl -kfsSLuadmin:{} https://x/", '["curl","-su","a:{}"]'),
    *("ConvertTo-SecureString '{}' -AsPlainText -Force", '$p = convertto-securestring -String "{}" -Force'),
    *('Authorization: Digest username="u", nonce="n", response="{}"', "admin:{{SSHA}}{}", "admin:{{SHA512}}{}"),
    *("helm registry login r -u x -p {}", "crane auth login -u x -p {} r"),
    # words
    *("mot de passe : {}", "пароль: {}", "パスワード：{}", "密码: {}"),
    *("IDENTIFIED BY '{}'", "CREATE USER x WITH PASSWORD '{}'"),
)
ENCODED = tuple(
    form.format(b64encode(b"user:hunter2-horse").decode())
    for form in (
        "Authorization: Basic {}",
        "Basic {}",
        '"auth":"{}"',
        '{{"auths":{{"reg":{{"auth":"{}"}}}}}}',
        "saw {} there",
    )
)
HARMLESS = (
    "exceeded quota: team, requested: secrets=1, used: secrets=10, limited: secrets=10",
    *("sk-prod-eu-central-1-cluster-01", "pypi-mirror-for-internal-packages-only"),
    "err: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/eso/1 is not authorized to perform: secretsmanager:GetSecretValue",
    'failed calling webhook "v.example": Post "https://webhook.shop.svc:443/webhook/validate-apps-v1-deployment": dial tcp 10.0.0.1:443: connect: connection refused',
    'Deployment.apps "web" is invalid: spec.template.spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web"}}: field is immutable',
    *('Error: unknown command "token" for "app"', "Updated sync status: OutOfSync -> Synced", "rotated key: 2 -> 3"),
    *(
        '["mysql","-u","root","-h","db"]',
        '["docker","run","-p","8080:80","app"]',
        "helm upgrade web ./chart --set-file a",
    ),
    *("https://shop.example/hooks/deploy", "https://shop.example/integration/orders/enqueue-all"),
    *('FATAL: password authentication failed for user "app" (SQLSTATE 28P01)', "dapi-server pul-request hf_hub"),
    'Successfully pulled image "registry.example/external-secrets:v1" in 2.5s (3s including waiting). Image size: 123 bytes.',
    'Failed to pull image "ghcr.example/es/external-secrets:v0.9": rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.example/es/external-secrets:v0.9": failed to resolve reference "ghcr.example/es/external-secrets:v0.9": ghcr.example/es/external-secrets:v0.9: not found',
    'Back-off pulling image "registry.example:5000/token/secret-api:1.2.3"',
    "Back-off restarting failed container web in pod web-7d9c8b6f5d-x2x4z_shop(0a1b2c3d-1111-2222-3333-444455556666)",
    "0/8 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient cpu. preemption: 0/8 nodes are available: 8 Preemption is not helpful for scheduling.",
    'MountVolume.SetUp failed for volume "db-password" : secret "db-credentials" not found',
    'MountVolume.SetUp failed for volume "kube-api-access-x7x7x" : failed to fetch token: serviceaccounts "default" is forbidden: User "system:node:n1" cannot create resource',
    "Error: couldn't find key DB_PASSWORD in Secret shop/db",
    "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    "Readiness probe failed: HTTP probe failed with statuscode: 503",
    'Liveness probe failed: Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused',
    'Readiness probe failed: Get "http://10.0.0.1:80/token": EOF',
    "Liveness probe failed: dial tcp 10.0.0.1:6379: i/o timeout",
    "Started container token-refresher",
    'Pulling image "nginx:1.25"',
    f'Container image "registry.example/app{DIGEST}" already present on machine',
    "Successfully assigned shop/web-7d9c8b6f5d-x2x4z to node-3",
    'Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.example/token: 401 Unauthorized",
    "failed to sync secret cache: timed out waiting for the condition",
    "references non-existent secret key: tls.crt",
    "unmounted volumes=[token], unattached volumes=[default-token-abc12 x]: timed out waiting for the condition",
    'Failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:kube-system:token-cleaner" cannot list',
    "Failed to watch *v1.Secret: unknown",
    *(
        "basic authentication failed",
        "bearer token missing",
        "token authentication disabled",
        "compass: north",
        "author: bob",
    ),
    'Invalid value: "foo": must be no more than 63 characters',
    'exec: "mysqld": executable file not found in $PATH',
    "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 500Mi.",
    "secretName: db-credentials",
    f"Killing container with id containerd://{'ab12' * 16}: Need to kill Pod",
    *("http://[::1]:8080/x", "https://registry.example:5000/v2/", f"docker-pullable://registry.example/app{DIGEST}"),
    *("shop:apps/Deployment:shop/web", "first.last@example.com", "2026-11-24T10:00:00Z", "MinimumReplicasUnavailable"),
    *("arn:aws:iam::123456789012:role/IrsaRole", "spiffe://cluster.local/ns/x/sa/y", "docker run -p 8080:80 app"),
)

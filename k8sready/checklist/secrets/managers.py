"""Who makes and renews Secrets: by their types, and by API groups that a cluster serves."""

BY_HAND = ("", "Sealed Secrets")  # each copy is sealed by itself
ONE_EACH = (  # types of which every namespace has its own by nature
    *("kubernetes.io/service-account-token", "helm.sh/release.v1", "bootstrap.kubernetes.io/token"),
    *("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson", "kubernetes.io/tls"),
)
CERTIFIERS = frozenset({"cert-manager.io", "operator.openshift.io"})  # OpenShift's service CA
UNSEEN_MANAGERS = frozenset(  # fetch Secrets, or make those of what they operate
    (
        *("secrets.hashicorp.com", "isindir.github.com", "secrets.infisical.com", "secrets.doppler.com"),
        *("onepassword.com", "k8s.bitwarden.com", "secretgen.k14s.io", "secretgen.carvel.dev"),
        *("postgresql.cnpg.io", "acid.zalan.do", "postgres-operator.crunchydata.com", "kafka.strimzi.io"),
        *("elasticsearch.k8s.elastic.co", "mongodbcommunity.mongodb.com", "rabbitmq.com"),
        "apiextensions.crossplane.io",
    )
)

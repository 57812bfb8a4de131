"""The dangerous permissions: the data of `dangers`.

Each line of the table: name; severity cluster-wide / in kube-system / in another namespace; the needs. Needs are
alternatives (|) of requests that are needed together (&); `get,list secrets` means either verb on that resource,
`create pods/exec` a subresource, `patch deployments.apps` a group, `get /metrics` a path, `…@name` one object, `any`
any resource.
"""

_WORKLOADS = (
    "pods,deployments.apps,daemonsets.apps,statefulsets.apps,replicasets.apps,jobs.batch,cronjobs.batch"
    ",replicationcontrollers"
)
_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = ",".join(
    f"{name}.admissionregistration.k8s.io"
    for name in (
        *("validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
        *("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
        *("mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
    )
)
DEPLOYERS = (
    "applications.argoproj.io,applicationsets.argoproj.io,helmreleases.helm.toolkit.fluxcd.io"
    ",kustomizations.kustomize.toolkit.fluxcd.io,clusterpolicies.kyverno.io"
)
_AUTHENTICATION = "authentication.k8s.io"
_IMPERSONATED = f"users,groups,serviceaccounts,uids.{_AUTHENTICATION},userextras.{_AUTHENTICATION}"
# Constrained impersonation asks twice: for whom, and for what.
CONSTRAINED_SINCE = 36
_USER_INFO = ",".join(f"{name}.{_AUTHENTICATION}" for name in ("users", "groups", "uids", "userextras"))
CONSTRAINED = (
    f"impersonate:user-info {_USER_INFO} & impersonate-on:user-info: any"
    f" | impersonate:serviceaccount serviceaccounts.{_AUTHENTICATION} & impersonate-on:serviceaccount: any"
    f" | impersonate:arbitrary-node nodes.{_AUTHENTICATION} & impersonate-on:arbitrary-node: any"
)
# Approving is asked for the signer, then for its domain.
_SIGNER = ",".join(
    f"signers.certificates.k8s.io@{name}" for name in ("kubernetes.io/kube-apiserver-client", "kubernetes.io/*")
)
_APPROVING = f"update,patch certificatesigningrequests/approval.certificates.k8s.io & approve {_SIGNER}"
_SIGNING = f"update,patch certificatesigningrequests/status.certificates.k8s.io & sign {_SIGNER}"
_CSR = "create certificatesigningrequests.certificates.k8s.io"
TABLE = f"""
R01 everything; critical critical high; * *.*
R02 escalate_roles; critical critical high; escalate roles.{_RBAC},clusterroles.{_RBAC}
R03 bind_roles; critical critical high; bind roles.{_RBAC},clusterroles.{_RBAC}
R04 impersonate; critical critical high; impersonate {_IMPERSONATED}
R05 read_secrets; critical critical medium; get,list,watch secrets
R06 run_workloads; high critical medium; create,update,patch,delete,deletecollection {_WORKLOADS}
R07 enter_pods; high critical medium; create pods/exec,pods/attach,pods/portforward | update,\
patch pods/ephemeralcontainers
R08 issue_tokens; critical critical high; create serviceaccounts/token
R09 write_secrets; high critical medium; create,update,patch secrets
R10 proxy_to_nodes; critical - -; get,create,update,patch,delete nodes/proxy
R11 issue_certificates; critical - -; {_CSR} & {_APPROVING} | {_CSR} & {_SIGNING}
R12 control_admission; high - -; create,update,patch,delete,deletecollection {_ADMISSION}
R13 relabel_namespaces; high high high; update,patch namespaces | update,patch namespaces/status,namespaces/finalize
R14 create_volumes; high - -; create persistentvolumes
R15 steal_pods; high medium medium; update,patch,delete,deletecollection nodes | update,patch nodes/status | \
create pods/eviction,pods/binding,bindings
R16 write_system_config; high high -; update,patch configmaps
R17 extend_the_api; high - -; create,update,patch apiservices.apiregistration.k8s.io,\
customresourcedefinitions.apiextensions.k8s.io
R18 redirect_traffic; medium medium medium; create,update,patch services,endpoints,\
endpointslices.discovery.k8s.io | update,patch services/status
R19 write_rbac; medium medium medium; create,update,patch roles.{_RBAC},rolebindings.{_RBAC},\
clusterroles.{_RBAC},clusterrolebindings.{_RBAC}
R20 command_deployers; high high high; create,update,patch {DEPLOYERS}
R21 lower_network_guards; medium medium medium; update,patch,delete,\
deletecollection networkpolicies.networking.k8s.io,clusternetworkpolicies.policy.networking.k8s.io,\
peerauthentications.security.istio.io
R22 read_server_internals; medium - -; get *,/metrics,/logs,/logs/kube-apiserver.log,/debug/pprof,\
/debug/pprof/profile
R23 administer_devices; info - -; get nodes/pods,nodes/configz,nodes/log,nodes/stats,nodes/metrics
R24 delete_collections; low low low; deletecollection any | create events,events.events.k8s.io
"""

"""admissionregistration, apiregistration and apiextensions: what stands in the API server's way."""

from .base import Object
from .meta import Condition, LabelSelector, Resource
from .redaction import ServerAddress


class ServiceReference(Object, frozen=True):
    namespace: str = ""
    name: str = ""
    port: int = 443


class ClientConfig(Object, frozen=True):
    service: ServiceReference | None = None
    url: ServerAddress | None = None  # a webhook's path may be its password


class WebhookRule(Object, frozen=True):
    operations: tuple[str, ...] = ()
    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str = "*"


class MatchCondition(Object, frozen=True):
    name: str = ""


class Webhook(Object, frozen=True):
    name: str = ""
    client_config: ClientConfig = ClientConfig()
    rules: tuple[WebhookRule, ...] = ()
    failure_policy: str = "Fail"
    match_policy: str = "Equivalent"
    namespace_selector: LabelSelector = LabelSelector()
    object_selector: LabelSelector = LabelSelector()
    side_effects: str = ""
    timeout_seconds: int = 10
    admission_review_versions: tuple[str, ...] = ()
    match_conditions: tuple[MatchCondition, ...] = ()
    reinvocation_policy: str = ""


class WebhookConfiguration(Resource, frozen=True):
    """ValidatingWebhookConfiguration or MutatingWebhookConfiguration."""

    webhooks: tuple[Webhook, ...] = ()


class MatchResources(Object, frozen=True):
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    resource_rules: tuple[WebhookRule, ...] = ()
    exclude_resource_rules: tuple[WebhookRule, ...] = ()
    match_policy: str = ""


class ParamKind(Object, frozen=True):
    api_version: str = ""
    kind: str = ""


class Validation(Object, frozen=True):
    """Only how many there are is read."""


class AdmissionPolicySpec(Object, frozen=True):
    param_kind: ParamKind | None = None
    match_constraints: MatchResources | None = None
    validations: tuple[Validation, ...] = ()
    failure_policy: str = "Fail"
    match_conditions: tuple[MatchCondition, ...] = ()


class ExpressionWarning(Object, frozen=True):
    field_ref: str = ""


class TypeChecking(Object, frozen=True):
    expression_warnings: tuple[ExpressionWarning, ...] = ()


class AdmissionPolicyStatus(Object, frozen=True):
    type_checking: TypeChecking | None = None
    conditions: tuple[Condition, ...] = ()


class AdmissionPolicy(Resource, frozen=True):
    """ValidatingAdmissionPolicy or MutatingAdmissionPolicy."""

    spec: AdmissionPolicySpec = AdmissionPolicySpec()
    status: AdmissionPolicyStatus = AdmissionPolicyStatus()


class ParamRef(Object, frozen=True):
    name: str = ""
    namespace: str = ""
    selector: LabelSelector | None = None
    parameter_not_found_action: str = ""


class AdmissionPolicyBindingSpec(Object, frozen=True):
    policy_name: str = ""
    param_ref: ParamRef | None = None
    match_resources: MatchResources | None = None
    validation_actions: tuple[str, ...] = ()


class AdmissionPolicyBinding(Resource, frozen=True):
    spec: AdmissionPolicyBindingSpec = AdmissionPolicyBindingSpec()


class ApiServiceSpec(Object, frozen=True):
    group: str = ""
    version: str = ""
    service: ServiceReference | None = None


class ConditionsStatus(Object, frozen=True):
    conditions: tuple[Condition, ...] = ()


class ApiService(Resource, frozen=True):
    spec: ApiServiceSpec = ApiServiceSpec()
    status: ConditionsStatus = ConditionsStatus()


class CrdNames(Object, frozen=True):
    plural: str = ""
    kind: str = ""


class CrdSpec(Object, frozen=True):
    group: str = ""
    names: CrdNames = CrdNames()
    scope: str = ""


class CustomResourceDefinition(Resource, frozen=True):
    spec: CrdSpec = CrdSpec()
    status: ConditionsStatus = ConditionsStatus()


class StorageClass(Resource, frozen=True):
    provisioner: str = ""


class CsiDriver(Resource, frozen=True):
    """Known by its name alone."""


class PriorityClass(Resource, frozen=True):
    value: int = 0
    global_default: bool = False


class RuntimeClass(Resource, frozen=True):
    handler: str = ""


class SigningRequestSpec(Object, frozen=True):
    signer_name: str = ""
    username: str = ""
    usages: tuple[str, ...] = ()


class CertificateSigningRequest(Resource, frozen=True):
    spec: SigningRequestSpec = SigningRequestSpec()
    status: ConditionsStatus = ConditionsStatus()

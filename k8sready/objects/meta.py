"""What every object carries: metadata, owners, selectors, conditions."""

from datetime import datetime
from enum import Enum

from .base import Object
from .redaction import Annotations, Text


class OwnerReference(Object, frozen=True):
    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool = False


class FieldManager(Object, frozen=True):
    """One entry of managedFields, without the field names: who wrote, when, and whether it touched spec or template."""

    manager: str = ""
    operation: str = ""
    time: datetime | None = None
    subresource: str = ""
    wrote_spec: bool = False
    wrote_template: bool = False


class ObjectMeta(Object, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: dict[str, str] = {}
    annotations: Annotations = Annotations()
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[OwnerReference, ...] = ()
    generation: int = 0
    # Derived from managedFields while reading (its field names are dropped); None: the server did not send any.
    field_managers: tuple[FieldManager, ...] | None = None


class Operator(str, Enum):
    """Operator of a label selector requirement (apimachinery meta/v1 LabelSelectorOperator)."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


class Requirement(Object, frozen=True):
    key: str = ""
    operator: Operator = Operator.IN
    values: tuple[str, ...] = ()


class LabelSelector(Object, frozen=True):
    """metav1.LabelSelector: both parts are ANDed, an empty one matches all; what None means depends on the field."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[Requirement, ...] = ()


class Condition(Object, frozen=True):
    type: str = ""
    status: str = ""
    reason: str = ""
    message: Text = Text("")
    last_transition_time: datetime | None = None


class ObjectReference(Object, frozen=True):
    api_version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class LocalObjectReference(Object, frozen=True):
    name: str = ""

"""What every object carries: metadata, owners, selectors, conditions."""

from enum import Enum

from msgspec.structs import force_setattr

from .base import Object, Time
from .concealing import conceal_label, conceal_labels
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
    time: Time | None = None
    subresource: str = ""
    wrote_spec: bool = False
    wrote_template: bool = False


class ObjectMeta(Object, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: dict[str, str] = {}
    annotations: Annotations = Annotations()
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[OwnerReference, ...] = ()
    generation: int = 0
    # Derived from managedFields while reading (its field names are dropped); None: the server did not send any.
    field_managers: tuple[FieldManager, ...] | None = None

    def __post_init__(self) -> None:
        """Labels that are credentials by their look are replaced, however the object is made."""
        labels = conceal_labels(self.labels)
        if labels is not self.labels:
            force_setattr(self, "labels", labels)


class Resource(Object, frozen=True):
    """Base of the kinds that are read: what an API server lists has metadata."""

    metadata: ObjectMeta = ObjectMeta()


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

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        if any(conceal_label(value) != value for value in self.values):
            force_setattr(self, "values", tuple(map(conceal_label, self.values)))


class LabelSelector(Object, frozen=True):
    """metav1.LabelSelector: both parts are ANDed, an empty one matches all; what None means depends on the field."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[Requirement, ...] = ()

    def __post_init__(self) -> None:
        """Values are replaced as those of labels are."""
        labels = conceal_labels(self.match_labels)
        if labels is not self.match_labels:
            force_setattr(self, "match_labels", labels)


class Condition(Object, frozen=True):
    """Without its message: a controller writes there what it likes, and checks read the reason."""

    type: Text = Text("")
    status: str = ""
    reason: Text = Text("")
    last_transition_time: Time | None = None


class ObjectReference(Object, frozen=True):
    api_version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class LocalObjectReference(Object, frozen=True):
    name: str = ""

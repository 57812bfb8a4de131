"""What is left of strings that may hold credentials; applied while decoding, so the originals are never kept."""

from enum import Enum


class ValueKind(str, Enum):
    """What a concealed string looked like; decided from the value alone."""

    EMPTY = "empty"
    REFERENCE = "reference"  # $(VAR), ${VAR}, vault:secret/data/db#password
    PLACEHOLDER = "placeholder"  # changeme, <password>, xxx
    NUMBER = "number"
    BOOLEAN = "boolean"
    PATH = "path"
    URL = "url"
    URL_WITH_CREDENTIALS = "url-with-credentials"
    TEXT_WITH_CREDENTIALS = "text-with-credentials"  # Server=db;Password=…, -Dstore.password=…
    PEM = "pem"
    PRIVATE_KEY = "private-key"
    JWT = "jwt"
    CLOUD_KEY = "cloud-key"  # AKIA…, ghp_…, xox…
    RANDOM = "random"  # 12 characters or more, no blanks, no words, entropy at least 3.5 bits; or 20 hexadecimal digits
    TEXT = "text"


class Concealed:
    """A string that is not kept: its look, its length rounded down to a power of two, and a salted digest.

    `flag` is the `--name` part of a command-line flag; `value` is kept only for flags that configure the control
    plane and hold no credential. Equal digests mean equal strings, within one snapshot only.
    """

    __slots__ = ("digest", "flag", "kind", "length", "value")

    def __init__(self, kind: ValueKind, length: int, digest: str, flag: str = "", value: str = "") -> None:
        self.kind, self.length, self.digest, self.flag, self.value = kind, length, digest, flag, value

    def _key(self) -> tuple[ValueKind, int, str, str, str]:
        return (self.kind, self.length, self.digest, self.flag, self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concealed) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Concealed({self.kind.value}, ≥{self.length} characters)"


class Text(str):
    """Free text from the cluster (messages, URLs) with credentials cut out."""

    __slots__ = ()


class ImageName(Text):
    """An image reference. Its tag is kept even where the repository is called external-secrets."""

    __slots__ = ()


class ServerAddress(Text):
    """Scheme, host and port of a URL, without its path."""

    __slots__ = ()


class Annotations(dict[str, str]):
    """Annotations by name, with every value cut that is not known to be harmless."""

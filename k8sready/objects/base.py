"""The ground of every object: a frozen Struct in the API's camelCase that keeps only what it declares."""

from datetime import datetime
from typing import Annotated

import msgspec

# One without its zone does not fit: it could not be compared with others.
Time = Annotated[datetime, msgspec.Meta(tz=True)]

_ACRONYMS = frozenset({"api", "cidr", "cidrs", "id", "io", "ip", "ipc", "ips", "pid", "url", "urls"})


def api_name(attribute: str) -> str:
    """The API's field name of an attribute: host_pid → hostPID, pod_ips → podIPs, from_ → from."""
    first, *rest = attribute.rstrip("_").split("_")
    return first + "".join(_capitalised(word) for word in rest)


def _capitalised(word: str) -> str:
    if word not in _ACRONYMS:
        return word.capitalize()
    return word[:-1].upper() + "s" if word.endswith("s") else word.upper()


class Object(msgspec.Struct, frozen=True, kw_only=True, rename=api_name, omit_defaults=True, gc=False):
    """Base of all API types read here; unknown fields are dropped while decoding (that is the privacy contract)."""

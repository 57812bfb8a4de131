"""What heals findings about images."""

from ...checks import Manifest, Row
from ..patches import container_patch


def pin_running_digest(row: Row) -> list[Manifest]:
    """Refer to the digest that runs; nothing where it is unknown or not the only one."""
    digest = row.get("running_digest")
    if not digest:
        return []
    return container_patch(row, {"image": f"{str(row['image']).partition('@')[0]}@{digest}"})

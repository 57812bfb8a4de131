"""Point 1: slim, maintained base images."""

from ...checks import Question, Section, Severity
from . import charts, checks

SECTION = Section(
    name="base_images",
    point=1,
    checks=(
        checks.image_pinned,
        checks.one_digest_per_tag,
        checks.image_size_moderate,
        checks.os_supported,
        checks.base_minimal,
        checks.runtime_image_not_sdk,
        checks.base_image_maintained,
        checks.image_pulls_fast,
    ),
    questions=(
        Question("base_images_owned", Severity.MEDIUM),
        Question("base_images_approved", Severity.LOW),
        Question("builds_leave_sbom", Severity.LOW),
        Question("shell_needed", Severity.LOW),
        Question("nodes_prepull_images", Severity.LOW),
    ),
    charts=(charts.footprint,),
    tables=("images", "node_images"),
)

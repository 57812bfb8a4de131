"""Point 10: secrets that stay secret."""

from ...checks import Question, Section, Severity
from . import charts, checks

SECTION = Section(
    name="secrets",
    point=10,
    checks=(
        checks.no_literal_credentials,
        checks.secrets_mounted_not_env,
        checks.secret_mounts_readonly,
        checks.configmaps_hold_no_credentials,
        checks.encryption_at_rest,
        checks.service_account_cannot_read_all_secrets,
        checks.default_token_not_mounted,
        checks.no_legacy_token_secrets,
        checks.secret_not_shared_widely,
        checks.secret_not_copied,
        checks.secret_managed,
        checks.external_secrets_synced,
        checks.sealed_secrets_synced,
        checks.secret_provider_class_exists,
        checks.secret_provider_class_used,
        checks.referenced_secret_exists,
    ),
    questions=(
        Question("debug_endpoints_closed", Severity.MEDIUM),
        Question("secrets_have_source_of_truth", Severity.MEDIUM),
        Question("secrets_rotated", Severity.HIGH),
        Question("secret_readers_known", Severity.MEDIUM),
        Question("backups_encrypted", Severity.HIGH),
        Question("git_history_scanned", Severity.MEDIUM),
    ),
    charts=(charts.usage,),
    tables=("secret_references", "secrets"),
)

"""The controls, in the order in which the API server reports them: baseline by id, then restricted by id."""

from ..control import Control
from . import (
    allow_privilege_escalation,
    app_armor,
    capabilities,
    host_namespaces,
    host_ports,
    host_probes,
    privileged,
    proc_mount,
    run_as_non_root,
    run_as_user,
    se_linux,
    seccomp,
    sysctls,
    volumes,
    windows_host_process,
)

CONTROLS: tuple[Control, ...] = (
    app_armor.CONTROL,
    capabilities.BASELINE,
    host_namespaces.CONTROL,
    volumes.HOST_PATH,
    host_ports.CONTROL,
    host_probes.CONTROL,
    privileged.CONTROL,
    proc_mount.BASELINE,
    se_linux.CONTROL,
    seccomp.BASELINE,
    sysctls.CONTROL,
    windows_host_process.CONTROL,
    allow_privilege_escalation.CONTROL,
    capabilities.RESTRICTED,
    proc_mount.RESTRICTED,
    volumes.RESTRICTED,
    run_as_non_root.CONTROL,
    run_as_user.CONTROL,
    seccomp.RESTRICTED,
)

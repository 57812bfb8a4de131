"""`python -m tests.controlplane.up`: everything up, the kubeconfig's path printed, until Ctrl-C."""

import signal
import tempfile
from pathlib import Path

from .build import ensure
from .server import ControlPlane


def main() -> None:
    """Run until interrupted."""
    with tempfile.TemporaryDirectory(prefix="k8sready-controlplane-") as folder:
        plane = ControlPlane(ensure(), Path(folder))
        plane.start_controllers()
        plane.start_kwok()
        print(plane.kubeconfig(), flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            plane.stop()


if __name__ == "__main__":
    main()

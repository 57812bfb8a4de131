"""`python -m k8sready` is the same program as `k8sready`."""

import sys

from .cli import main

sys.exit(main())

"""`python -m tests.bench` (make bench) runs every benchmark; `python -m tests.bench.NAME` one of them."""

from . import collect, live, netpol, pss, rbac

for bench in (pss, netpol, rbac, collect, live):
    bench.run()

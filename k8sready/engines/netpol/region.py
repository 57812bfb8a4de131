"""Regions of (peer, port): which ports towards which peers, as disjoint bit sets of peers per port set."""

from .ports import NONE, PortSet

Region = dict[PortSet, int]  # every peer is in at most one entry; no entry has no ports or no peers


def added(region: Region, peers: int, ports: PortSet) -> Region:
    """The region and these ports towards these peers."""
    if not ports:
        return region
    found: Region = {}
    for own, bits in region.items():
        shared = bits & peers
        if not shared:
            found[own] = found.get(own, 0) | bits
            continue
        if bits != shared:
            found[own] = found.get(own, 0) | (bits & ~shared)
        wider = own | ports
        found[wider] = found.get(wider, 0) | shared
        peers &= ~shared
    if peers:
        found[ports] = found.get(ports, 0) | peers
    return found


def union(one: Region, other: Region) -> Region:
    """What is in either."""
    for ports, bits in other.items():
        one = added(one, bits, ports)
    return one


def meet(one: Region, other: Region) -> Region:
    """What is in both."""
    found: Region = {}
    for ports, bits in one.items():
        for others, peers in other.items():
            shared, common = bits & peers, ports & others
            if shared and common:
                found[common] = found.get(common, 0) | shared
    return found


def minus(one: Region, other: Region) -> Region:
    """What is in the first and not in the second."""
    for ports, peers in other.items():
        found: Region = {}
        for own, bits in one.items():
            shared = bits & peers
            for left, where in ((own, bits & ~shared), (own - ports, shared)):
                if where and left != NONE:
                    found[left] = found.get(left, 0) | where
        one = found
    return one

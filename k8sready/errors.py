"""Errors for people: what happened, what we were doing, what to do next."""


class K8sReadyError(Exception):
    """Base of every error this package raises on purpose; its text is safe to show (no bodies, no credentials)."""

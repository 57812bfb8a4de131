"""Kubernetes semantics: pure functions over objects; no tables, no client, no prose for readers."""

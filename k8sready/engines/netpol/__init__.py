"""Network policies: who may talk to whom."""

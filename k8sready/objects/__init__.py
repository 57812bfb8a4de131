"""The fields read of each Kubernetes kind, as msgspec Structs; what is not declared here is never kept."""

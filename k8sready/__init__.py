"""k8sready."""

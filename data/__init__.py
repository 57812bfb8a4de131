"""The clusters that ship with k8sready, and how each was made."""

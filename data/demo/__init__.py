"""The demo cluster: an invented company, its manifests, and the program that makes a snapshot of them."""

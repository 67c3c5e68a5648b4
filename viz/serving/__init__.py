"""Several servers behind one address: HAProxy's configuration, and the processes."""

"""How the service is run: locally in one process, in production by systemd."""

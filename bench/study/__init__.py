"""Every method on the recorded rows, through a real server: `make study`."""

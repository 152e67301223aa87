"""What the tests of this folder share: servers, clients, and how to wait for them."""

"""What every test may ask for."""

pytest_plugins = ["tests.discretion", "tests.servers.fixtures", "playground.pytest_plugin", "pytester"]

"""The server of these tests: its jobs run a script in ssem-train's place."""
import pytest
from served import Served
from stand_in_trainer import stand_in


@pytest.fixture
def serve(tmp_path):
    """serve(script, *flags): a server whose jobs run the script, its data in tmp_path/data."""
    running = []

    def one(script, *flags, port=0, data=tmp_path / "data"):
        environment = stand_in(tmp_path, script)
        server = Served("--data-dir", str(data), *flags, port=port, environment=environment).start()
        running.append(server)
        return server

    yield one
    for server in running:
        server.kill()

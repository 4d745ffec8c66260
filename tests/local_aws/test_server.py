"""Starting, finding and stopping the local AWS."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from botocore.exceptions import ClientError

from local_aws import server as local_server
from local_aws.conditions import table_resource
from local_aws.faults import Fault
from local_aws.paths import ROOT
from local_aws.provider.session import Clients
from local_aws.server import Server
from tests.local_aws.plugin import REGION, TRUST, allow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A background server is not waited for, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Return a state folder; what was started for it is ended."""
    yield tmp_path / "state"
    local_server.stop(tmp_path / "state")


def gone(pid: int) -> bool:
    """Whether a process ends, soon."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def never(server: Server) -> bool:
    """Stand in for `Server.answers`."""
    del server
    return False


def record(state: Path, **changes: Any) -> None:
    file = state / "local-aws.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def test_it_is_started_found_and_stopped_and_keeps_its_port(state: Path) -> None:
    assert local_server.running(state) is None
    assert local_server.stop(state) is None
    started = local_server.start_in_background(state)
    assert local_server.running(state) == started
    assert local_server.stop(state) == started
    assert gone(started.pid)
    assert local_server.running(state) is None
    again = local_server.start_in_background(state)
    assert again.port == started.port
    assert again.mark != started.mark


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    (listening,) = [
        connection
        for connection in psutil.Process(server.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening.laddr == ("127.0.0.1", server.port)


def test_where_its_port_is_taken_it_takes_another(state: Path) -> None:
    started = local_server.start_in_background(state)
    local_server.stop(state)
    with socket.socket() as others:
        others.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        others.bind(("127.0.0.1", started.port))
        others.listen()
        again = local_server.start_in_background(state)
    assert again.port != started.port
    assert local_server.running(state) == again


def test_a_process_that_got_its_number_is_neither_found_nor_stopped(state: Path) -> None:
    started = local_server.start_in_background(state)
    with subprocess.Popen(["sleep", "60"]) as other:
        record(state, pid=other.pid)
        assert local_server.running(state) is None
        assert local_server.stop(state) is None
        assert other.poll() is None
        other.kill()
    record(state, pid=started.pid)
    record(state, mark="another's")
    assert local_server.running(state) is None
    record(state, mark=started.mark)


@pytest.mark.parametrize("content", ["", "{", "[]", "5", '{"port": 1}', '{"port": "x", "pid": 1}'])
def test_a_broken_record_is_no_server(state: Path, content: str) -> None:
    state.mkdir()
    (state / "local-aws.json").write_text(content)
    assert local_server.running(state) is None


def test_one_that_runs_and_does_not_answer_is_ended_before_another_starts(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_server, "_END_SECONDS", 0.2)
    hung = local_server.start_in_background(state)
    os.kill(hung.pid, signal.SIGSTOP)
    again = local_server.start_in_background(state)
    assert gone(hung.pid)
    assert again.port == hung.port
    assert local_server.running(state) == again


def test_one_that_does_not_come_up_says_its_last_words(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as others:
        others.bind(("127.0.0.1", 0))
        others.listen()
        taken = others.getsockname()[1]
        monkeypatch.setattr(local_server, "_free_port", lambda: taken)
        monkeypatch.setattr(Server, "answers", never)
        said = rf"^the local AWS did not start on port {taken}: .*[Pp]ort"
        with pytest.raises(Fault, match=said):
            local_server.start_in_background(state)
        with pytest.raises(Fault, match=said), local_server.temporary():
            pass


def test_one_that_never_answers_is_given_up(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_server, "_START_SECONDS", 0)
    monkeypatch.setattr(Server, "answers", never)
    with pytest.raises(Fault, match=r"did not answer on port \d+ in 0 s$"):
        local_server.start_in_background(state)


def test_where_no_port_is_free_it_is_said(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(self: object, address: object) -> None:
        del self, address
        raise OSError(98, "Address already in use")

    class Full(socket.socket):
        """A socket on a machine without free ports."""

    monkeypatch.setattr(Full, "bind", bind)
    monkeypatch.setattr(socket, "socket", Full)
    with pytest.raises(
        Fault, match=r"^no free port on 127.0.0.1 for the local AWS: .*already in use"
    ):
        local_server.start_in_background(state)


def test_a_dead_one_does_not_answer_and_says_so() -> None:
    dead = Server(port=1, pid=os.getpid(), mark="dead")
    assert not dead.answers()
    with pytest.raises(Fault, match=r"^the local AWS at http://127.0.0.1:1 does not answer: "):
        dead.reset()


def test_what_speaks_no_http_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = (
            "import socket, sys\n"
            "listener = socket.socket(fileno=int(sys.argv[1]))\n"
            "for _ in range(2):\n"
            "    with listener.accept()[0] as connection:\n"
            "        connection.recv(1000)\n"
            "        connection.sendall(b'220 not http\\r\\n')\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, str(listener.fileno())], pass_fds=[listener.fileno()]
        ) as other:
            stranger = Server(port=port, pid=other.pid, mark="other")
            assert not stranger.answers()
            with pytest.raises(Fault, match="does not answer"):
                stranger.reset()


def test_a_proxy_is_never_asked_for_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)
    assert server.answers()


def test_calls_are_judged_while_it_enforces_iam_and_never_else(
    server: Server, clients: Clients
) -> None:
    clients.iam.create_role(RoleName="lister", AssumeRolePolicyDocument=TRUST)
    clients.iam.put_role_policy(
        RoleName="lister",
        PolicyName="read",
        PolicyDocument=allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/ours"),
    )
    for name in ("ours", "theirs"):
        clients.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    credentials = clients.sts.assume_role(
        RoleArn="arn:aws:iam::123456789012:role/lister", RoleSessionName="test"
    )["Credentials"]
    session = Clients(
        endpoint=server.endpoint,
        region=REGION,
        access_key=credentials["AccessKeyId"],
        secret_key=credentials["SecretAccessKey"],
        token=credentials["SessionToken"],
    )
    key = {"id": {"S": "x"}}
    with server.enforcing_iam():
        session.dynamodb.get_item(TableName="ours", Key=key)
        with pytest.raises(ClientError, match="AccessDenied"):
            session.dynamodb.get_item(TableName="theirs", Key=key)
    session.dynamodb.get_item(TableName="theirs", Key=key)


def test_enforcement_ends_where_a_call_fails(server: Server, clients: Clients) -> None:
    with pytest.raises(RuntimeError, match="inside"), server.enforcing_iam():
        raise RuntimeError("inside")
    assert clients.iam.list_roles()["Roles"] == []


def test_a_reset_forgets_all() -> None:
    with local_server.temporary() as fresh:
        clients = Clients(endpoint=fresh.endpoint, region=REGION)
        clients.iam.create_role(RoleName="made", AssumeRolePolicyDocument=TRUST)
        fresh.reset()
        assert clients.iam.list_roles()["Roles"] == []
    assert gone(fresh.pid)


PARENT = """
import json, sys, time
from dataclasses import asdict
from local_aws import server
with server.temporary() as found:
    print(json.dumps(asdict(found)), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_temporary_one_ends_with_its_parent(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        found = Server(**json.loads(parent.stdout.readline()))
        assert found.answers()
        os.kill(parent.pid, number)
    assert gone(found.pid)
    assert not found.answers()


class _Handler:
    region = REGION
    current_account = "123456789012"

    def __init__(self, **params: Any) -> None:
        self.params = params


@pytest.mark.parametrize(
    ("params", "resource"),
    [
        ({"TableName": "t"}, "arn:aws:dynamodb:eu-west-1:123456789012:table/t"),
        ({"ResourceArn": "arn:aws:dynamodb:r:a:table/t"}, "arn:aws:dynamodb:r:a:table/t"),
        (
            {"TableName": "t", "IndexName": "i"},
            "arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i",
        ),
        ({"RequestItems": {"t": {}}}, "arn:aws:dynamodb:eu-west-1:123456789012:table/t"),
        ({"RequestItems": {"t": {}, "u": {}}}, "*"),
        ({}, "*"),
    ],
)
def test_a_call_is_judged_by_the_table_it_names(params: dict[str, Any], resource: str) -> None:
    assert table_resource(_Handler(**params)) == resource


def test_a_server_is_what_is_written_down(server: Server) -> None:
    assert Server(**json.loads(json.dumps(asdict(server)))) == server

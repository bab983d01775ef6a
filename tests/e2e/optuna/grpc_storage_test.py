"""optuna.storages.GrpcStorageProxy, as Optuna ships it, on `ssem serve --grpc-port`: Optuna's own tests, and ours."""
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
import urllib.request

import pytest

pytest.register_assert_rewrite("optuna.testing.pytest_storages")

import grpc  # noqa: E402
import optuna  # noqa: E402
from optuna.storages import GrpcStorageProxy  # noqa: E402
from optuna.storages._grpc.auto_generated import api_pb2, api_pb2_grpc  # noqa: E402
from optuna.testing.pytest_storages import StorageTestCase  # noqa: E402
from optuna_served import url_of  # noqa: E402
from served import Served  # noqa: E402

from ssem_optuna import RestStorage  # noqa: E402

pytestmark = [pytest.mark.none_skipped, pytest.mark.filterwarnings("ignore:GrpcStorageProxy is experimental")]
COUNTS = {"4.9.0": 56, "5.0.0": 59}
LINE = re.compile(r"listening for gRPC on port (\d+)")


def grpc_port(running):
    pause = threading.Event()
    for _ in range(200):
        found = [match for line in running.lines if (match := LINE.search(line))]
        if found:
            return int(found[-1][1])
        pause.wait(0.05)
    raise TimeoutError(f"no gRPC port among {running.lines}")


def serve(storage, *flags):
    return Served("--storage", storage, *flags)


@pytest.fixture
def served(tmp_path):
    running = serve(url_of(tmp_path / "a.db"), "--grpc-port", "0").start()
    yield running
    running.kill()


class TestOnGrpc(StorageTestCase):
    @pytest.fixture
    def storage(self, served):
        return GrpcStorageProxy(host="127.0.0.1", port=grpc_port(served))

    @pytest.mark.parametrize("param_names", [["a", "b"], ["b", "a"]])
    def test_get_all_trials_params_order(self, served, storage, param_names):
        """The client reads parameters into a protobuf map, whose order is chance; the server's bytes have them in order."""
        study = storage.create_new_study(directions=[optuna.study.StudyDirection.MINIMIZE])
        trial = storage.create_new_trial(study)
        for name in param_names:
            storage.set_trial_param(trial, name, 1.0, optuna.distributions.FloatDistribution(0.0, 2.0))
        assert sorted(storage.get_all_trials(study)[0].params) == ["a", "b"]
        with grpc.insecure_channel(f"127.0.0.1:{grpc_port(served)}") as channel:
            reply = channel.unary_unary("/optuna.StorageService/GetTrial")(api_pb2.GetTrialRequest(trial_id=trial).SerializeToString())
        entry = b"\x3a\x0c\x0a\x01%b\x11" + struct.pack("<d", 1.0)  # field 7: key, value
        assert b"".join(entry % name.encode() for name in param_names) in reply


def test_all_of_optuna_s_tests_are_here(request):
    if request.config.getoption("keyword") or "::" in " ".join(request.config.args):
        return  # somebody chose some of them
    collected = [item for item in request.session.items if getattr(item, "cls", None) is TestOnGrpc]
    assert len(collected) == COUNTS[optuna.__version__]


def test_both_doors_lead_to_the_same_studies(served):
    by_grpc = optuna.create_study(study_name="shared", storage=GrpcStorageProxy(host="127.0.0.1", port=grpc_port(served)),
                                  directions=["maximize"])
    by_rest = optuna.load_study(study_name="shared", storage=RestStorage(served.url))
    by_grpc.optimize(lambda trial: trial.suggest_float("loss_weight", 0, 1), n_trials=3)
    by_rest.optimize(lambda trial: trial.suggest_float("loss_weight", 0, 1), n_trials=3)
    assert [trial.number for trial in by_grpc.trials] == list(range(6))
    assert by_grpc.best_value == by_rest.best_value
    for one, other in zip(by_grpc.trials, by_rest.trials):
        assert (one.params, one.values, one.state) == (other.params, other.values, other.state)
        assert one.datetime_start == other.datetime_start  # local time, by either door


def test_eight_clients_get_numbers_once(served):
    port = grpc_port(served)
    optuna.create_study(study_name="many", storage=GrpcStorageProxy(host="127.0.0.1", port=port))

    def work():
        study = optuna.load_study(study_name="many", storage=GrpcStorageProxy(host="127.0.0.1", port=port),
                                  sampler=optuna.samplers.RandomSampler())
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=20)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trials = optuna.load_study(study_name="many", storage=RestStorage(served.url)).trials
    assert [trial.number for trial in trials] == list(range(160))
    assert all(trial.state == optuna.trial.TrialState.COMPLETE for trial in trials)


def test_what_was_answered_survives_a_kill(tmp_path):
    running = serve(url_of(tmp_path / "a.db"), "--grpc-port", "0").start()
    study = optuna.create_study(study_name="kept", storage=GrpcStorageProxy(host="127.0.0.1", port=grpc_port(running)))
    told = []
    for value in range(10):
        trial = study.ask()
        trial.set_user_attr("value", value)
        study.tell(trial, value)
        told.append(value)
    running.kill()
    again = serve(url_of(tmp_path / "a.db"), "--grpc-port", "0").start()
    try:
        kept = optuna.load_study(study_name="kept", storage=GrpcStorageProxy(host="127.0.0.1", port=grpc_port(again)))
        assert [trial.value for trial in kept.trials] == told
        assert [trial.user_attrs["value"] for trial in kept.trials] == told
    finally:
        again.kill()


def called(served, method, request, metadata=(), channel=None):
    """The reply's fields, or the status and words of a refusal."""
    with channel or grpc.insecure_channel(f"127.0.0.1:{grpc_port(served)}") as open_channel:
        try:
            return getattr(api_pb2_grpc.StorageServiceStub(open_channel), method)(request, metadata=metadata, timeout=20)
        except grpc.RpcError as refusal:
            return refusal.code(), refusal.details()


@pytest.mark.parametrize(
    ("method", "request_of", "code", "words"),
    [
        ("CreateNewStudy", lambda _: api_pb2.CreateNewStudyRequest(study_name="none"), "INVALID_ARGUMENT", "direction"),
        ("CreateNewStudy", lambda _: api_pb2.CreateNewStudyRequest(study_name="a", directions=[0, 7]), "INVALID_ARGUMENT", "got 7"),
        ("CreateNewStudy", lambda _: api_pb2.CreateNewStudyRequest(study_name="there", directions=[0]), "ALREADY_EXISTS", "there"),
        ("DeleteStudy", lambda _: api_pb2.DeleteStudyRequest(study_id=-1), "NOT_FOUND", "-1"),
        ("GetStudyIdFromName", lambda _: api_pb2.GetStudyIdFromNameRequest(study_name="\0"), "NOT_FOUND", ""),
        ("GetTrial", lambda _: api_pb2.GetTrialRequest(trial_id=2**63 - 1), "NOT_FOUND", str(2**63 - 1)),
        ("SetTrialParameter", lambda trial: api_pb2.SetTrialParameterRequest(trial_id=trial, param_name="x", distribution="{"),
         "INVALID_ARGUMENT", ""),
        ("SetTrialUserAttribute", lambda trial: api_pb2.SetTrialUserAttributeRequest(trial_id=trial, key="k", value="not JSON"),
         "INVALID_ARGUMENT", ""),
        ("SetTrialStateValues", lambda trial: api_pb2.SetTrialStateValuesRequest(trial_id=trial, state=9), "INVALID_ARGUMENT", "got 9"),
    ],
)
def test_a_wrong_call_is_refused_in_words(served, method, request_of, code, words):
    study = called(served, "CreateNewStudy", api_pb2.CreateNewStudyRequest(study_name="there", directions=[0])).study_id
    trial = called(served, "CreateNewTrial", api_pb2.CreateNewTrialRequest(study_id=study, template_trial_is_none=True)).trial_id
    status, details = called(served, method, request_of(trial))
    assert status == grpc.StatusCode[code], details
    assert details and words in details
    kept = called(served, "GetTrial", api_pb2.GetTrialRequest(trial_id=trial)).trial
    assert (kept.state, len(kept.params), len(kept.user_attributes)) == (api_pb2.RUNNING, 0, 0)


def test_a_template_needs_a_distribution_for_each_parameter_and_times_that_are_times(served):
    study = called(served, "CreateNewStudy", api_pb2.CreateNewStudyRequest(study_name="a", directions=[0])).study_id
    for template, words in ((api_pb2.Trial(params={"x": 1.0}), '"x"'), (api_pb2.Trial(datetime_start="yesterday"), "yesterday")):
        status, details = called(served, "CreateNewTrial", api_pb2.CreateNewTrialRequest(study_id=study, template_trial=template))
        assert status == grpc.StatusCode.INVALID_ARGUMENT
        assert words in details
    assert not called(served, "GetTrials", api_pb2.GetTrialsRequest(study_id=study, trial_id_greater_than=-1)).trials


def test_bytes_that_are_no_message_do_not_end_the_server(served):
    with socket.create_connection(("127.0.0.1", grpc_port(served)), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + bytes(range(256)) * 50)
    with grpc.insecure_channel(f"127.0.0.1:{grpc_port(served)}") as channel:
        call = channel.unary_unary("/optuna.StorageService/GetTrial")
        with pytest.raises(grpc.RpcError):
            call(b"\xff" * 100, timeout=20)
        with pytest.raises(grpc.RpcError) as too_large:
            call(b"\x0a" * (9 << 20), timeout=20)
    assert too_large.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert called(served, "GetAllStudies", api_pb2.GetAllStudiesRequest()) == api_pb2.GetAllStudiesReply()


def test_keys_and_roles_hold_as_over_http(tmp_path):
    binary = os.environ["SSEM_BINARY"]
    keys, lines = {}, []
    for role in ("read", "tune"):
        made = subprocess.run([binary, "key", "new", "--name", role, "--role", role], capture_output=True, text=True, check=True)
        keys[role], line = made.stdout.splitlines()
        lines.append(line)
    file = tmp_path / "keys.txt"
    file.write_text("\n".join(lines) + "\n")
    running = serve(url_of(tmp_path / "a.db"), "--grpc-port", "0", "--api-key-file", str(file)).start()
    try:
        make = api_pb2.CreateNewStudyRequest(study_name="a", directions=[0])
        assert called(running, "CreateNewStudy", make)[0] == grpc.StatusCode.UNAUTHENTICATED
        wrong = called(running, "CreateNewStudy", make, [("authorization", "Bearer nonsense")])
        assert wrong[0] == grpc.StatusCode.UNAUTHENTICATED
        as_reader = called(running, "CreateNewStudy", make, [("x-api-key", keys["read"])])
        assert as_reader[0] == grpc.StatusCode.PERMISSION_DENIED
        study = called(running, "CreateNewStudy", make, [("authorization", f"Bearer {keys['tune']}")]).study_id
        assert called(running, "DeleteStudy", api_pb2.DeleteStudyRequest(study_id=study),
                      [("x-api-key", keys["tune"])])[0] == grpc.StatusCode.PERMISSION_DENIED
        assert any("msg=\"grpc\"" in line and "key=\"tune\"" in line and "CreateNewStudy" in line for line in running.lines)
    finally:
        running.kill()


def test_a_taken_port_is_a_sentence(served, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run([os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:", "--grpc-port", str(port)],
                              capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"cannot listen for gRPC on 127.0.0.1:{port}" in done.stderr


def test_a_program_without_the_module_says_what_is_missing(tmp_path):
    alone = shutil.copy(os.environ["SSEM_BINARY"], tmp_path / "ssem")
    done = subprocess.run([alone, "serve", "--port", "0", "--storage", "memory:", "--grpc-port", "0"], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "libssem_grpc.so" in done.stderr
    assert "libgrpc++-dev" in done.stderr


def test_an_installed_program_finds_its_module_in_lib_ssem(tmp_path):
    binary = os.environ["SSEM_BINARY"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "lib" / "ssem").mkdir(parents=True)
    installed = shutil.copy(binary, tmp_path / "bin" / "ssem")
    shutil.copy(os.path.join(os.path.dirname(binary), "libssem_grpc.so"), tmp_path / "lib" / "ssem")
    process = subprocess.Popen([installed, "serve", "--port", "0", "--storage", "memory:", "--grpc-port", "0"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        process.stdout.readline()
        assert LINE.search(process.stdout.readline())
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_the_connection_is_encrypted_where_the_server_has_a_certificate(tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   capture_output=True, check=True)
    process = subprocess.Popen([os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:", "--grpc-port", "0",
                                "--tls-cert", certificate, "--tls-key", key], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        process.stdout.readline()
        port = int(LINE.search(process.stdout.readline())[1])
        secure = grpc.secure_channel(f"localhost:{port}", grpc.ssl_channel_credentials(certificate.read_bytes()))
        assert called(None, "GetAllStudies", api_pb2.GetAllStudiesRequest(), channel=secure) == api_pb2.GetAllStudiesReply()
        plain = grpc.insecure_channel(f"127.0.0.1:{port}")
        assert called(None, "GetAllStudies", api_pb2.GetAllStudiesRequest(), channel=plain)[0] == grpc.StatusCode.UNAVAILABLE
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_stop_lets_what_is_being_answered_finish(served):
    urllib.request.urlopen(f"{served.url}/readyz").close()
    served.process.terminate()
    assert served.process.wait(20) == 0
    status, _ = called(served, "GetAllStudies", api_pb2.GetAllStudiesRequest())
    assert status == grpc.StatusCode.UNAVAILABLE

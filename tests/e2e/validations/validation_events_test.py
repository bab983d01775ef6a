"""The stream of what a validation does, with scripts in ssem-train's place."""
import threading
import time

from http_wire import ask
from validating import LIMIT_S, SLOW, VALIDATIONS, EventStream, events_of, get, start, wait_for, wait_until


def test_events_come_as_they_happen_and_are_replayed_from_any_number(serve):
    server = serve("for step in range(1, 8):\n    progress(step, 8)\n    time.sleep(0.25)\nfinish()")
    validation_id = start(server)
    live = events_of(server, validation_id)
    assert [number for number, _ in live] == list(range(1, len(live) + 1))
    assert [event["event"] for _, event in live][:2] == ["queued", "started"]
    assert [event["event"] for _, event in live][2:] == ["progress"] * (len(live) - 3) + ["finished"]
    assert len(live) >= 8
    assert live[-1][1]["report"]["verdict"] == "confirmed"
    for last in (0, 1, 4, len(live) - 1):
        assert events_of(server, validation_id, last) == live[last:]
    with EventStream(server, validation_id, len(live)) as stream:
        assert stream.response.status == 204


def test_an_event_is_named_by_its_field_wherever_that_stands_in_the_line(serve):
    line = '{"time_s": 0.5, "step": 5, "event": "progress", "total_steps": 10}'
    server = serve(f"os.write(1, b'{line}\\n'); finish()")
    validation_id = start(server)
    named = events_of(server, validation_id)  # which holds the stream's "event:" against the field
    assert [event["event"] for _, event in named] == ["queued", "started", "progress", "finished"]
    assert get(server, validation_id)["progress"]["step"] == 5
    server.kill()
    again = serve("finish()")
    assert get(again, validation_id)["progress"]["step"] == 5
    assert events_of(again, validation_id) == named


def test_a_stream_that_breaks_is_taken_up_without_a_gap(serve):
    server = serve("for step in range(1, 21):\n    progress(step, 20)\n    time.sleep(0.22)\nfinish()")
    validation_id = start(server)
    seen = []
    for _ in range(50):
        with EventStream(server, validation_id, seen[-1][0] if seen else None) as stream:
            for number, event in stream:
                seen.append((number, event))
                if event["event"] == "progress" and event["step"] % 3 == 0:
                    break  # the connection breaks
        if seen[-1][1]["event"] == "finished":
            break
    assert seen == events_of(server, validation_id)


def test_a_silent_stream_outlasts_every_deadline_of_requests(serve):
    server = serve("time.sleep(34); finish()")
    validation_id = start(server)
    with EventStream(server, validation_id) as stream:
        lines = [line.decode().strip() for line in iter(stream.response.readline, b"")]
    assert sum(line.startswith(":") for line in lines) >= 2  # heartbeats
    assert lines[-2].startswith('data: {"event":"finished"')


def test_streams_are_capped_and_the_state_can_still_be_asked(serve):
    server = serve(SLOW, "--max-streams", "3")
    validation_id = start(server)
    wait_for(server, validation_id, "running")
    streams = [EventStream(server, validation_id) for _ in range(3)]
    with EventStream(server, validation_id) as refused:
        assert refused.response.status == 503
        assert refused.response.getheader("Retry-After")
    assert get(server, validation_id)["state"] == "running"
    for stream in streams:
        stream.connection.close()

    def seat_is_free():
        with EventStream(server, validation_id) as stream:
            return stream.response.status == 200

    wait_until(seat_is_free)


def test_a_wrong_last_event_id_is_refused(serve):
    server = serve("finish()")
    validation_id = start(server)
    wait_for(server, validation_id)
    for text in ("x", "-1", "1.5", "99999999999999999999"):
        assert ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}/events", Last_Event_ID=text).status == 400
    assert ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}/events", Last_Event_ID="1000").status == 204


def test_streams_end_with_the_server(serve):
    server = serve(SLOW)
    validation_id = start(server)
    with EventStream(server, validation_id) as stream:
        numbers = iter(stream)
        next(numbers)
        rest = []
        reader = threading.Thread(target=lambda: rest.extend(numbers))
        reader.start()
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 5
        reader.join(LIMIT_S)
        assert not reader.is_alive()

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventParser, type ServerEvent } from "../../../web/src/server/event_stream.ts";

const text = 'retry: 1000\n\nid: 1\nevent: queued\ndata: {"event":"queued"}\n\n: still here\n\nid: 2\nevent: progress\ndata: {"event":"progress","loss":"a: b"}\n\n';

test("events come out whole, however the text is cut", () => {
  for (let size = 1; size < text.length; size++) {
    const parser = new EventParser();
    const events: ServerEvent[] = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
    assert.deepEqual(events.map(({ id, name }) => [id, name]), [[1, "queued"], [2, "progress"]]);
    assert.equal(events[1]?.data.loss, "a: b");
  }
});

test("an event that is not complete yet is kept back", () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push('id: 5\ndata: {"a":1}\n'), []);
  assert.equal(parser.push("\n")[0]?.id, 5);
});

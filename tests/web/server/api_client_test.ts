import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { call, download, KeyRequired, RequestRefused, ServerAway, wasAborted } from "../../../web/src/server/api_client.ts";

const realFetch = globalThis.fetch;

function answerWith(status: number, body: unknown): void {
  globalThis.fetch = () => Promise.resolve(new Response(body instanceof Blob ? body : JSON.stringify(body), { status }));
}

afterEach(() => {
  globalThis.fetch = realFetch;
});

const kRoutes: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["an answer", () => call("GET", "studies", undefined)],
  ["a file", () => download("validations/1/artifacts/report.json")],
];
const kRefusal = { error: { message: "there is no such thing", request_id: "r1", fields: [{ path: "/a", message: "is odd" }] } };

for (const [name, ask] of kRoutes) {
  test(`${name} that needs the API key asks for it`, async () => {
    answerWith(401, { error: { message: "a key is needed" } });
    await assert.rejects(ask(), KeyRequired);
  });

  test(`${name} from a server that is not there says that the server is away`, async () => {
    globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));
    await assert.rejects(ask(), ServerAway);
    answerWith(502, { error: { message: "from somebody between" } });
    await assert.rejects(ask(), ServerAway);
  });

  test(`${name} that is refused carries the server's words and fields`, async () => {
    answerWith(404, kRefusal);
    await assert.rejects(ask(), (error: unknown) => {
      assert.ok(error instanceof RequestRefused);
      assert.deepEqual([error.message, error.status, error.requestId], ["there is no such thing", 404, "r1"]);
      assert.deepEqual(error.fields, [{ path: "/a", message: "is odd" }]);
      return true;
    });
  });

  test(`${name} from a busy server is a refusal with its reason`, async () => {
    answerWith(503, { error: { message: "one at a time" } });
    await assert.rejects(ask(), (error: unknown) => error instanceof RequestRefused && error.message === "one at a time");
  });

  test(`${name} that nobody waits for any more is no fault`, async () => {
    globalThis.fetch = () => Promise.reject(new DOMException("given up", "AbortError"));
    await assert.rejects(ask(), wasAborted);
  });
}

test("a file comes as its bytes, an answer as its JSON", async () => {
  answerWith(200, new Blob([Uint8Array.of(1, 2, 255)]));
  assert.deepEqual([...new Uint8Array(await download("x"))], [1, 2, 255]);
  answerWith(200, { studies: ["é"] });
  assert.deepEqual(await call("GET", "studies", undefined), { studies: ["é"] });
});

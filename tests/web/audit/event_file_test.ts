import assert from "node:assert/strict";
import { test } from "node:test";
import { curveText } from "../../../web/src/audit/curve_file.ts";
import { isEventFile, likelyLoss, maskedCrc, readEventFile } from "../../../web/src/audit/event_file.ts";

const bytesOf = (...parts: (number[] | Uint8Array)[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const numbers = (fill: (view: DataView) => void, size: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
};
const part = (field: number, content: Uint8Array): Uint8Array => bytesOf([(field << 3) | 2, content.length], content);
const float = (value: number): Uint8Array => numbers((view) => view.setFloat32(0, value, true), 4);
const simple = (value: number): Uint8Array => bytesOf([0x15], float(value));
// A tensor of one float, as torch's add_scalar(new_style=True) and TensorFlow 2 write it.
const tensor = (value: number): Uint8Array => part(8, bytesOf([0x08, 1], part(4, float(value))));
const record = (data: Uint8Array): Uint8Array => {
  const length = numbers((view) => view.setBigUint64(0, BigInt(data.length), true), 8);
  const sum = (bytes: Uint8Array): Uint8Array => numbers((view) => view.setUint32(0, maskedCrc(bytes), true), 4);
  return bytesOf(length, sum(length), data, sum(data));
};
const event = (step: number, tag: string, value: Uint8Array): Uint8Array =>
  record(bytesOf([0x09], new Uint8Array(8), [0x10, step], part(5, part(1, bytesOf(part(1, new TextEncoder().encode(tag)), value)))));

test("the checksum is the one that RFC 3720 gives for 32 zeros, turned and added to as TFRecord does", () => {
  const known = 0x8a9136aa;
  assert.equal(maskedCrc(new Uint8Array(32)), (((known >>> 15) | (known << 17)) + 0xa282ead8) >>> 0);
});

test("scalars of both forms are curves by their tags, of each step the last", () => {
  const file = bytesOf(
    record(bytesOf([0x09], new Uint8Array(8), part(3, new TextEncoder().encode("brain.Event:2")))),
    event(2, "loss/train", simple(7.5)),
    event(1, "loss/train", tensor(8.5)),
    event(1, "lr", simple(0.5)),
    event(2, "loss/train", simple(7.25)),
  );
  assert.equal(isEventFile(file), true);
  const curves = readEventFile(file);
  assert.deepEqual(curves.map(({ name }) => name), ["loss/train", "lr"]);
  assert.deepEqual(curves[0]?.points, [[1, 8.5], [2, 7.25]]);
  assert.equal(likelyLoss(curves)?.name, "loss/train");
  assert.equal(curveText(curves[0] ?? { name: "", points: [] }), "step,loss\n1,8.5\n2,7.25");
  assert.deepEqual(readEventFile(file.subarray(0, file.length - 3))[0]?.points, [[1, 8.5], [2, 7.5]]);
});

test("two curves that speak of a loss leave the choice open", () => {
  const curves = readEventFile(bytesOf(event(1, "loss/a", simple(1)), event(1, "loss/b", simple(1))));
  assert.equal(likelyLoss(curves), null);
});

test("what is no event file, or a broken one, is told apart", () => {
  const good = event(1, "loss", simple(8));
  assert.equal(isEventFile(new TextEncoder().encode("step,loss\n1,2\n3,4\n")), false);
  assert.equal(isEventFile(new Uint8Array(3)), false);
  const flipped = good.slice();
  flipped[good.length - 6] = 1;
  assert.throws(() => readEventFile(flipped), /byte 0 has contents that their checksum/);
  assert.throws(() => readEventFile(record(bytesOf([0x2a, 0x7f]))), /no event/);
  assert.throws(() => readEventFile(record(bytesOf([0xff]))), /no event/);
  assert.throws(() => readEventFile(record(bytesOf([0x10, 1]))), /no scalar/);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUbj } from "./xgboost-ubj";

const bytes = (...parts: (string | number | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : typeof part === "number" ? Buffer.from([part]) : part)));

/** Writes as XGBoost does: int64 lengths of names, typed and counted arrays of numbers. */
function encode(value: unknown): Buffer {
  const long = (number: number): Buffer => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64BE(BigInt(number));
    return bytes("L", buffer);
  };
  if (value === null) return bytes("Z");
  if (typeof value === "boolean") return bytes(value ? "T" : "F");
  if (typeof value === "string") return bytes("S", long(Buffer.byteLength(value)), value);
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return long(value);
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleBE(value);
    return bytes("D", buffer);
  }
  if (value instanceof Float32Array) {
    const buffer = Buffer.alloc(value.length * 4);
    value.forEach((each, i) => buffer.writeFloatBE(each, i * 4));
    return bytes("[$d#", long(value.length), buffer);
  }
  if (Array.isArray(value)) return bytes("[", ...value.map(encode), "]");
  return bytes("{", ...Object.entries(value as object).flatMap(([key, each]) => [long(Buffer.byteLength(key)), key, encode(each)]), "}");
}

describe("decodeUbj", () => {
  it("gives back what was written", () => {
    const leaf = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("tree")), fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: false })),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeUbj(encode(value))).toEqual(value);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each<[string, Buffer, unknown]>([
    ["int8", bytes("i", 0xff), -1],
    ["uint8", bytes("U", 0xff), 255],
    ["int16, big-endian", bytes("I", 0x01, 0x02), 258],
    ["int32", bytes("l", 0xff, 0xff, 0xff, 0xfe), -2],
    ["int64", bytes("L", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd), -3],
    ["float32", bytes("d", 0x3f, 0xc0, 0, 0), 1.5],
    ["typed array", bytes("[$U#i", 3, 1, 2, 3), [1, 2, 3]],
    ["counted array", bytes("[#i", 2, "i", 7, "T"), [7, true]],
    ["counted object", bytes("{#i", 1, "i", 1, "a", "i", 5), { a: 5 }],
    ["no-ops", bytes("[", "N", "i", 1, "N", "]"), [1]],
  ])("reads %s", (_, input, value) => {
    expect(decodeUbj(input)).toEqual(value);
  });

  it("reads an array of float32", () => {
    expect(decodeUbj(encode(Float32Array.from([0.1, -0, 3e38])))).toEqual([Math.fround(0.1), -0, Math.fround(3e38)]);
  });

  it("keeps hostile keys as plain keys", () => {
    const value = decodeUbj(encode(JSON.parse('{"__proto__":{"polluted":true}}')));
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("refuses each cut of a file, and never hangs on noise", () => {
    const whole = encode({ learner: { names: ["a", "b"], values: Float32Array.from([1, 2, 3]), n: 7 }, version: [1, 7, 4] });
    for (let length = 0; length < whole.length; length++) expect(() => decodeUbj(whole.subarray(0, length))).toThrow(/truncated|not-ubjson/);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          decodeUbj(noise);
        } catch (error) {
          expect(String(error)).toMatch(/truncated|not-ubjson/);
        }
      }),
      { seed: 2, numRuns: 3_000 },
    );
  });

  it.each<[string, Buffer]>([
    ["a count beyond the file", bytes("[$d#L", 0, 0, 0, 1, 0, 0, 0, 0)],
    ["constants without bytes", bytes("[$T#l", 0x7f, 0xff, 0xff, 0xff)],
    ["a negative length", bytes("S", "i", 0xff)],
    ["an integer beyond 2^53", bytes("L", 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ["nesting without end", bytes("[".repeat(200))],
    ["bytes behind the document", bytes("i", 1, "i", 1)],
    ["text that is not UTF-8", bytes("S", "i", 1, 0xff)],
  ])("refuses %s", (_, input) => {
    expect(() => decodeUbj(input)).toThrow(/truncated|not-ubjson/);
  });
});

import { ModelError } from "./model-error";

/**
 * Universal Binary JSON as XGBoost writes it: big-endian, with typed and counted arrays. Source: UBJSON draft 12.
 * Integers beyond 2^53 are refused: no field of a model is that large, and a rounded one would be a wrong one.
 */
export function decodeUbj(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder("utf-8", { fatal: true });
  let at = 0;
  let depth = 0;

  const need = (count: number): void => {
    if (count < 0 || at + count > bytes.length) throw new ModelError("truncated", `the binary file ends within a value at byte ${at}`);
  };
  const advance = <T>(count: number, read: (offset: number) => T): T => {
    need(count);
    const value = read(at);
    at += count;
    return value;
  };
  const marker = (): string => {
    let found = "N";
    while (found === "N") found = String.fromCharCode(advance(1, (offset) => view.getUint8(offset)));
    return found;
  };
  const scalar = (type: string): unknown => {
    switch (type) {
      case "Z": return null;
      case "T": return true;
      case "F": return false;
      case "i": return advance(1, (offset) => view.getInt8(offset));
      case "U": return advance(1, (offset) => view.getUint8(offset));
      case "I": return advance(2, (offset) => view.getInt16(offset));
      case "l": return advance(4, (offset) => view.getInt32(offset));
      case "L": return advance(8, (offset) => safe(view.getBigInt64(offset)));
      case "d": return advance(4, (offset) => view.getFloat32(offset));
      case "D": return advance(8, (offset) => view.getFloat64(offset));
      case "C": return String.fromCharCode(advance(1, (offset) => view.getUint8(offset)));
      case "S":
      case "H": return string();
      case "[": return array();
      case "{": return object();
      default: throw new ModelError("not-ubjson", `unknown marker at byte ${at - 1}`);
    }
  };
  const safe = (value: bigint): number => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new ModelError("not-ubjson", `integer out of range at byte ${at}`);
    return number;
  };
  const count = (): number => {
    const value = scalar(marker());
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw new ModelError("not-ubjson", `bad length at byte ${at}`);
    return value;
  };
  const string = (): string => {
    const length = count();
    need(length);
    const start = at;
    at += length;
    try {
      return text.decode(bytes.subarray(start, at));
    } catch {
      throw new ModelError("not-ubjson", `text at byte ${start} is not UTF-8`);
    }
  };
  /** Optional `$type` and `#count` behind an opening bracket. */
  const header = (): { type: string | null; length: number | null } => {
    let type: string | null = null;
    if (bytes[at] === 0x24) {
      at++;
      type = marker();
    }
    if (bytes[at] !== 0x23) {
      if (type !== null) throw new ModelError("not-ubjson", `a typed container without a count at byte ${at}`);
      return { type, length: null };
    }
    at++;
    return { type, length: count() };
  };
  const nested = <T>(read: () => T): T => {
    if (++depth > 64) throw new ModelError("not-ubjson", "nested too deeply");
    const value = read();
    depth--;
    return value;
  };
  const array = (): unknown[] =>
    nested(() => {
      const { type, length } = header();
      const values: unknown[] = [];
      if (length === null) {
        for (let next = marker(); next !== "]"; next = marker()) values.push(scalar(next));
        return values;
      }
      // Elements without bytes would let a few bytes ask for any amount of memory.
      if (type === "Z" || type === "T" || type === "F") throw new ModelError("not-ubjson", `an array of constants at byte ${at}`);
      need(length);
      for (let i = 0; i < length; i++) values.push(scalar(type ?? marker()));
      return values;
    });
  const object = (): Record<string, unknown> =>
    nested(() => {
      const { type, length } = header();
      const values = Object.create(null) as Record<string, unknown>;
      if (length !== null) {
        for (let i = 0; i < length; i++) {
          const key = string();
          values[key] = scalar(type ?? marker());
        }
        return values;
      }
      while (bytes[at] !== 0x7d) {
        need(1);
        const key = string();
        values[key] = scalar(marker());
      }
      at++;
      return values;
    });

  const document = scalar(marker());
  if (at !== bytes.length) throw new ModelError("not-ubjson", `${bytes.length - at} bytes follow the model`);
  return document;
}

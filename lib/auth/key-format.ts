/** `dml_<env>_<8 character id>_<32 base-62 characters>`: the id finds the row, the secret is only known as its SHA-256. */
const pattern = /^dml_([a-z]{2,8})_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})$/;

export function parseKey(text: string): { id: string; secret: string } | null {
  const found = pattern.exec(text);
  return found ? { id: found[2]!, secret: found[3]! } : null;
}

export function formatKey(environment: string, id: string, secret: string): string {
  return `dml_${environment}_${id}_${secret}`;
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Uniform base-62 text from random bytes; bytes of 248 and above are left out, so that no letter is likelier. */
export function base62(bytes: Iterable<number>, length: number): string {
  let text = "";
  for (const byte of bytes) {
    if (byte >= 248) continue;
    text += alphabet[byte % 62]!;
    if (text.length === length) return text;
  }
  throw new RangeError("not enough random bytes");
}

/** sfc32 (Chris Doty-Humphrey, PractRand): uniform on [0, 1) with 32 bits, one independent stream per seed. */
export function seededRandom(seed: number): () => number {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9 ^ seed, 0x243f6a88 | 0, 1];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Standard normal by Box and Muller, one value per call. */
export function normalDraw(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

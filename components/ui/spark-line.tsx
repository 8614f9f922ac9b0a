/** A line without axes; gaps stay gaps. Decoration beside its number, so hidden from screen readers. */
export function SparkLine({ points, limit = null }: { points: readonly (number | null)[]; limit?: number | null }) {
  const known = points.filter((point) => point !== null);
  if (known.length < 2) return <svg aria-hidden viewBox="0 0 100 24" className="h-6 w-full" />;
  const values = limit === null ? known : [...known, limit];
  const low = Math.min(...values);
  const spread = Math.max(...values) - low || 1;
  const y = (value: number): number => 22 - ((value - low) / spread) * 20;
  const x = (index: number): number => (index / Math.max(1, points.length - 1)) * 100;
  const path = points
    .map((point, index) => (point === null ? "" : `${(points[index - 1] ?? null) === null ? "M" : "L"}${x(index).toFixed(1)} ${y(point).toFixed(1)}`))
    .join("");
  return (
    <svg aria-hidden viewBox="0 0 100 24" preserveAspectRatio="none" className="h-6 w-full overflow-visible">
      {limit === null ? null : <line x1="0" x2="100" y1={y(limit)} y2={y(limit)} vectorEffect="non-scaling-stroke" strokeDasharray="3 3" className="stroke-high" />}
      <path d={path} fill="none" vectorEffect="non-scaling-stroke" strokeWidth="1.5" className="stroke-accent" />
    </svg>
  );
}

"use client";

import { useFormats } from "../time/formats";

/** A figure with its 95 % interval: 0,91 [0,89; 0,93]. */
export function IntervalMark({ value, low, high }: { value: number; low: number | null; high: number | null }) {
  const { number } = useFormats();
  return (
    <span className="whitespace-nowrap">
      <strong>{number(value, 3)}</strong>
      {low === null || high === null ? null : (
        <span className="text-second">
          {" "}
          [{number(low, 3)}; {number(high, 3)}]
        </span>
      )}
    </span>
  );
}

/** The final shape in grey, after 150 ms; quick answers never show it. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden className={`animate-late rounded-control bg-line/60 ${className}`} />;
}

export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div className="flex flex-col gap-2 p-3">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className="h-5" />
      ))}
    </div>
  );
}

import type { ReactNode } from "react";

export function PageTitle({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <h1 className="text-title font-semibold">{title}</h1>
      {children}
    </div>
  );
}

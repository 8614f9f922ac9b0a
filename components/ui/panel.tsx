"use client";

import { AlertTriangle, Clock, Lock, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";
import { Age } from "../time/age";
import { useNow } from "../time/now";
import { Button } from "./button";
import { useProblem } from "./problem";
import { SkeletonRows } from "./skeleton";

/** What a panel needs of a query; useQuery's result fits. */
export type Read<T> = { data: T | undefined; error: Error | null; isPending: boolean; isFetching: boolean; dataUpdatedAt: number; errorUpdatedAt: number; refetch: () => unknown };

/**
 * A titled area over one read, in every state it can have: waiting, refreshing, old, empty, failed with the last value kept
 * under the reason, not allowed. A failure stays inside its panel.
 */
export function Panel<T>({ title, read, actions, everyMs, skeleton, empty, children, level = 2, flush = false }: {
  title: ReactNode;
  read: Read<T>;
  actions?: ReactNode;
  /** Expected time between refreshes; three times that without one is old. Null: it does not age. */
  everyMs: number | null;
  skeleton?: ReactNode;
  /** What to say when there is nothing; null when there is something. */
  empty?: (data: T) => ReactNode;
  children: (data: T) => ReactNode;
  level?: 2 | 3;
  /** Without inner spacing, for tables. */
  flush?: boolean;
}) {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  const nothing = read.data === undefined ? null : (empty?.(read.data) ?? null);
  return (
    <section aria-labelledby={id} aria-busy={read.isPending} className="relative flex min-w-0 flex-col overflow-hidden rounded-panel border border-line bg-panel">
      {read.isFetching && !read.isPending ? <span aria-hidden className="absolute top-0 left-0 h-0.5 w-1/4 animate-bar bg-accent" /> : null}
      <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 px-3 py-1.5">
        <Heading id={id} className="text-heading font-semibold">
          {title}
        </Heading>
        <div className="flex items-center gap-2">
          {/* 0: the data of another question, shown until this one is answered. */}
          {read.data !== undefined && read.dataUpdatedAt > 0 && everyMs !== null ? <Freshness updatedAt={read.dataUpdatedAt} everyMs={everyMs} /> : null}
          {actions}
        </div>
      </header>
      {read.error ? <Failure error={read.error} since={read.errorUpdatedAt} retry={() => void read.refetch()} /> : null}
      {read.data === undefined ? (read.isPending ? (skeleton ?? <SkeletonRows />) : null) : <div className={flush ? "min-w-0" : "min-w-0 px-3 pb-3"}>{nothing ?? children(read.data)}</div>}
    </section>
  );
}

function Freshness({ updatedAt, everyMs }: { updatedAt: number; everyMs: number }) {
  const t = useTranslations("ui");
  const now = useNow(5_000);
  if (now === 0 || now - updatedAt < 3 * everyMs) return null;
  return (
    <span className="inline-flex items-center gap-1 text-label text-high">
      <Clock aria-hidden size={12} />
      <span className="sr-only">{t("old")}</span>
      <Age at={updatedAt} />
    </span>
  );
}

function Failure({ error, since, retry }: { error: Error; since: number; retry: () => void }) {
  const t = useTranslations("ui");
  const problem = useProblem(error);
  const Icon = problem.forbidden ? Lock : AlertTriangle;
  return (
    <div role="alert" className="mx-3 mb-3 flex flex-wrap items-start gap-x-3 gap-y-2 rounded-control border border-high px-3 py-2">
      <Icon aria-hidden size={16} className="mt-0.5 shrink-0 text-high" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{problem.words}</p>
        {problem.forbidden ? null : (
          <p className="text-label text-second">
            {t("since")} <Age at={since} />
            {problem.requestId === null ? null : (
              <>
                {" · "}
                <span className="font-mono break-all select-all">{problem.requestId}</span>
              </>
            )}
          </p>
        )}
      </div>
      {problem.forbidden ? null : (
        <Button onClick={retry}>
          <RotateCw aria-hidden size={14} />
          {t("retry")}
        </Button>
      )}
    </div>
  );
}

/** Calm words where there is nothing: why, and what to do about it. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col gap-2 px-3 py-6 text-center">
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="text-second">{children}</div>}
    </div>
  );
}

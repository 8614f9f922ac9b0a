"use client";

import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { CheckCircle2, CircleDashed, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { readiness } from "./queries";
import type { StatusWords } from "./words";

/** Whether predictions can be answered now, refreshed every 15 s. Says when it does not know. */
export function Readiness({ words }: { words: StatusWords }) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <State words={words} />
    </QueryClientProvider>
  );
}

function State({ words }: { words: StatusWords }) {
  const { data, error, isPending } = useQuery(readiness);
  if (isPending) return <Line icon={<CircleDashed aria-hidden />} tone="var(--text-second)" text={words.loading} />;
  if (error) return <Line icon={<CircleDashed aria-hidden />} tone="var(--text-second)" text={words.unknown} />;
  if (!data.ready) return <Line icon={<TriangleAlert aria-hidden />} tone="var(--high)" text={words.notReady} detail={data.output} />;
  if (data.output !== null) return <Line icon={<TriangleAlert aria-hidden />} tone="var(--high)" text={words.warning} detail={data.output} />;
  return <Line icon={<CheckCircle2 aria-hidden />} tone="var(--normal)" text={words.ready} detail={`${words.model} ${data.model ?? ""}`} />;
}

function Line({ icon, tone, text, detail }: { icon: ReactNode; tone: string; text: string; detail?: string | null }) {
  return (
    <p role="status" className="flex items-center gap-3 text-base font-semibold" style={{ color: tone }}>
      {icon}
      <span>{text}</span>
      {detail ? <span className="font-normal text-(--text-second)">{detail}</span> : null}
    </p>
  );
}

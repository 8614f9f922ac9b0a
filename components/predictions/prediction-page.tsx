"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "../ui/panel";
import { PredictionDetails } from "./details";
import { predictionQuery } from "./queries";

export function PredictionPage({ id }: { id: string }) {
  const read = useQuery(predictionQuery(id));
  return (
    <div className="max-w-3xl">
      <Panel title={<span className="font-mono text-body break-all">{id}</span>} read={read} everyMs={null}>
        {(data) => <PredictionDetails detail={data} />}
      </Panel>
    </div>
  );
}

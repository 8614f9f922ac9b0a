"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "../ui/panel";
import { PredictionDetails } from "./details";
import { predictionQuery } from "./queries";

export function PredictionPage({ id }: { id: string }) {
  const read = useQuery(predictionQuery(id));
  return (
    <div className="max-w-3xl xl:max-w-none">
      <Panel title={<span className="font-mono text-body break-all">{id}</span>} read={read} everyMs={null}>
        {(data) => (
          <div className="xl:columns-2 xl:gap-8 [&>section]:break-inside-avoid">
            <PredictionDetails detail={data} />
          </div>
        )}
      </Panel>
    </div>
  );
}

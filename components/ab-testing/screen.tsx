"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { Comparison } from "./comparison";
import { Evidence } from "./evidence";
import { TestHealth } from "./health";
import { History } from "./history";
import { Ramp } from "./ramp";
import { StrategyPanel } from "./strategy";
import { Summary } from "./summary";
import { Verdict } from "./verdict";
import { Why } from "./why";

/** Verdict first, then what it rests on, then what can be changed. The open drawer is part of the address. */
export function AbTesting() {
  const [selected, setSelected] = useQueryState("sel", parseAsStringLiteral(["why"]).withOptions({ history: "push" }));
  const [opened, setOpened] = useState(false);
  const open = selected === "why";
  return (
    <div className="flex gap-4">
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <Summary />
        <Verdict
          whyOpen={open}
          onWhy={() => {
            setOpened(true);
            void setSelected(open ? null : "why");
          }}
        />
        <div className={`grid items-start gap-4 ${open ? "" : "xl:grid-cols-2"}`}>
          <Comparison />
          <div className="flex min-w-0 flex-col gap-4">
            <Evidence />
            <TestHealth />
          </div>
        </div>
        <Ramp />
        <StrategyPanel />
        <History />
      </div>
      {open ? <Why focus={opened} onClose={() => void setSelected(null)} /> : null}
    </div>
  );
}

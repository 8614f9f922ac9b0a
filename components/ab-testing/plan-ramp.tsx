"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RampOut } from "@/lib/ab-testing/contract";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { SimpleTable } from "../ui/simple-table";
import { useRampAction } from "./actions";
import { daysOf, readStart, readSteps } from "./to-ramp";
import { useRefusalWords, useSpan } from "./words";

/** Steps, times and counts, with how long each step takes at the present rate, before anything starts. */
export function PlanRamp({ ramp, rate, onClose }: { ramp: RampOut | null; rate: number | null; onClose: () => void }) {
  const t = useTranslations("abTesting");
  const ui = useTranslations("ui");
  const { share, count, timeZone, zoneName } = useFormats();
  const now = useNow(30_000);
  const span = useSpan();
  const refused = useRefusalWords();
  const action = useRampAction();
  const [steps, setSteps] = useState("1  5  10  25  50  100");
  const [minutes, setMinutes] = useState("30");
  const [decisions, setDecisions] = useState("200");
  const [approval, setApproval] = useState(true);
  const [reason, setReason] = useState("");
  const [start, setStart] = useState("");
  const startMs = readStart(start, timeZone);
  const past = startMs !== null && startMs <= now ? t("startPast") : null;
  const shares = readSteps(steps);
  const needsReason = ramp?.status === "rolled_back";
  const wrong = shares === null ? t("stepsWrong") : null;
  const send = (act: "start" | "plan"): void => {
    if (shares === null || action.isPending || (needsReason && reason.trim() === "")) return;
    action.mutate(
      { act, version: ramp?.version, reason: reason.trim(), steps: shares.map((each, index) => ({ share: each, hold_minutes: Number(minutes), min_phase2: Number(decisions), approval: approval && index > 0 && index === shares.length - 1 })), scheduledAt: startMs === null ? null : new Date(startMs).toISOString() },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} title={t("planRamp")} description={t("planHint")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (past === null) send(startMs === null ? "start" : "plan");
        }}
      >
        <Field label={t("stepsField")} hint={t("stepsHint")} error={wrong}>
          {(field) => <input {...field} autoComplete="off" value={steps} onChange={(event) => setSteps(event.target.value)} />}
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("holdField")}>{(field) => <input {...field} type="number" required min={0} max={86_400} step={1} value={minutes} onChange={(event) => setMinutes(event.target.value)} />}</Field>
          <Field label={t("decisionsField")}>{(field) => <input {...field} type="number" required min={0} max={1_000_000} step={1} value={decisions} onChange={(event) => setDecisions(event.target.value)} />}</Field>
        </div>
        <label className="inline-flex min-h-6 items-center gap-2">
          <input type="checkbox" className="size-4 accent-(--accent)" checked={approval} onChange={(event) => setApproval(event.target.checked)} />
          {t("approvalField")}
        </label>
        <Field label={t("startField", { zone: zoneName(now) })} hint={t("startHint")} error={past}>
          {(field) => <input {...field} type="datetime-local" value={start} onChange={(event) => setStart(event.target.value)} />}
        </Field>
        <Field label={needsReason ? t("reasonNeeded") : t("reason")}>{(field) => <input {...field} required={needsReason} maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
        {shares === null ? null : (
          <>
            <p className="text-second">{rate === null ? t("noRate") : t("atRate", { count: count(rate) })}</p>
            <SimpleTable
              caption={t("steps")}
              head={[t("step"), t("takes")]}
              rows={shares.map((each) => {
                const days = daysOf(Number(decisions), each, rate);
                return { key: String(each), cells: [share(each), days === null ? t("unknownSpan") : span(Math.max(days, Number(minutes) / 1_440))] };
              })}
            />
          </>
        )}
        {action.error ? (
          <p role="alert" className="font-medium text-critical">
            {refused(action.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" blocked={wrong ?? past}>
            {startMs === null ? t("startNow") : t("schedule")}
          </Button>
          {startMs === null ? (
            <Button blocked={wrong} onClick={() => send("plan")}>
              {t("savePlan")}
            </Button>
          ) : null}
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

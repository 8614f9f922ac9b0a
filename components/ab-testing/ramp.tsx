"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, Circle, CircleDot, Lock, Pause, Play, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RampOut } from "@/lib/ab-testing/contract";
import { isMetric } from "@/lib/ab-testing/metric-rules";
import { useBlocked } from "../frame/me";
import { useUndoToast } from "../frame/undo";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Nothing, Panel } from "../ui/panel";
import { StateIcon, type State } from "../ui/state-icon";
import { usePause, useRampAction, type RampAct } from "./actions";
import { PlanRamp } from "./plan-ramp";
import { rampQuery, statusQuery } from "./queries";
import { toRamp, type RampView } from "./to-ramp";
import { useSpan } from "./words";

const shapes: Record<RampOut["status"], State> = { draft: "unknown", scheduled: "info", running: "normal", held: "high", completed: "normal", rolled_back: "critical", aborted: "unknown" };
/** What is drawn while an action is under way. */
const wanted: Partial<Record<RampAct, RampOut["status"]>> = { hold: "held", resume: "running", start: "running", rollback: "rolled_back" };

/** Phase 2 by steps: each has to pass before the next, and a failing model is withdrawn without anybody. */
export function Ramp() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(rampQuery(every));
  const status = useQuery(statusQuery(every)).data;
  const [planning, setPlanning] = useState(false);
  const cannot = useBlocked("operator");
  const ramp = read.data?.ramp ?? null;
  const rate = status && status.total_tests_24h > 0 ? status.total_tests_24h : null;
  const live = ramp?.status === "running" || ramp?.status === "held";
  const plan = (
    <Button blocked={cannot} onClick={() => setPlanning(true)}>
      {t("planRamp")}
    </Button>
  );
  return (
    <>
      <Panel
        title={t("ramp")}
        read={read}
        everyMs={every === false ? null : every}
        actions={read.data && !live ? plan : null}
        empty={(data) =>
          data.ramp !== null ? null : (
            <Nothing title={t("noRamp")}>
              <p>{t("noRampHint")}</p>
            </Nothing>
          )
        }
      >
        {(data) => (data.ramp === null ? null : <Shown ramp={data.ramp} rate={rate} cannot={cannot} />)}
      </Panel>
      {planning ? <PlanRamp ramp={ramp} rate={rate} onClose={() => setPlanning(false)} /> : null}
    </>
  );
}

function Shown({ ramp, rate, cannot }: { ramp: RampOut; rate: number | null; cannot: string | null }) {
  const t = useTranslations("abTesting");
  const { instant } = useFormats();
  const now = useNow(5_000);
  const action = useRampAction();
  const { pause, isPending: pausing } = usePause();
  const undoable = useUndoToast();
  const [withdrawing, setWithdrawing] = useState(false);
  const view = toRamp(ramp, rate, now);
  const shown = pausing ? "held" : ((action.isPending ? wanted[action.variables.act] : undefined) ?? ramp.status);
  const blocked = cannot ?? (action.isPending || pausing ? t("working") : null);
  const { may } = view;
  const { version } = ramp;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="flex flex-wrap items-center gap-2">
        <StateIcon state={shapes[shown]} />
        <strong>{t(`status.${shown}`)}</strong>
        {ramp.hold_reason !== null && shown === "held" ? <span>{t(`holds.${ramp.hold_reason as "person"}`)}</span> : null}
        {ramp.scheduled_at !== null && ramp.status === "scheduled" ? <span>{instant(ramp.scheduled_at)}</span> : null}
        {view.locked && ramp.locked_until !== null ? (
          <span className="inline-flex items-center gap-1 text-second">
            <Lock aria-hidden size={14} />
            {t("lockedUntil", { at: instant(ramp.locked_until) })}
          </span>
        ) : null}
      </p>
      <Steps view={view} />
      {view.waits ? <Waits view={view} /> : null}
      {view.live ? <Signals signals={ramp.signals} /> : null}
      <p className="text-second">{t("promise")}</p>
      <div className="flex flex-wrap gap-2">
        {may.start ? (
          <Button tone="primary" blocked={blocked ?? (ramp.status === "rolled_back" ? t("restartInPlan") : null)} onClick={() => action.mutate({ act: "start", version })}>
            <Play aria-hidden size={14} />
            {t("start")}
          </Button>
        ) : null}
        {view.live ? (
          <>
            {shown === "held" ? (
              <Button blocked={blocked} onClick={() => action.mutate({ act: "resume", version }, { onSuccess: () => undoable(t("resumeDone"), () => action.mutate({ act: "hold", reason: t("reasonUndo") })) })}>
                <Play aria-hidden size={14} />
                {t("resume")}
              </Button>
            ) : (
              <Button blocked={blocked} onClick={() => pause(ramp)}>
                <Pause aria-hidden size={14} />
                {t("hold")}
              </Button>
            )}
            <Button blocked={blocked ?? (may.approve ? null : ramp.approved ? t("approvedAlready") : t("nothingToApprove"))} onClick={() => action.mutate({ act: "approve", version })}>
              <Check aria-hidden size={14} />
              {t("approve")}
            </Button>
          </>
        ) : null}
        {may.rollback ? (
          <Button tone="danger" blocked={blocked} onClick={() => setWithdrawing(true)}>
            <Undo2 aria-hidden size={14} />
            {t("rollback")}
          </Button>
        ) : null}
      </div>
      {withdrawing ? (
        <Withdraw
          onClose={() => setWithdrawing(false)}
          onWithdraw={(reason) => {
            setWithdrawing(false);
            action.mutate({ act: "rollback", version, reason });
          }}
        />
      ) : null}
    </div>
  );
}

function Steps({ view }: { view: RampView }) {
  const t = useTranslations("abTesting");
  const { share, count } = useFormats();
  const icons = { done: Check, current: CircleDot, coming: Circle } as const;
  return (
    <ol aria-label={t("steps")} className="flex flex-wrap gap-x-1 gap-y-2">
      {view.steps.map((step) => {
        const Icon = icons[step.state];
        return (
          <li
            key={step.share}
            aria-current={step.state === "current" ? "step" : undefined}
            title={t("stepNeeds", { minutes: count(step.holdMinutes), decisions: count(step.minPhase2) })}
            className="flex min-w-20 flex-1 flex-col gap-1 border-t-4 border-line pt-1.5 aria-[current]:border-series-2 data-[state=done]:border-normal"
            data-state={step.state}
          >
            <span className={`inline-flex items-center gap-1 ${step.state === "current" ? "font-semibold" : step.state === "coming" ? "text-second" : ""}`}>
              <Icon aria-hidden size={14} className={step.state === "done" ? "text-normal" : ""} />
              {share(step.share)}
              <span className="sr-only">{t(`stepStates.${step.state}`)}</span>
            </span>
            <span className="text-label text-second">{step.approval ? t("needsApproval") : step.state === "current" ? t("now") : ""}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** What would hold the ramp without withdrawing the model; what cannot be said yet is named too. */
function Signals({ signals }: { signals: RampOut["signals"] }) {
  const t = useTranslations("abTesting");
  const name = (signal: string): string => {
    const key = `signalNames.${signal}` as "signalNames.calibration";
    return isMetric(signal) ? t(`metrics.${signal}`) : t.has(key) ? t(key) : signal;
  };
  const groups = [
    { state: "warns", label: t("signalWarns"), icon: "high" },
    { state: "quiet", label: t("signalQuiet"), icon: "normal" },
    { state: "unknown", label: t("signalUnknown"), icon: "unknown" },
  ] as const;
  const shown = groups.map((group) => ({ ...group, names: signals.filter(({ state }) => state === group.state).map((each) => name(each.name)) })).filter(({ names }) => names.length > 0);
  if (shown.length === 0) return null;
  return (
    <section aria-label={t("signals")}>
      <h3 className="font-medium">{t("signals")}</h3>
      <ul>
        {shown.map(({ state, label, icon, names }) => (
          <li key={state} className="flex items-start gap-2">
            <span className="mt-0.5">
              <StateIcon state={icon} size={14} />
            </span>
            <span>
              <span className="font-medium">{label}:</span> <span className="text-second">{names.join(", ")}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Waits({ view: { waits, endsInMs } }: { view: RampView }) {
  const t = useTranslations("abTesting");
  const { count } = useFormats();
  const span = useSpan();
  if (waits === null) return null;
  const DAY_MS = 86_400_000;
  const parts = [
    waits.decisions === null ? t("waitsUnknown") : waits.decisions > 0 ? t("waitsDecisions", { count: waits.decisions, shown: count(waits.decisions) }) : null,
    waits.leftMs > 0 ? span(waits.leftMs / DAY_MS) : null,
    waits.approval ? t("waitsApproval") : null,
  ].filter((part) => part !== null);
  return (
    <p>
      {waits.last ? t("lastStepNeeds") : t("nextStepNeeds")} {parts.length === 0 ? t("waitsNothing") : parts.join(" · ")}
      {endsInMs !== null && endsInMs > 0 ? ` · ${t("atThisRate", { span: span(endsInMs / DAY_MS) })}` : ""}
    </p>
  );
}

/** Cannot be taken back for 24 hours, so it says so before. */
function Withdraw({ onClose, onWithdraw }: { onClose: () => void; onWithdraw: (reason: string) => void }) {
  const t = useTranslations("abTesting");
  const ui = useTranslations("ui");
  const [reason, setReason] = useState("");
  return (
    <Dialog open onClose={onClose} title={t("rollbackTitle")} description={t("rollbackHint")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onWithdraw(reason.trim());
        }}
      >
        <Field label={t("reason")}>{(field) => <input {...field} maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
        <div className="flex gap-2">
          <Button type="submit" tone="danger">
            {t("rollback")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

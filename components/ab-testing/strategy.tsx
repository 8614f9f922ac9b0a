"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ConfigOut } from "@/lib/ab-testing/contract";
import type { Strategy as Chosen, StrategyName } from "@/lib/ab-testing/strategy";
import { useBlocked } from "../frame/me";
import { useUndoToast } from "../frame/undo";
import { useEvery } from "../live/live";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { StateIcon } from "../ui/state-icon";
import { useChangeConfig } from "./actions";
import { BoldChange } from "./bold-change";
import { HourStrip } from "./hour-strip";
import { configQuery, rampQuery, statusQuery } from "./queries";
import { ShareField } from "./share-field";
import { toEffect } from "./to-effect";
import { ofKind, toStrategy, toWire } from "./to-strategy";

const kinds = ["weight_based", "random_50_50", "round_robin", "time_based", "balanced_blocks", "thompson"] as const satisfies readonly StrategyName[];

/** How new dispatches are split. What a change would do is said before it is applied. */
export function StrategyPanel() {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const read = useQuery(configQuery(every));
  return (
    <Panel title={t("strategy")} read={read} everyMs={every === false ? null : every}>
      {(config) => {
        const strategy = toStrategy(config.strategy);
        return strategy === null ? <p>{config.strategy.kind}</p> : <Editor config={config} present={strategy} />;
      }}
    </Panel>
  );
}

type Draft = { version: number; strategy: Chosen };

function Editor({ config, present }: { config: ConfigOut; present: Chosen }) {
  const t = useTranslations("abTesting");
  const every = useEvery();
  const status = useQuery(statusQuery(every)).data;
  const ramp = useQuery(rampQuery(every)).data?.ramp ?? null;
  const cannot = useBlocked("operator");
  const change = useChangeConfig();
  const undoable = useUndoToast();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [asking, setAsking] = useState(false);
  const strategy = draft?.strategy ?? present;
  const edit = (next: Chosen): void => setDraft({ version: draft?.version ?? config.version, strategy: next });
  const rate = status && status.total_tests_24h > 0 ? status.total_tests_24h : null;
  const effect = toEffect(present, strategy, rate);
  const overtaken = draft !== null && draft.version !== config.version;
  const share = "phase2Share" in strategy ? strategy.phase2Share : (status?.share ?? 0.5);
  const blocked = cannot ?? (change.isPending ? t("working") : effect.unchanged ? t("nothingChanged") : overtaken ? t("overtaken") : ramp?.status === "running" && effect.risePoints > 0 ? t("rampSetsShare") : null);
  const apply = (more: { confirmation?: string; reason?: string }): void => {
    change.mutate(
      { expected_version: config.version, strategy: toWire(strategy), ...more },
      {
        onSuccess: ({ config: next }) => {
          setDraft(null);
          setAsking(false);
          undoable(t("applied"), () => change.mutate({ expected_version: next.version, undo: true, reason: t("reasonUndo"), confirmation: String(toEffect(strategy, present, null).percent) }));
        },
      },
    );
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (blocked !== null) return;
        if (effect.bold) setAsking(true);
        else apply({});
      }}
    >
      <fieldset>
        <legend className="sr-only">{t("strategy")}</legend>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
          {kinds.map((kind) => (
            <label key={kind} className="flex min-h-6 items-start gap-2 rounded-control py-1">
              <input type="radio" name="strategy" className="mt-0.5 size-4 shrink-0 accent-(--accent)" checked={strategy.kind === kind} onChange={() => edit(kind === present.kind ? present : ofKind(kind, share, config.analysis.zone ?? "UTC"))} />
              <span>
                <span className="font-medium">{t(`strategies.${kind}`)}</span>
                <span className="block text-label text-second">{t(`uses.${kind}`)}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Parameters strategy={strategy} blocked={cannot} onChange={edit} />
      {strategy.kind === "round_robin" ? (
        <p className="flex items-start gap-2">
          <StateIcon state="info" />
          <span>{t("caveats.round-robin")}</span>
        </p>
      ) : null}
      <Preview effect={effect} rate={rate} />
      {overtaken ? (
        <p role="alert" className="flex flex-wrap items-center gap-2 font-medium text-high">
          {t("overtakenBy", { by: config.changed_by })}
          <Button onClick={() => setDraft(null)}>{t("takePresent")}</Button>
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" blocked={blocked}>
          {change.isPending ? t("working") : t("apply")}
        </Button>
        {draft === null || overtaken ? null : <Button onClick={() => setDraft(null)}>{t("discard")}</Button>}
      </div>
      {asking ? <BoldChange effect={effect} pending={change.isPending} onClose={() => setAsking(false)} onConfirm={apply} /> : null}
    </form>
  );
}

function Parameters({ strategy, blocked, onChange }: { strategy: Chosen; blocked: string | null; onChange: (strategy: Chosen) => void }) {
  const t = useTranslations("abTesting");
  switch (strategy.kind) {
    case "random_50_50":
    case "balanced_blocks":
      return null;
    case "weight_based":
    case "round_robin":
      return <ShareField label={t("share")} share={strategy.phase2Share} blocked={blocked} onChange={(phase2Share) => onChange({ ...strategy, phase2Share })} />;
    case "thompson":
      return <ShareField label={t("startShare")} share={strategy.phase2Share} min={5} max={95} blocked={blocked} onChange={(phase2Share) => onChange({ ...strategy, phase2Share })} />;
    case "time_based":
      return (
        <div className="flex flex-col gap-3">
          <HourStrip strategy={strategy} />
          <div className="grid gap-3 sm:grid-cols-2">
            <ShareField label={t("peakShare")} share={strategy.peakShare} blocked={blocked} onChange={(peakShare) => onChange({ ...strategy, peakShare })} />
            <ShareField label={t("offPeakShare")} share={strategy.offPeakShare} blocked={blocked} onChange={(offPeakShare) => onChange({ ...strategy, offPeakShare })} />
            <HourField label={t("peakFrom")} hour={strategy.peakStartHour} last={23} blocked={blocked} onChange={(peakStartHour) => onChange({ ...strategy, peakStartHour })} />
            <HourField label={t("peakTo")} hour={strategy.peakEndHour} last={24} blocked={blocked} onChange={(peakEndHour) => onChange({ ...strategy, peakEndHour })} error={strategy.peakStartHour === strategy.peakEndHour ? t("peakEmpty") : null} />
          </div>
        </div>
      );
  }
}

function HourField({ label, hour, last, blocked, error = null, onChange }: { label: string; hour: number; last: number; blocked: string | null; error?: string | null; onChange: (hour: number) => void }) {
  return (
    <Field label={label} error={error}>
      {(field) => (
        <select {...field} value={hour} aria-disabled={blocked !== null} onChange={(event) => (blocked === null ? onChange(Number(event.target.value)) : undefined)}>
          {Array.from({ length: last + 1 }, (_, each) => (
            <option key={each} value={each}>
              {`${String(each).padStart(2, "0")}:00`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Preview({ effect, rate }: { effect: ReturnType<typeof toEffect>; rate: number | null }) {
  const t = useTranslations("abTesting");
  const { share, count, number } = useFormats();
  return (
    <p role="status" className="rounded-control border border-line bg-page px-3 py-2">
      {effect.unchanged
        ? t("effectNone", { share: share(effect.after) })
        : rate === null
          ? t("effectShare", { before: share(effect.before), after: share(effect.after) })
          : t("effect", { before: share(effect.before), after: share(effect.after), perDayBefore: count(effect.perDayBefore), perDayAfter: count(effect.perDayAfter) })}{" "}
      {effect.unchanged ? null : t("effectKept")} {effect.bold ? <strong className="text-high">{t("effectBold", { points: number(effect.risePoints, 0) })}</strong> : null}
    </p>
  );
}

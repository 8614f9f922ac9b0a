"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ModelDetail } from "@/lib/console/contract";
import { useFeatureWords, useWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Nothing, Panel, type Read } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { StateIcon } from "../ui/state-icon";
import { IntervalMark } from "./interval-mark";

type Props = { read: Read<ModelDetail> };

/** Held-out figures, each beside what simple rules reach on the same rows. */
export function MetricsPanel({ read }: Props) {
  const t = useTranslations("models");
  const figure = useWords("figure");
  const baseline = useWords("baseline");
  return (
    <Panel title={t("metrics")} read={read} everyMs={null} empty={({ manifest }) => (manifest?.metrics ? null : <Nothing title={t("noFigures")} />)}>
      {({ manifest }) => {
        const metrics = manifest?.metrics;
        if (!metrics) return null;
        const others = Object.keys(metrics.baselines);
        return (
          <>
            <p className="pb-2 text-second">
              <span lang="en">{metrics.split}</span> · {t("rows", { count: metrics.rows })}
            </p>
            <SimpleTable
              caption={t("metrics")}
              head={[t("figure"), t("interval"), ...others.map(baseline)]}
              rows={Object.entries(metrics.values).map(([name, value]) => ({
                key: name,
                cells: [
                  figure(name),
                  <IntervalMark key="value" {...value} />,
                  ...others.map((other) => {
                    const estimate = metrics.baselines[other]?.[name];
                    return estimate ? <IntervalMark key={other} {...estimate} /> : "—";
                  }),
                ],
              }))}
            />
          </>
        );
      }}
    </Panel>
  );
}

export function GatesPanel({ read }: Props) {
  const t = useTranslations("models");
  const title = useWords("gateTitle");
  const shape = { pass: "normal", fail: "critical", warn: "high", not_applicable: "unknown" } as const;
  return (
    <Panel title={t("gates")} read={read} everyMs={null} empty={({ manifest }) => (manifest && manifest.gates.length > 0 ? null : <Nothing title={t("noFigures")} />)}>
      {({ manifest }) => (
        <SimpleTable
          caption={t("gates")}
          head={[t("gate"), t("verdict"), t("detail")]}
          rows={(manifest?.gates ?? []).map((gate) => ({
            key: gate.id,
            cells: [
              <span key="title">
                <strong>{gate.id}</strong> {title(gate.id) === gate.id ? <span lang="en">{gate.title}</span> : title(gate.id)}
              </span>,
              <span key="verdict" className="inline-flex items-center gap-1.5 whitespace-nowrap">
                <StateIcon state={shape[gate.verdict]} size={14} />
                {t(gate.verdict)}
              </span>,
              <span key="detail" lang="en">
                {gate.detail}
              </span>,
            ],
          }))}
        />
      )}
    </Panel>
  );
}

export function SlicesPanel({ read }: Props) {
  const t = useTranslations("models");
  const words = useTranslations("words.slice");
  const figure = useWords("figure");
  const language = useLocale();
  const { count } = useFormats();
  return (
    <Panel title={t("slices")} read={read} everyMs={null} empty={({ manifest }) => (manifest?.metrics && manifest.metrics.slices.length > 0 ? null : <Nothing title={t("noFigures")} />)}>
      {({ manifest }) => {
        const kinds = [...new Set((manifest?.metrics?.slices ?? []).map(({ by }) => by))];
        const { compare } = new Intl.Collator(language, { numeric: true });
        const slices = (manifest?.metrics?.slices ?? []).toSorted((a, b) => kinds.indexOf(a.by) - kinds.indexOf(b.by) || compare(a.slice, b.slice));
        const name = (by: string, value: string): string => (words.has(by as "zone") ? words(by as "zone", { value }) : `${by}: ${value}`);
        const names = [...new Set(slices.flatMap((slice) => Object.keys(slice.values)))];
        return (
          <SimpleTable
            caption={t("slices")}
            head={[t("slice"), "n", ...names.map(figure)]}
            numbers={[1]}
            rows={slices.map((slice) => ({
              key: `${slice.by} ${slice.slice}`,
              cells: [<span key="slice" className="whitespace-nowrap">{name(slice.by, slice.slice)}</span>, count(slice.rows), ...names.map((name) => (slice.values[name] ? <IntervalMark key={name} {...slice.values[name]} /> : "—"))],
            }))}
          />
        );
      }}
    </Panel>
  );
}

export function FeaturesPanel({ read }: Props) {
  const t = useTranslations("models");
  const words = useFeatureWords();
  const unit = useWords("featureUnit");
  const one = useTranslations("predictions");
  const range = ({ min, max }: { min: number | null; max: number | null }): string => {
    const digits = [min, max].every((end) => end === null || Number.isInteger(end)) ? 0 : 1;
    return `${number(min, digits)} – ${number(max, digits)}`;
  };
  const { number } = useFormats();
  return (
    <Panel title={t("features")} read={read} everyMs={null}>
      {({ manifest }) => (
        <SimpleTable
          caption={t("features")}
          head={[one("feature"), t("unit"), t("when"), t("trained")]}
          rows={(manifest?.features ?? []).map((feature) => ({
            key: feature.name,
            cells: [
              <span key="name" title={feature.name}>
                {words(feature.name)}
              </span>,
              unit(feature.unit),
              t(feature.availableAt),
              range(feature.trainedRange),
            ],
          }))}
        />
      )}
    </Panel>
  );
}

export function HistoryPanel({ read }: Props) {
  const t = useTranslations("models");
  const { instant } = useFormats();
  return (
    <Panel title={t("history")} read={read} everyMs={null} empty={({ history }) => (history.length > 0 ? null : <Nothing title={t("historyNone")} />)}>
      {({ history }) => (
        <ol className="flex flex-col gap-1">
          {history.map((each) => (
            <li key={`${each.at} ${each.alias}`}>
              {instant(each.at)} · {each.by} · <strong>{each.alias}</strong> {t("wordFor", { from: each.from ?? "—", to: each.to })}
              {each.reason === null ? null : ` · ${each.reason}`}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

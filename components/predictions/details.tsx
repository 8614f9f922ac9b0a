"use client";

import { useTranslations } from "next-intl";
import type { PredictionDetail } from "@/lib/console/predictions-contract";
import { PhaseMark, SeverityMark } from "../severity/severity";
import { useFallbackWords, useFeatureWords, usePhaseReasonWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Facts, Section } from "../ui/facts";
import { SimpleTable } from "../ui/simple-table";
import { ContributionBars } from "./contribution-bars";
import { FeatureTable } from "./feature-table";
import { TryOut } from "./try-out";

/** One prediction: the answer, why this phase, what was known, what came of it, and what other inputs would give. */
export function PredictionDetails({ detail }: { detail: PredictionDetail }) {
  const t = useTranslations("predictions");
  const phase = useTranslations("phase");
  const severity = useTranslations("severity");
  const { instant, confidence, milliseconds } = useFormats();
  const { row } = detail;
  return (
    <>
      <Section title={t("answer")}>
        <Facts
          facts={[
            [t("time"), instant(row.requested_at)],
            [phase("label"), <PhaseMark key="phase" phase={row.phase} />],
            [t("model"), row.model ?? "—"],
            [t("answer"), row.prediction === null ? "—" : row.prediction === 1 ? t("optimalYes") : t("optimalNo")],
            [t("confidence"), confidence(row.confidence)],
            [t("probability"), detail.probability === null ? "—" : `${confidence(detail.probability)} · ${t("threshold")} ${confidence(detail.threshold)}`],
            [severity("label"), <SeverityMark key="severity" level={row.severity} />],
            [t("latencyLong"), milliseconds(row.latency_ms)],
          ]}
        />
      </Section>
      <Why detail={detail} />
      <Section title={t("known")}>
        <FeatureTable features={detail.features} />
        {Object.keys(detail.ignored).length === 0 ? null : <p className="text-label text-second">{t("ignored", { names: Object.keys(detail.ignored).join(", ") })}</p>}
      </Section>
      <Section title={t("contributions")}>{detail.contributions === null ? <p className="text-second">{t("contributionsNone")}</p> : <ContributionBars contributions={detail.contributions} />}</Section>
      <Other detail={detail} />
      <Outcome detail={detail} />
      <Section title={t("try")}>
        <TryOut detail={detail} />
      </Section>
      <Section title={t("trace")}>
        <Facts
          facts={[
            [t("id"), <code key="id" className="font-mono text-label break-all">{row.prediction_id}</code>],
            [t("trace"), <code key="trace" className="font-mono text-label break-all">{detail.trace_id}</code>],
            [t("client"), detail.client ?? "—"],
          ]}
        />
      </Section>
    </>
  );
}

function Why({ detail }: { detail: PredictionDetail }) {
  const t = useTranslations("predictions");
  const { share } = useFormats();
  const because = useFallbackWords();
  const chosen = usePhaseReasonWords();
  const { row } = detail;
  return (
    <Section title={t("why")}>
      <p>{row.fallback ? t("fallbackBecause", { reason: because(row.fallback_reason) }) : row.phase_reason === null ? t("whyNone") : chosen(row.phase_reason)}</p>
      {detail.arm_probability === null ? null : <p className="text-second">{t("share", { share: share(detail.arm_probability) })}</p>}
    </Section>
  );
}

function Other({ detail }: { detail: PredictionDetail }) {
  const t = useTranslations("predictions");
  const rule = useTranslations("words.rule");
  const { confidence, minutes } = useFormats();
  const other = detail.other_phase;
  return (
    <Section title={t("other")}>
      {other === null ? (
        <p className="text-second">{t("otherNone")}</p>
      ) : (
        <>
          <p className="flex flex-wrap items-center gap-2">
            <PhaseMark phase={other.phase} />
            {other.prediction === null ? null : <strong>{other.prediction === 1 ? t("optimalYes") : t("optimalNo")}</strong>}
            {other.confidence === null ? null : <span>{`${t("confidence")} ${confidence(other.confidence)}`}</span>}
            <span className="text-second">{other.phase === 1 ? rule(other.rule, { eta: minutes(other.eta_minutes), target: minutes(other.target_minutes) }) : other.value === null ? other.model : `${other.model}: ${minutes(other.value)}`}</span>
          </p>
          <p className="text-label text-second">{t("otherNow")}</p>
        </>
      )}
    </Section>
  );
}

function Outcome({ detail }: { detail: PredictionDetail }) {
  const t = useTranslations("predictions");
  const ui = useTranslations("ui");
  const feature = useFeatureWords();
  const { instant, minutes, kilometres } = useFormats();
  const status = { joined: t("statusJoined"), censored: t("statusCensored"), quarantined: t("statusQuarantined"), expired: t("statusExpired") };
  return (
    <Section title={t("result")}>
      {detail.outcome_revisions.length === 0 ? (
        <p className="text-second">{t("resultNone")}</p>
      ) : (
        <SimpleTable
          caption={t("result")}
          head={["#", t("time"), t("outcome"), feature("actual_response_time_minutes"), feature("actual_travel_distance_km"), t("optimal")]}
          numbers={[3, 4]}
          stacked
          rows={detail.outcome_revisions.map((each) => ({
            key: String(each.revision),
            cells: [each.revision, instant(each.received_at), status[each.status], minutes(each.actual_response_minutes), kilometres(each.actual_travel_distance_km), each.was_optimal === null ? "—" : each.was_optimal ? ui("yes") : ui("no")],
          }))}
        />
      )}
    </Section>
  );
}

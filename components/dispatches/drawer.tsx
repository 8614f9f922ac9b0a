"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { z } from "zod";
import type { dispatch } from "@/lib/console/contract";
import { useEvery } from "../live/live";
import { useWords } from "../severity/reason";
import { PhaseMark, SeverityMark } from "../severity/severity";
import { useFormats } from "../time/formats";
import { Badge } from "../ui/badge";
import { Drawer } from "../ui/drawer";
import { Facts, Section } from "../ui/facts";
import { Panel } from "../ui/panel";
import { SimpleTable } from "../ui/simple-table";
import { dispatchQuery } from "./queries";
import { Waiting } from "./waiting";

type Detail = z.infer<typeof dispatch.response>;

export function DispatchDrawer({ id, focus, onClose }: { id: number; focus: boolean; onClose: () => void }) {
  const t = useTranslations("dispatches");
  const every = useEvery();
  const read = useQuery(dispatchQuery(id, every));
  return (
    <Drawer label={t("call")} title={`${t("call")} ${read.data?.row.dispatch_id ?? ""}`} focusKey={focus ? String(id) : null} onClose={onClose}>
      <Panel title={t("advice")} level={3} read={read} everyMs={every === false ? null : every}>
        {(data) => <Details detail={data} />}
      </Panel>
    </Drawer>
  );
}

function Details({ detail }: { detail: Detail }) {
  const t = useTranslations("dispatches");
  const severity = useTranslations("severity");
  const { instant, minutes, kilometres, number } = useFormats();
  const emergency = useWords("emergency");
  const { row } = detail;
  return (
    <>
      <Section title={t("call")}>
        <Facts
          facts={[
            [severity("label"), <SeverityMark key="severity" level={row.severity} />],
            [t("type"), emergency(row.emergency_type)],
            [t("zone"), row.zone_code ?? "—"],
            [t("at"), instant(row.requested_at)],
            [row.state === "open" ? t("waiting") : t("state"), row.state === "open" ? <Waiting key="waiting" since={row.requested_at} targetMinutes={row.target_minutes} /> : row.state === "cancelled" ? t("cancelled") : `${t("arrived")} · ${minutes(row.actual_response_minutes)}`],
            [t("target"), minutes(row.target_minutes)],
            [t("ambulance"), `${row.ambulance_id} · ${kilometres(row.distance_km)} · ${minutes(row.eta_minutes)}`],
            [t("score"), number(row.optimization_score, 2)],
          ]}
        />
      </Section>
      <Section title={t("reasoning")}>{detail.reasoning === null ? <p className="text-second">{t("reasoningNone")}</p> : <p>{t("reasoningWords", { unit: String(row.ambulance_id), distance: kilometres(row.distance_km), eta: minutes(row.eta_minutes), free: detail.available_ambulances, people: detail.paramedic_ids.length, nurse: detail.nurse_id === null ? "no" : "yes", severity: String(row.severity) })}</p>}</Section>
      <Candidates detail={detail} />
      <Crew detail={detail} />
      <Predictions detail={detail} />
    </>
  );
}

function Candidates({ detail }: { detail: Detail }) {
  const t = useTranslations("dispatches");
  const ui = useTranslations("ui");
  const { minutes, kilometres, number } = useFormats();
  const unit = useWords("unit");
  return (
    <Section title={t("candidates")}>
      <p className="text-second">{t("freeAmbulances", { count: detail.available_ambulances })}</p>
      {detail.candidates.length === 0 ? <p className="text-second">{t("reasoningNone")}</p> : (
      <SimpleTable
        caption={t("candidates")}
        head={[t("ambulance"), t("distance"), t("eta"), t("unitType"), t("fits"), t("score")]}
        numbers={[1, 2, 5]}
        rows={detail.candidates.map((each) => ({
          key: String(each.ambulance_id),
          cells: [
            <span key="id" className="inline-flex items-center gap-1.5">
              {each.ambulance_id}
              {each.chosen ? <Badge tone="normal">{t("chosen")}</Badge> : null}
            </span>,
            kilometres(each.distance_km),
            minutes(each.eta_minutes),
            each.unit_type === null ? "—" : unit(each.unit_type),
            each.type_fits === null ? t("fitsUnknown") : each.type_fits ? ui("yes") : ui("no"),
            number(each.score, 2),
          ],
        }))}
      />
      )}
    </Section>
  );
}

function Crew({ detail }: { detail: Detail }) {
  const t = useTranslations("dispatches");
  const missing = detail.crew_shortfall.map((each) => (each === "senior" || each === "junior" || each === "nurse" ? t(each) : each));
  return (
    <Section title={t("crew")}>
      <Facts
        facts={[
          [t("paramedics"), detail.paramedic_ids.length === 0 ? t("nobody") : detail.paramedic_ids.join(", ")],
          [t("nurse"), detail.nurse_id ?? t("nobody")],
        ]}
      />
      <p>
        <Badge tone={missing.length === 0 ? "normal" : "high"}>{missing.length === 0 ? t("complete") : t("shortfall", { names: missing.join(", ") })}</Badge>
      </p>
    </Section>
  );
}

function Predictions({ detail }: { detail: Detail }) {
  const t = useTranslations("dispatches");
  const { instant, confidence } = useFormats();
  return (
    <Section title={t("predictions")}>
      {detail.predictions.length === 0 ? (
        <p className="text-second">{t("noPredictions")}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {detail.predictions.map((row) => (
            <li key={row.prediction_id}>
              <Link href={`/predictions/${encodeURIComponent(row.prediction_id)}`} className="inline-flex items-center gap-3 text-accent underline">
                {instant(row.requested_at)}
                <PhaseMark phase={row.phase} />
                {confidence(row.confidence)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

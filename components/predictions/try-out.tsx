"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { z } from "zod";
import { tryPrediction } from "@/lib/console/calls";
import type * as contract from "@/lib/console/predictions-contract";
import type { PredictionDetail } from "@/lib/console/predictions-contract";
import { call } from "@/lib/http/call";
import { useFallbackWords, useFeatureWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { useProblemWords } from "../ui/problem";
import { ContributionBars } from "./contribution-bars";

/** Either sign of the decimals, whatever the language: there are no thousands here to take one for. */
const toNumber = (text: string): number => Number(text.trim().replace(",", "."));
const isBad = (text: string): boolean => text.trim() !== "" && !Number.isFinite(toNumber(text));

/** "What if": other inputs through the same model. Nothing is recorded. */
export function TryOut({ detail }: { detail: PredictionDetail }) {
  const t = useTranslations("predictions");
  const words = useFeatureWords();
  const problem = useProblemWords();
  const [changed, setChanged] = useState<Record<string, string>>({});
  const known = detail.features.filter((feature) => feature.available_at !== "after_outcome");
  const { decimal } = useFormats();
  const wrong = Object.values(changed).some(isBad);
  const attempt = useMutation({
    mutationFn: () =>
      call(tryPrediction, {
        params: { id: detail.row.prediction_id },
        body: { features: Object.fromEntries(known.map(({ name, value }) => [name, changed[name] === undefined ? value : changed[name].trim() === "" ? null : toNumber(changed[name])])), ...(detail.row.model === null ? {} : { model: detail.row.model }) },
      }),
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong && Object.keys(changed).length > 0) attempt.mutate();
      }}
    >
      <p className="text-label text-second">{t("tryHint")}</p>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2">
        {known.map(({ name, value }) => {
          const text = changed[name] ?? (value === null ? "" : decimal(value));
          const bad = isBad(text);
          return (
            <Field key={name} label={words(name)} error={bad ? t("wrongNumber") : null}>
              {(field) => <input {...field} inputMode="decimal" autoComplete="off" value={text} onChange={(event) => setChanged({ ...changed, [name]: event.target.value })} />}
            </Field>
          );
        })}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" blocked={Object.keys(changed).length === 0 ? t("tryChoose") : wrong ? t("wrongNumber") : null}>
          {t("compute")}
        </Button>
        <Button
          tone="quiet"
          onClick={() => {
            setChanged({});
            attempt.reset();
          }}
        >
          {t("reset")}
        </Button>
      </div>
      {attempt.error ? (
        <p role="alert" className="font-medium text-critical">
          {problem(attempt.error).words}
        </p>
      ) : null}
      {attempt.data ? <TryResult detail={detail} result={attempt.data} /> : null}
    </form>
  );
}

type Result = z.output<(typeof contract.tryPrediction)["response"]>;

function TryResult({ detail, result }: { detail: PredictionDetail; result: Result }) {
  const t = useTranslations("predictions");
  const { confidence } = useFormats();
  const words = useFeatureWords();
  const because = useFallbackWords();
  return (
    <div role="status" className="flex flex-col gap-2 rounded-control border border-accent p-3">
      {result.fallback_reason === null ? null : <p>{t("fallbackBecause", { reason: because(result.fallback_reason) })}</p>}
      <p className="text-heading font-semibold">
        {result.prediction === null ? "—" : result.prediction === 1 ? t("optimalYes") : t("optimalNo")} · {t("confidence")} {confidence(result.confidence)}
        <span className="pl-2 text-body font-normal text-second">
          {t("before")} {confidence(detail.row.confidence)}
        </span>
      </p>
      {result.out_of_range.length === 0 ? null : (
        <p className="text-high">
          {t("outOfRange")}: {result.out_of_range.map(words).join(", ")}
        </p>
      )}
      {result.contributions === null ? null : <ContributionBars contributions={result.contributions} />}
    </div>
  );
}

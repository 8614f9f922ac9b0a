"use client";

import { useTranslations } from "next-intl";
import type { FeatureValue } from "@/lib/console/predictions-contract";
import { useFeatureWords } from "../severity/reason";
import { useFormats } from "../time/formats";
import { SimpleTable } from "../ui/simple-table";
import { StateIcon } from "../ui/state-icon";

/** What was known, and where each value stands among the rows the model was judged on. */
export function FeatureTable({ features }: { features: readonly FeatureValue[] }) {
  const t = useTranslations("predictions");
  const words = useFeatureWords();
  const { number } = useFormats();
  return (
    <SimpleTable
      caption={t("known")}
      head={[t("feature"), t("value"), t("percentile")]}
      numbers={[1]}
      rows={features.map((each) => ({
        key: each.name,
        cells: [
          <span key="name" title={each.name}>
            {words(each.name)}
          </span>,
          <span key="value">
            {each.value === null ? "—" : number(each.value, Number.isInteger(each.value) ? 0 : 2)}
            {each.out_of_range ? (
              <span className="inline-flex items-center gap-1 pl-1 text-label text-high">
                <StateIcon state="high" size={12} />
                {t("outOfRange")}
              </span>
            ) : null}
          </span>,
          <Percentile key="percentile" at={each.percentile} />,
        ],
      }))}
    />
  );
}

function Percentile({ at }: { at: number | null }) {
  const { number } = useFormats();
  if (at === null) return <span className="text-third">—</span>;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="relative h-1 w-16 rounded-full bg-line">
        <span className="absolute top-1/2 size-2 -translate-1/2 rounded-full bg-accent" style={{ left: `${at * 100}%` }} />
      </span>
      {number(at * 100, 0)}
    </span>
  );
}

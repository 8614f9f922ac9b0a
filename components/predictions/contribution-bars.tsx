"use client";

import { useTranslations } from "next-intl";
import type { Contributions } from "@/lib/console/predictions-contract";
import { useFeatureWords } from "../severity/reason";
import { useFormats } from "../time/formats";

/** Signed bars around a common zero, the largest first. */
export function ContributionBars({ contributions }: { contributions: Contributions }) {
  const t = useTranslations("predictions");
  const words = useFeatureWords();
  const { number, signed } = useFormats();
  const parts = contributions.parts.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const largest = Math.max(1e-9, ...parts.map((part) => Math.abs(part.amount)));
  return (
    <>
      <p className="text-label text-second">
        {t("contributionsHint")} {t("base")}: {number(contributions.base, 2)}
      </p>
      <table className="w-full table-fixed">
        <caption className="sr-only">{t("contributions")}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("feature")}</th>
            <th scope="col">{t("value")}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ feature, amount }) => (
            <tr key={feature}>
              <th scope="row" title={feature} className="w-1/2 py-0.5 pr-2 text-left font-normal">
                {words(feature)}
              </th>
              <td className="py-0.5">
                <span className="flex items-center gap-2">
                  <span aria-hidden className="relative h-3 flex-1 border-x border-transparent bg-[linear-gradient(var(--control),var(--control))] bg-[length:1px_100%] bg-center bg-no-repeat">
                    <span className={`absolute inset-y-0.5 ${amount >= 0 ? "left-1/2 bg-series-1" : "right-1/2 bg-series-2"}`} style={{ width: `${(Math.abs(amount) / largest) * 50}%` }} />
                  </span>
                  <span className="w-12 text-right">
                    {signed(amount, 2)}
                  </span>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { useRange } from "../time/use-range";
import { useRangeWords } from "./range-words";

/** On paper the bar at the top is not there: which period, and as of when. */
export function PrintHead() {
  const t = useTranslations("frame");
  const { range } = useRange();
  const words = useRangeWords();
  const { instant } = useFormats();
  const now = useNow(60_000);
  return <p className="hidden px-4 pt-4 text-label text-second print:block">{now === 0 ? null : t("printed", { range: words(range), at: instant(now) })}</p>;
}

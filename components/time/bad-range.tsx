"use client";

import { useTranslations } from "next-intl";
import { useRange } from "../time/use-range";

/** A link with a period that cannot be: said, not punished. */
export function BadRange() {
  const t = useTranslations("frame");
  const { invalid } = useRange();
  return invalid ? (
    <p role="status" className="mb-4 rounded-control border border-high px-3 py-2">
      {t("badUrl")}
    </p>
  ) : null;
}

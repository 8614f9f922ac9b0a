"use client";

import { WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useOnline } from "./online";

/** Reading goes on with what is there; changes wait. */
export function OfflineBanner() {
  const t = useTranslations("frame");
  if (useOnline()) return null;
  return (
    <p role="status" className="flex items-center gap-2 border-b border-high bg-panel px-4 py-2 font-medium text-high">
      <WifiOff aria-hidden size={16} />
      {t("offline")}
    </p>
  );
}

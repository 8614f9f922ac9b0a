"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { StateIcon } from "@/components/ui/state-icon";

/** A screen that breaks leaves the frame standing. */
export default function ScreenError({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations("ui");
  return (
    <div role="alert" className="flex flex-col items-start gap-3 rounded-panel border border-high p-4">
      <h1 className="flex items-center gap-2 text-title font-semibold">
        <StateIcon state="high" size={20} />
        {t("brokenTitle")}
      </h1>
      <p className="text-second">{t("broken")}</p>
      <Button tone="primary" onClick={reset}>
        {t("retry")}
      </Button>
    </div>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Toaster as Library, toast } from "sonner";
import { usePreferences } from "./preferences";
import { noticesAreShown } from "./toast";

export function Toaster() {
  const t = useTranslations("frame");
  const { preferences } = usePreferences();
  // The library hears only what is said after it listens, which it does before this effect.
  useEffect(() => noticesAreShown(toast), []);
  return <Library containerAriaLabel={t("notices")} position="bottom-left" theme={preferences.theme} visibleToasts={4} closeButton toastOptions={{ classNames: { toast: "!bg-page !text-ink !border-line", actionButton: "!bg-accent !text-on-accent" } }} />;
}

"use client";

import { Moon, Sun, SunMoon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Menu, MenuChoice } from "../ui/menu";
import { useLanguage } from "./language";
import { usePreferences } from "./preferences";

export function LanguageSwitch() {
  const t = useTranslations("frame");
  const { language, switchTo } = useLanguage();
  const other = language === "es" ? "en" : "es";
  return (
    <Button tone="quiet" lang={other} aria-label={t("otherLanguage")} title={t("otherLanguage")} onClick={() => switchTo(other)}>
      {other.toUpperCase()}
    </Button>
  );
}

export function ThemeMenu() {
  const t = useTranslations("theme");
  const { preferences, change } = usePreferences();
  const Icon = { system: SunMoon, light: Sun, dark: Moon }[preferences.theme];
  return (
    <Menu
      trigger={
        <Button tone="quiet" aria-label={t("label")} className="min-w-7 px-1.5">
          <Icon aria-hidden size={16} />
        </Button>
      }
    >
      <MenuChoice label={t("label")} value={preferences.theme} onChange={(theme) => change({ theme })} options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(value) }))} />
      <MenuChoice label={t("density")} value={preferences.density} onChange={(density) => change({ density })} options={(["comfortable", "compact"] as const).map((value) => ({ value, label: t(value) }))} />
    </Menu>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "../ui/dialog";
import { usePreferences } from "./preferences";
import { useRegistered } from "./shortcuts";

/** The keys that work on this page. */
export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("keys");
  const { preferences } = usePreferences();
  const seen = new Set<string>();
  const shortcuts = useRegistered().filter(({ keys }) => !seen.has(keys) && seen.add(keys)).toSorted((a, b) => a.keys.localeCompare(b.keys));
  return (
    <Dialog open={open} onClose={onClose} title={t("title")} description={preferences.keys === "off" ? t("off") : t("on")}>
      <table className="w-full">
        <caption className="sr-only">{t("title")}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("key")}</th>
            <th scope="col">{t("does")}</th>
          </tr>
        </thead>
        <tbody>
          <Row keys="Ctrl K" label={t("palette")} />
          {shortcuts.map(({ keys, label }) => (
            <Row key={keys} keys={keys} label={label} />
          ))}
          <Row keys="Esc" label={t("close")} />
        </tbody>
      </table>
    </Dialog>
  );
}

function Row({ keys, label }: { keys: string; label: string }) {
  return (
    <tr className="border-t border-line">
      <td className="w-28 py-1.5">
        {keys.split(" ").map((key) => (
          <kbd key={key} className="mr-1 rounded-control border border-control bg-panel px-1.5 py-0.5 font-mono text-label">
            {key}
          </kbd>
        ))}
      </td>
      <td className="py-1.5">{label}</td>
    </tr>
  );
}

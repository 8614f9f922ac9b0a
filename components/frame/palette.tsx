"use client";

import { Command, defaultFilter } from "cmdk";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { presets } from "@/lib/console/range";
import { useLive } from "../live/live";
import { useRange } from "../time/use-range";
import { giveHeldKeys } from "./held-keys";
import { useLanguage } from "./language";
import { usePreferences } from "./preferences";
import { useRangeWords } from "./range-words";
import { periodOf, screens } from "./screens";

const RECENT = "ml-palette-recent";
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
/** Fuzzy and blind to accents. The keywords of an entry hold its name in both languages; what is on screen counts more. */
const filter = (value: string, search: string, keywords: string[] = []): number => {
  const [shown, asked] = [plain(value), plain(search)];
  if (shown.includes(asked)) return 1;
  return Math.max(0.9 * defaultFilter(shown, asked), keywords.some((each) => plain(each).includes(asked)) ? 0.8 : 0.7 * defaultFilter(keywords.map(plain).join(" "), asked));
};

const readRecent = (): string[] => (localStorage.getItem(RECENT) ?? "").split("\n").filter((each) => each !== "");

type Entry = { id: string; label: string; find: string; run: () => void };

/** Everything by name: screens, periods, language, theme, live, a dispatch or a prediction by its number. Recent ones first. */
export function Palette({ open, onClose, onKeys }: { open: boolean; onClose: () => void; onKeys: () => void }) {
  const t = useTranslations("palette");
  const [text, setText] = useState("");
  const [recent] = useState(readRecent);
  const entries = useEntries(onKeys);
  const router = useRouter();
  const known = recent.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
  const choose = (entry: Entry): void => {
    localStorage.setItem(RECENT, [entry.id, ...recent.filter((id) => id !== entry.id)].slice(0, 5).join("\n"));
    onClose();
    entry.run();
  };
  const asked = text.trim();
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      label={t("label")}
      filter={filter}
      loop
      overlayClassName="fixed inset-0 z-40 bg-black/40"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 overflow-hidden rounded-panel border border-line bg-page shadow-xl"
    >
      <Command.Input value={text} onValueChange={setText} onFocus={(event) => giveHeldKeys(event.currentTarget, setText)} placeholder={t("placeholder")} className="w-full border-b border-line bg-transparent px-4 py-3 text-heading text-ink placeholder:text-third" />
      <Command.List className="max-h-[50vh] overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-label [&_[cmdk-group-heading]]:text-third">
        <Command.Empty className="px-2 py-4 text-second">{t("nothing")}</Command.Empty>
        {/^(?=.*\d)[\da-f-]{2,36}$/i.test(asked) ? (
          <Item
            value={`find ${asked}`}
            onSelect={() => {
              onClose();
              router.push(`/predictions?q=${encodeURIComponent(asked)}&range=30d`);
            }}
          >
            {t("find", { id: asked })}
          </Item>
        ) : null}
        {asked === "" && known.length > 0 ? (
          <Command.Group heading={t("recent")}>
            {known.map((entry) => (
              <Item key={entry.id} value={`recent ${entry.label}`} onSelect={() => choose(entry)}>
                {entry.label}
              </Item>
            ))}
          </Command.Group>
        ) : null}
        <Command.Group heading={t("all")}>
          {entries.map((entry) => (
            <Item key={entry.id} value={entry.label} keywords={[entry.find]} onSelect={() => choose(entry)}>
              {entry.label}
            </Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}

function Item({ value, keywords = [], onSelect, children }: { value: string; keywords?: string[]; onSelect: () => void; children: string }) {
  return (
    <Command.Item value={value} keywords={keywords} onSelect={onSelect} className="cursor-pointer rounded-control px-2 py-1.5 data-[selected=true]:bg-panel data-[selected=true]:outline-2 data-[selected=true]:outline-accent">
      {children}
    </Command.Item>
  );
}

function useEntries(onKeys: () => void): Entry[] {
  const t = useTranslations("palette");
  const names = useTranslations("screens");
  const find = useTranslations("find");
  const router = useRouter();
  const search = useSearchParams();
  const { setRange } = useRange();
  const words = useRangeWords();
  const { switchTo, language } = useLanguage();
  const { change } = usePreferences();
  const { toggle } = useLive();
  const period = periodOf(search);
  return [
    ...screens.map(({ key, href }) => ({ id: key, label: t("go", { screen: names(key) }), find: find(key), run: () => router.push(period ? `${href}?${period}` : href) })),
    ...presets.map((preset) => ({ id: preset, label: t("range", { range: words({ kind: "rolling", words: preset }) }), find: find("range"), run: () => setRange({ kind: "rolling", words: preset }) })),
    { id: "language", label: t("language"), find: find("language"), run: () => switchTo(language === "es" ? "en" : "es") },
    ...(["system", "light", "dark"] as const).map((theme) => ({ id: theme, label: t(theme), find: `${find("theme")} ${find(theme)}`, run: () => change({ theme }) })),
    { id: "live", label: t("live"), find: find("live"), run: toggle },
    { id: "keys", label: t("keys"), find: find("keys"), run: onKeys },
    { id: "docs", label: t("docs"), find: find("docs"), run: () => router.push("/docs") },
  ];
}

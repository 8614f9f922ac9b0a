"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useLayoutEffect, useState, type ReactNode } from "react";
import { LiveProvider } from "../live/live";
import { BadRange } from "../time/bad-range";
import { onUse } from "../ui/on-use";
import { holdKeys, takeKeys } from "./held-keys";
import { OfflineBanner } from "./offline-banner";
import { PrintHead } from "./print-head";
import { BottomBar, Rail } from "./rail";
import { periodOf, screens, type ScreenKey } from "./screens";
import { SessionDialogs } from "./session-dialogs";
import { KeyboardLayer, useShortcut } from "./shortcuts";
import { TopBar } from "./top-bar";
import { UndoKey } from "./undo";

const Palette = onUse(() => import("./palette").then((module) => module.Palette));
const KeysHelp = onUse(() => import("./keys-help").then((module) => module.KeysHelp));

export function ConsoleFrame({ children }: { children: ReactNode }) {
  const t = useTranslations("frame");
  const [over, setOver] = useState<"palette" | "keys" | null>(null);
  const close = (): void => setOver(null);
  const openPalette = (): void => {
    holdKeys(close);
    setOver("palette");
  };
  useShortcut("?", t("keys"), () => setOver("keys"));
  // The palette opens while typing too: a combination is nobody's text.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      if (over === "palette") {
        takeKeys();
        setOver(null);
      } else {
        holdKeys(() => setOver(null));
        setOver("palette");
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [over]);
  return (
    <LiveProvider>
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-page focus:px-3 focus:py-2">
        {t("skip")}
      </a>
      <div className="flex min-h-dvh">
        <Rail />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar onPalette={openPalette} onKeys={() => setOver("keys")} />
          <OfflineBanner />
          <PrintHead />
          <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[105rem] min-w-0 flex-1 p-4 outline-none max-md:pb-20">
            <BadRange />
            {children}
          </main>
        </div>
      </div>
      <BottomBar />
      <KeyboardLayer />
      <GoKeys />
      <UndoKey />
      <SessionDialogs />
      {over === "palette" ? <Palette open onClose={close} onKeys={() => setOver("keys")} /> : null}
      {over === "keys" ? <KeysHelp open onClose={close} /> : null}
    </LiveProvider>
  );
}

function GoKeys() {
  return screens.map(({ key, href, letter }) => <GoKey key={key} screen={key} href={href} letter={letter} />);
}

function GoKey({ screen, href, letter }: { screen: ScreenKey; href: string; letter: string }) {
  const t = useTranslations("frame");
  const names = useTranslations("screens");
  const router = useRouter();
  const search = useSearchParams();
  useShortcut(`g ${letter}`, t("goTo", { screen: names(screen) }), () => {
    const period = periodOf(search);
    router.push(period ? `${href}?${period}` : href);
  });
  return null;
}

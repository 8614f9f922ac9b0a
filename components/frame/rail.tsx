"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronsLeft, ChevronsRight, Ellipsis } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { rampQuery } from "../ab-testing/queries";
import { useEvery } from "../live/live";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuLink } from "../ui/menu";
import { useUsed } from "../ui/on-use";
import { usePreferences } from "./preferences";
import { screenOf, screens, type ScreenKey } from "./screens";

/** Left rail from 768 px on; below that the same list is a bar at the bottom. */
export function Rail() {
  const t = useTranslations("frame");
  const { preferences, change } = usePreferences();
  const narrow = preferences.rail === "narrow";
  return (
    <nav aria-label={t("screens")} data-screen-only className={`sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-panel md:flex ${narrow ? "w-14" : "w-52"}`}>
      <div className="flex h-12 items-center gap-2 px-4 font-semibold">
        <Mark />
        {narrow ? null : <span>{t("product")}</span>}
      </div>
      <ul className="flex flex-1 flex-col gap-0.5 p-2">
        <Links narrow={narrow} />
      </ul>
      <div className="p-2">
        <IconButton name={narrow ? t("widen") : t("narrow")} onClick={() => change({ rail: narrow ? "open" : "narrow" })}>
          {narrow ? <ChevronsRight aria-hidden size={16} /> : <ChevronsLeft aria-hidden size={16} />}
        </IconButton>
      </div>
    </nav>
  );
}

/** What waits on a screen, as a number; screens without any are missing. A ramp counts while it holds the share in its hands. */
function useCounts(): Partial<Record<ScreenKey, { count: number; words: string }>> {
  const t = useTranslations("frame");
  const status = useQuery(rampQuery(useEvery())).data?.ramp?.status;
  return status === "running" || status === "held" ? { abTesting: { count: 1, words: t(status === "held" ? "rampHeld" : "rampRuns") } } : {};
}

function Count({ of, corner = false }: { of: { count: number; words: string } | undefined; corner?: boolean }) {
  if (of === undefined) return null;
  return (
    <span title={of.words} className={`rounded-full border border-accent bg-panel px-1.5 text-label font-semibold text-accent ${corner ? "absolute top-0.5 right-0.5 px-1" : "ml-auto"}`}>
      <span aria-hidden>{of.count}</span>
      <span className="sr-only">, {of.words}</span>
    </span>
  );
}

function Links({ narrow }: { narrow: boolean }) {
  const t = useTranslations("screens");
  const counts = useCounts();
  const here = screenOf(usePathname());
  // Whole pages, which hold no data: another screen then shows without asking the server first.
  const prefetch = useUsed() ? true : null;
  return screens.map(({ key, href, letter, icon: Icon }) => (
    <li key={key}>
      <Link
        href={href}
        prefetch={prefetch}
        aria-current={here === key ? "page" : undefined}
        aria-keyshortcuts={`g ${letter}`}
        aria-label={narrow ? [t(key), ...(counts[key] ? [counts[key].words] : [])].join(", ") : undefined}
        title={narrow ? t(key) : undefined}
        className="relative flex min-h-9 items-center gap-3 rounded-control px-2.5 text-second hover:bg-page hover:text-ink aria-[current]:bg-page aria-[current]:font-medium aria-[current]:text-accent"
      >
        <Icon aria-hidden size={18} className="shrink-0" />
        {narrow ? null : <span className="min-w-0 py-1 leading-tight">{t(key)}</span>}
        <Count of={counts[key]} corner={narrow} />
      </Link>
    </li>
  ));
}

/** The screens a thumb reaches at once; the others are one press behind them. */
const near: readonly ScreenKey[] = ["overview", "abTesting", "dispatches"];
const slot = "relative flex h-14 w-full flex-col items-center justify-center gap-0.5 text-label text-second aria-[current]:font-medium aria-[current]:text-accent";

export function BottomBar() {
  const t = useTranslations("frame");
  const words = useTranslations("screens");
  const counts = useCounts();
  const here = screenOf(usePathname());
  const further = screens.filter(({ key }) => !near.includes(key));
  return (
    <nav aria-label={t("screens")} data-screen-only className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-panel md:hidden">
      <ul className="flex">
        {screens
          .filter(({ key }) => near.includes(key))
          .map(({ key, href, icon: Icon }) => (
            <li key={key} className="min-w-0 flex-1">
              <Link href={href} aria-current={here === key ? "page" : undefined} className={slot}>
                <Icon aria-hidden size={20} />
                {words(key)}
                <Count of={counts[key]} corner />
              </Link>
            </li>
          ))}
        <li className="min-w-0 flex-1 *:flex">
          <Menu
            trigger={
              <button type="button" aria-current={further.some(({ key }) => key === here) ? "true" : undefined} className={slot}>
                <Ellipsis aria-hidden size={20} />
                {t("more")}
              </button>
            }
          >
            {further.map(({ key, href, icon: Icon }) => (
              <MenuLink key={key} href={href} current={here === key}>
                <Icon aria-hidden size={16} />
                {words(key)}
              </MenuLink>
            ))}
          </Menu>
        </li>
      </ul>
    </nav>
  );
}

function Mark() {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className="size-6 shrink-0">
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <path d="M4 13h4l2-6 4 11 2-5h4" fill="none" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" className="stroke-on-accent" />
    </svg>
  );
}

"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";

const sections = ["people", "keys", "audit", "profile"] as const;

export function Sections() {
  const t = useTranslations("settings");
  const path = usePathname();
  return (
    <nav aria-label={t("sections")} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {sections.map((section) => (
        <Link key={section} href={`/settings/${section}`} aria-current={path === `/settings/${section}` ? "page" : undefined} className="-mb-px border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-second hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink">
          {t(section)}
        </Link>
      ))}
    </nav>
  );
}

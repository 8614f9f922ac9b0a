import type { ReactNode } from "react";
import { LanguageSwitch, ThemeMenu } from "./look";

/** The pages that need no session: title, language, theme. */
export function PublicFrame({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={`mx-auto flex min-h-dvh flex-col gap-6 p-4 sm:p-8 ${wide ? "max-w-5xl" : "max-w-md"}`}>
      <header className="flex items-center justify-between gap-4">
        <h1 className="text-title font-semibold">{title}</h1>
        <div className="flex" data-screen-only>
          <LanguageSwitch />
          <ThemeMenu />
        </div>
      </header>
      <main className="flex flex-col gap-6">{children}</main>
    </div>
  );
}

import "@fontsource-variable/inter";
import "./globals.css";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { PageMessages } from "@/components/frame/page-messages";
import { Providers } from "@/components/frame/providers";
import { PREFERENCES_COOKIE, readPreferences } from "@/lib/console/preferences";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("product");
  return { title: { default: t("title"), template: `%s · ${t("title")}` }, description: t("description") };
}

/** Language, theme, density and motion come from cookies, so that the first frame is already the right one. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const preferences = readPreferences((await cookies()).get(PREFERENCES_COOKIE)?.value);
  return (
    <html lang={await getLocale()} data-theme={preferences.theme} data-density={preferences.density} data-motion={preferences.motion}>
      <body>
        <NextIntlClientProvider messages={{}}>
          <PageMessages of={["frame"]}>
            <Providers preferences={preferences}>{children}</Providers>
          </PageMessages>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}

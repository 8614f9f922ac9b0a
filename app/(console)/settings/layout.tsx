import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { PageMessages } from "@/components/frame/page-messages";
import { Sections } from "@/components/settings/sections";
import { PageTitle } from "@/components/ui/page-title";

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations("settings");
  return (
    <PageMessages of={["settings"]}>
      <PageTitle title={t("title")} />
      <Sections />
      {children}
    </PageMessages>
  );
}

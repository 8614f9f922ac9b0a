import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Board } from "@/components/dispatches/board";
import { PageMessages } from "@/components/frame/page-messages";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("dispatches") };
}

export default async function Page() {
  const t = await getTranslations("dispatches");
  return (
    <PageMessages of={["dispatches", "fallback", "features", "phase", "severity", "views", "words"]}>
      <PageTitle title={t("title")} />
      <Board />
    </PageMessages>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Board } from "@/components/dispatches/board";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("dispatches") };
}

export default async function Page() {
  const t = await getTranslations("dispatches");
  return (
    <>
      <PageTitle title={t("title")} />
      <Board />
    </>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Explorer } from "@/components/predictions/explorer";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("predictions") };
}

export default async function PredictionsPage() {
  const t = await getTranslations("predictions");
  return (
    <>
      <PageTitle title={t("title")} />
      <Explorer />
    </>
  );
}

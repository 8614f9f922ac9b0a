import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PredictionPage } from "@/components/predictions/prediction-page";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("predictions"))("detail") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations("predictions");
  return (
    <>
      <PageTitle title={t("detail")} />
      <PredictionPage id={decodeURIComponent((await params).id)} />
    </>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { PredictionPage } from "@/components/predictions/prediction-page";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("predictions"))("detail") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations("predictions");
  return (
    <PageMessages of={["fallback", "features", "phase", "predictions", "severity", "words"]}>
      <PageTitle title={t("detail")} />
      <PredictionPage id={decodeURIComponent((await params).id)} />
    </PageMessages>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { Explorer } from "@/components/predictions/explorer";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("predictions") };
}

export default async function PredictionsPage() {
  const t = await getTranslations("predictions");
  return (
    <PageMessages of={["fallback", "features", "phase", "predictions", "severity", "views", "words"]}>
      <PageTitle title={t("title")} />
      <Explorer />
    </PageMessages>
  );
}

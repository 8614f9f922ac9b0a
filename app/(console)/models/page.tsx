import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { ModelList } from "@/components/models/list";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("models") };
}

export default async function Page() {
  const t = await getTranslations("models");
  return (
    <PageMessages of={["fallback", "features", "models", "words"]}>
      <PageTitle title={t("title")} />
      <ModelList />
    </PageMessages>
  );
}

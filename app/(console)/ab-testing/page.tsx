import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AbTesting } from "@/components/ab-testing/screen";
import { PageMessages } from "@/components/frame/page-messages";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("abTesting") };
}

export default async function Page() {
  const t = await getTranslations("abTesting");
  return (
    <PageMessages of={["abTesting", "fallback", "features", "words"]}>
      <PageTitle title={t("title")} />
      <AbTesting />
    </PageMessages>
  );
}

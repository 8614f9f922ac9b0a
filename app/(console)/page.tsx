import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("overview") };
}

export default async function OverviewPage() {
  const t = await getTranslations("screens");
  return <h1 className="text-title font-semibold">{t("overview")}</h1>;
}

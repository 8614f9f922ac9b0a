import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { PublicFrame } from "@/components/frame/public-frame";
import { Readiness } from "@/components/status/readiness";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("status"))("title") };
}

/** One line for everybody: whether the service answers. */
export default async function StatusPage() {
  const t = await getTranslations("status");
  return (
    <PageMessages of={["status", "theme", "units"]}>
      <PublicFrame title={t("title")}>
        <p className="text-second">{t("intro")}</p>
        <Readiness />
        <p className="flex gap-4">
          <Link href="/" className="text-accent underline">
            {t("console")}
          </Link>
          <Link href="/docs" className="text-accent underline">
            {t("api")}
          </Link>
        </p>
      </PublicFrame>
    </PageMessages>
  );
}

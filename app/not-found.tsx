import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { PublicFrame } from "@/components/frame/public-frame";

export default async function NotFound() {
  const t = await getTranslations("ui");
  return (
    <PageMessages of={["theme"]}>
      <PublicFrame title={t("notFoundTitle")}>
        <p className="text-second">{t("notFound")}</p>
        <p>
          <Link href="/" className="text-accent underline">
            {t("goOverview")}
          </Link>
        </p>
      </PublicFrame>
    </PageMessages>
  );
}

import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PublicFrame } from "@/components/frame/public-frame";

export default async function NotFound() {
  const t = await getTranslations("ui");
  return (
    <PublicFrame title={t("notFoundTitle")}>
      <p className="text-second">{t("notFound")}</p>
      <p>
        <Link href="/" className="text-accent underline">
          {t("goOverview")}
        </Link>
      </p>
    </PublicFrame>
  );
}

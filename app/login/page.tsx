import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { PublicFrame } from "@/components/frame/public-frame";
import { LoginCard } from "@/components/login/login-card";
import { returnPath } from "@/lib/console/return-path";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("login"))("title") };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[]; error?: string | string[] }> }) {
  const t = await getTranslations("login");
  const { next, error } = await searchParams;
  return (
    <PageMessages of={["login", "theme"]}>
      <PublicFrame title={t("title")}>
        {error === undefined ? null : (
          <p role="alert" className="font-medium text-critical">
            {t(error === "AccessDenied" ? "externalDenied" : "externalFailed")}
          </p>
        )}
        <LoginCard next={returnPath(typeof next === "string" ? next : null)} />
        <p className="text-second">{t("help")}</p>
        <p>
          <Link href="/status" className="text-accent underline">
            {t("status")}
          </Link>
        </p>
      </PublicFrame>
    </PageMessages>
  );
}

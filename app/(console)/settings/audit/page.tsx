import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { Audit } from "@/components/settings/audit";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("audit") };
}

export default function Page() {
  return (
    <PageMessages of={["fallback", "features", "words"]}>
      <Audit />
    </PageMessages>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { Keys } from "@/components/settings/keys";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("keys") };
}

export default function Page() {
  return (
    <PageMessages of={["fallback", "features", "words"]}>
      <Keys />
    </PageMessages>
  );
}

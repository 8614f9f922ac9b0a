import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { People } from "@/components/settings/people";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("people") };
}

export default function Page() {
  return <People />;
}

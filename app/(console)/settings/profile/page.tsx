import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Profile } from "@/components/settings/profile";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("profile") };
}

export default function Page() {
  return <Profile />;
}

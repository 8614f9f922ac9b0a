import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageMessages } from "@/components/frame/page-messages";
import { Coming } from "@/components/overview/coming";
import { Experiment } from "@/components/overview/experiment";
import { Health } from "@/components/overview/health";
import { ShiftNote } from "@/components/overview/shift-note";
import { Tiles } from "@/components/overview/tiles";
import { Timeline } from "@/components/overview/timeline";
import { PageTitle } from "@/components/ui/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("screens"))("overview") };
}

export default async function OverviewPage() {
  const t = await getTranslations("overview");
  return (
    <PageMessages of={["abTesting", "overview"]}>
      <PageTitle title={t("title")} />
      <div className="flex flex-col gap-4">
        <Tiles />
        <div className="grid gap-4 lg:grid-cols-3">
          <Coming what="alerts" />
          <Experiment />
          <Coming what="drift" />
        </div>
        <Timeline />
        <div className="grid gap-4 lg:grid-cols-2">
          <Health />
          <ShiftNote />
        </div>
      </div>
    </PageMessages>
  );
}

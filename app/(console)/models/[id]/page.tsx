import type { Metadata } from "next";
import { PageMessages } from "@/components/frame/page-messages";
import { ModelPage } from "@/components/models/detail";
import { PageTitle } from "@/components/ui/page-title";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function Page({ params }: Props) {
  const id = decodeURIComponent((await params).id);
  return (
    <PageMessages of={["fallback", "features", "models", "predictions", "words"]}>
      <PageTitle title={id} />
      <ModelPage id={id} />
    </PageMessages>
  );
}

import type { Metadata } from "next";
import { ModelPage } from "@/components/models/detail";
import { PageTitle } from "@/components/ui/page-title";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function Page({ params }: Props) {
  const id = decodeURIComponent((await params).id);
  return (
    <>
      <PageTitle title={id} />
      <ModelPage id={id} />
    </>
  );
}

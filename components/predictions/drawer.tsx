"use client";

import { useQuery } from "@tanstack/react-query";
import { Link2, SquareArrowOutUpRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useShortcut } from "../frame/shortcuts";
import { toast } from "../frame/toast";
import { Button } from "../ui/button";
import { Drawer } from "../ui/drawer";
import { Panel } from "../ui/panel";
import { PredictionDetails } from "./details";
import { predictionQuery } from "./queries";

export function PredictionDrawer({ id, focus, onClose }: { id: string; focus: boolean; onClose: () => void }) {
  const t = useTranslations("predictions");
  const ui = useTranslations("ui");
  const router = useRouter();
  const read = useQuery(predictionQuery(id));
  const page = `/predictions/${encodeURIComponent(id)}`;
  useShortcut("o", ui("openPage"), () => router.push(page));
  return (
    <Drawer label={t("detail")} focusKey={focus ? id : null} onClose={onClose} title={`${t("detail")} ${read.data?.row.dispatch_id ?? ""}`}>
      <div className="flex flex-wrap gap-2 pb-3">
        <Button keys="o" onClick={() => router.push(page)}>
          <SquareArrowOutUpRight aria-hidden size={14} />
          {ui("openPage")}
        </Button>
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(new URL(page, location.href).href).then(() => toast(ui("copied")));
          }}
        >
          <Link2 aria-hidden size={14} />
          {ui("copyLink")}
        </Button>
      </div>
      <Panel title={<span className="font-mono text-label break-all">{id}</span>} level={3} read={read} everyMs={null}>
        {(data) => <PredictionDetails detail={data} />}
      </Panel>
    </Drawer>
  );
}

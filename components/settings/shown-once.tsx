"use client";

import { useTranslations } from "next-intl";
import { toast } from "../frame/toast";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** A secret that this reply alone holds. It closes only by its own button, not by a press beside it. */
export function ShownOnce({ title, secret, example, onClose }: { title: string; secret: string; example?: string; onClose: () => void }) {
  const t = useTranslations("settings");
  const ui = useTranslations("ui");
  return (
    <Dialog open locked onClose={onClose} title={title} description={t("shownOnce")}>
      <code className="rounded-control border border-control bg-panel p-3 font-mono text-body break-all select-all">{secret}</code>
      {example === undefined ? null : (
        <>
          <h3 className="text-label font-medium text-second">{t("example")}</h3>
          <pre className="overflow-x-auto rounded-control border border-line bg-panel p-3 font-mono text-label whitespace-pre-wrap" tabIndex={0}>
            {example}
          </pre>
        </>
      )}
      <div className="flex gap-2">
        <Button tone="primary" onClick={() => void navigator.clipboard.writeText(secret).then(() => toast(ui("copied")))}>
          {ui("copy")}
        </Button>
        <Button onClick={onClose}>{ui("close")}</Button>
      </div>
    </Dialog>
  );
}

"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";

export type DialogBoxProps = { onClose: () => void; title: string; description?: string; children: ReactNode; locked?: boolean };

export function DialogBox({ onClose, title, description, children, locked = false }: DialogBoxProps) {
  const t = useTranslations("ui");
  return (
    <Primitive.Root open onOpenChange={(next) => (next || locked ? undefined : onClose())}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Primitive.Content
          // To what there is to fill in, rather than to the way out.
          onOpenAutoFocus={(event) => {
            const field = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea") : null;
            if (!field) return;
            event.preventDefault();
            field.focus();
          }}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] w-[min(34rem,calc(100vw-1rem))] -translate-x-1/2 flex-col gap-3 overflow-y-auto rounded-panel border border-line bg-page p-4 shadow-xl"
        >
          <div className="flex items-start justify-between gap-4">
            <Primitive.Title className="text-heading font-semibold">{title}</Primitive.Title>
            {locked ? null : (
              <Primitive.Close asChild>
                <Button tone="quiet" aria-label={t("close")} className="min-w-7 px-1">
                  <X aria-hidden size={16} />
                </Button>
              </Primitive.Close>
            )}
          </div>
          {description === undefined ? null : <Primitive.Description className="text-second">{description}</Primitive.Description>}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

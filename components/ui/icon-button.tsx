"use client";

import { Tooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button";

/** A button with a picture only: its name is for screen readers and for the tooltip, which stays while it is hovered. */
export function IconButton({ name, children, ...rest }: Omit<ComponentProps<typeof Button>, "children" | "aria-label" | "title"> & { name: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <Button tone="quiet" aria-label={name} {...rest} className={`min-w-7 px-1.5 ${rest.className ?? ""}`}>
          {children}
        </Button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content sideOffset={6} collisionPadding={8} className="z-50 rounded-control border border-line bg-page px-2 py-1 text-label text-ink shadow-md">
          {name}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

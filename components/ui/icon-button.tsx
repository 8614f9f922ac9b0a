"use client";

import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button";

/** A button with a picture only: its name is for screen readers and for the tip (tips.tsx). */
export function IconButton({ name, children, ...rest }: Omit<ComponentProps<typeof Button>, "children" | "aria-label" | "title"> & { name: string; children: ReactNode }) {
  return (
    <Button tone="quiet" aria-label={name} data-tip={name} {...rest} className={`min-w-7 px-1.5 ${rest.className ?? ""}`}>
      {children}
    </Button>
  );
}

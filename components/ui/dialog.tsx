"use client";

import type { DialogBoxProps } from "./dialog-box";
import { onUse } from "./on-use";

const Box = onUse(() => import("./dialog-box").then((module) => module.DialogBox));

/** A modal question or form. Focus goes in, stays in, and returns to the opener. */
export function Dialog({ open, ...rest }: DialogBoxProps & { open: boolean }) {
  return open ? <Box {...rest} /> : null;
}

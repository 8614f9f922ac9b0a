"use client";

import { useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import { useRef, useState, type RefObject } from "react";
import { lengthMs, presets, typedRange, type Range } from "@/lib/console/range";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { giveHeldKeys } from "./held-keys";
import { useRangeWords } from "./range-words";

type Props = { id: string; button: RefObject<HTMLButtonElement | null>; onClose: () => void; onChoose: (range: Range) => void; onNow: () => void };

/** The open chooser; it hangs on the button, which was on the page before this code came. */
export function RangeChooser({ id, button, onClose, ...rest }: Props) {
  const t = useTranslations("range");
  const leftElsewhere = useRef(false);
  return (
    <Popover.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Popover.Anchor virtualRef={button} />
      <Popover.Portal>
        <Popover.Content
          id={id}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("label")}
          className="z-50 w-80 max-w-[calc(100vw-1rem)] rounded-panel border border-line bg-page p-3 shadow-lg"
          onInteractOutside={(event) => {
            // A press on the button closes through the button.
            if (event.target instanceof Node && button.current?.contains(event.target)) event.preventDefault();
            else leftElsewhere.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!leftElsewhere.current) button.current?.focus();
          }}
        >
          <Chooser {...rest} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Chooser({ onChoose, onNow }: Pick<Props, "onChoose" | "onNow">) {
  const t = useTranslations("range");
  const words = useRangeWords();
  const { range } = useRange();
  const { timeZone } = useFormats();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const typed = typedRange(text, Date.now(), timeZone);
          if (typed) onChoose(typed);
          else setWrong(true);
        }}
      >
        <Field label={t("type")} hint={t("typeHint", { zone: timeZone })} error={wrong ? t("notUnderstood") : null}>
          {(field) => (
            <input
              {...field}
              autoComplete="off"
              value={text}
              onFocus={(event) => giveHeldKeys(event.currentTarget, (held) => (held.startsWith("n") ? onNow() : setText(held)))}
              // The second key of "t n" arrives here: the field has the focus since the first. No period begins with n.
              onKeyDown={(event) => {
                if (text !== "" || event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
                event.preventDefault();
                onNow();
              }}
              onChange={(event) => {
                setText(event.target.value);
                setWrong(false);
              }}
            />
          )}
        </Field>
      </form>
      <div className="grid grid-cols-3 gap-1.5">
        {presets.map((preset) => (
          <Button key={preset} aria-pressed={range.kind === "rolling" && lengthMs(range.words) === lengthMs(preset)} className="aria-pressed:border-accent aria-pressed:text-accent" onClick={() => onChoose({ kind: "rolling", words: preset })}>
            {words({ kind: "rolling", words: preset })}
          </Button>
        ))}
      </div>
    </div>
  );
}

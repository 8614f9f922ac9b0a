"use client";

import { CalendarClock, ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import { useState } from "react";
import { DEFAULT_RANGE, lengthMs, presets, step, typedRange, type Range } from "@/lib/console/range";
import { useFormats } from "../time/formats";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { IconButton } from "../ui/icon-button";
import { useShortcut } from "./shortcuts";

/** "24 h", "7 d", or the two instants of a fixed period. */
export function useRangeWords(): (range: Range) => string {
  const t = useTranslations("range");
  const { instant, day, hourMinute } = useFormats();
  return (range) => {
    if (range.kind === "fixed") {
      const sameDay = day(range.from) === day(range.to);
      return sameDay ? `${day(range.from)} ${hourMinute(range.from)}–${hourMinute(range.to)}` : `${instant(range.from)} – ${instant(range.to)}`;
    }
    const unit = range.words.slice(-1) as "m" | "h" | "d";
    return t(unit, { count: Number(range.words.slice(0, -1)) });
  };
}

export function RangePicker() {
  const t = useTranslations("range");
  const { range, setRange } = useRange();
  const words = useRangeWords();
  const [open, setOpen] = useState(false);
  const move = (direction: -1 | 1): void => setRange(step(range, direction, Date.now()));
  const rolling = range.kind === "rolling";
  useShortcut("t", t("open"), () => setOpen(true));
  const backToNow = (): void => {
    setOpen(false);
    setRange({ kind: "rolling", words: DEFAULT_RANGE });
  };
  useShortcut("t n", t("now"), backToNow);
  useShortcut("[", t("earlier"), () => move(-1));
  useShortcut("]", t("later"), () => {
    if (!rolling) move(1);
  });
  return (
    <div className="flex items-center">
      <IconButton name={t("earlier")} keys="[" onClick={() => move(-1)} className="max-sm:hidden">
        <ChevronLeft aria-hidden size={16} />
      </IconButton>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <Button keys="t" aria-label={`${t("label")}: ${words(range)}`} className="max-sm:text-left max-sm:whitespace-normal">
            <CalendarClock aria-hidden size={14} />
            {words(range)}
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content align="end" sideOffset={6} collisionPadding={8} aria-label={t("label")} className="z-50 w-80 max-w-[calc(100vw-1rem)] rounded-panel border border-line bg-page p-3 shadow-lg">
            <Chooser
              onNow={backToNow}
              onChoose={(next) => {
                setRange(next);
                setOpen(false);
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <IconButton name={t("later")} keys="]" blocked={rolling ? t("alreadyNow") : null} onClick={() => move(1)} className="max-sm:hidden">
        <ChevronRight aria-hidden size={16} />
      </IconButton>
    </div>
  );
}

function Chooser({ onChoose, onNow }: { onChoose: (range: Range) => void; onNow: () => void }) {
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

"use client";

import { CalendarClock, ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { DEFAULT_RANGE, step } from "@/lib/console/range";
import { useRange } from "../time/use-range";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
import { onUse } from "../ui/on-use";
import { holdKeys } from "./held-keys";
import { useRangeWords } from "./range-words";
import { useShortcut } from "./shortcuts";

const Chooser = onUse(() => import("./range-chooser").then((module) => module.RangeChooser));

export function RangePicker() {
  const t = useTranslations("range");
  const { range, setRange } = useRange();
  const words = useRangeWords();
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => setOpen(false);
  const move = (direction: -1 | 1): void => setRange(step(range, direction, Date.now()));
  const rolling = range.kind === "rolling";
  useShortcut("t", t("open"), () => {
    holdKeys(close);
    setOpen(true);
  });
  const backToNow = (): void => {
    close();
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
      <Button ref={button} keys="t" aria-haspopup="dialog" aria-expanded={open} aria-controls={open ? id : undefined} aria-label={`${t("label")}: ${words(range)}`} onClick={() => setOpen(!open)} className="max-sm:text-left max-sm:whitespace-normal">
        <CalendarClock aria-hidden size={14} />
        {words(range)}
      </Button>
      {open ? (
        <Chooser
          id={id}
          button={button}
          onClose={close}
          onNow={backToNow}
          onChoose={(next) => {
            setRange(next);
            close();
          }}
        />
      ) : null}
      <IconButton name={t("later")} keys="]" blocked={rolling ? t("alreadyNow") : null} onClick={() => move(1)} className="max-sm:hidden">
        <ChevronRight aria-hidden size={16} />
      </IconButton>
    </div>
  );
}

import { useIsMutating } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useShortcut } from "./shortcuts";
import { toast } from "./toast";

const UNDO_MS = 10_000;
type Undo = { id: string; run: () => void };
let last: Undo | null = null;
/** Pressed while a change was on its way: what is meant is that change, which can be taken back once it is done. */
let wished = false;
/** What is on its way can be taken back already: its figures are only being read again. */
let answered = false;
const FORGET_MS = 200;

/** Done at once, with ten seconds to take it back; hovering or focusing the notice stops its clock. */
export function useUndoToast(): (done: string, undo: () => void) => void {
  const t = useTranslations("ui");
  return (done, undo) => {
    const run = (): void => {
      last = null;
      toast.dismiss(id);
      undo();
    };
    const id: string = toast(done, { duration: UNDO_MS, action: { label: t("undo"), onClick: run }, onAutoClose: () => (last = last?.id === id ? null : last), onDismiss: () => (last = last?.id === id ? null : last) });
    last = { id, run };
    answered = true;
    if (!wished) return;
    wished = false;
    run();
  };
}

export function UndoKey() {
  const t = useTranslations("ui");
  const onTheWay = useIsMutating() > 0;
  useEffect(() => {
    if (onTheWay) {
      answered = false;
      return;
    }
    // It failed, or is of those that cannot be taken back.
    const timer = setTimeout(() => (wished = false), FORGET_MS);
    return () => clearTimeout(timer);
  }, [onTheWay]);
  useShortcut("z", t("undoKey"), () => {
    if (onTheWay && !answered) wished = true;
    else last?.run();
  });
  return null;
}

import { useTranslations } from "next-intl";
import { useShortcut } from "./shortcuts";
import { toast } from "./toast";

const UNDO_MS = 10_000;
type Undo = { id: string; run: () => void };
let last: Undo | null = null;

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
  };
}

export function UndoKey() {
  const t = useTranslations("ui");
  useShortcut("z", t("undoKey"), () => last?.run());
  return null;
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useBlocked } from "../frame/me";
import { useFormats } from "../time/formats";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { confirms, type Effect } from "./to-effect";

/** More than 25 points at once: the number is typed under its consequence, and a reason is given. */
export function BoldChange({ effect, pending, onClose, onConfirm }: { effect: Effect; pending: boolean; onClose: () => void; onConfirm: (given: { confirmation: string; reason: string }) => void }) {
  const t = useTranslations("abTesting");
  const ui = useTranslations("ui");
  const { number, count } = useFormats();
  const admin = useBlocked("admin");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const right = confirms(typed, effect.percent);
  const blocked = admin ?? (pending ? t("working") : right ? (reason.trim() === "" ? t("reasonNeeded") : null) : t("typePercent", { percent: String(effect.percent) }));
  return (
    <Dialog open onClose={onClose} title={t("boldTitle", { points: number(effect.risePoints, 0) })} description={effect.perDayAfter === null ? t("boldHint") : t("boldHintDay", { before: count(effect.perDayBefore), after: count(effect.perDayAfter) })}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          // The dialog stands inside the form of the panel.
          event.stopPropagation();
          if (blocked === null) onConfirm({ confirmation: typed, reason: reason.trim() });
        }}
      >
        <Field label={t("typePercent", { percent: String(effect.percent) })} error={typed !== "" && !right ? t("notThatNumber", { percent: String(effect.percent) }) : null}>
          {(field) => <input {...field} inputMode="decimal" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <Field label={t("reasonNeeded")}>{(field) => <input {...field} required maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
        <div className="flex gap-2">
          <Button type="submit" tone="primary" blocked={blocked}>
            {t("apply")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { writeShiftNote } from "@/lib/console/calls";
import { call } from "@/lib/http/call";
import { useBlocked } from "../frame/me";
import { toast } from "../frame/toast";
import { Age } from "../time/age";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Nothing, Panel } from "../ui/panel";
import { useProblemWords } from "../ui/problem";
import { shiftNoteQuery } from "./queries";

/** What the shift before wants known. A new note takes the place of the old one on screen; both stay in the audit. */
export function ShiftNote() {
  const t = useTranslations("overview");
  const read = useQuery(shiftNoteQuery);
  const [writing, setWriting] = useState(false);
  const blocked = useBlocked("operator");
  return (
    <Panel
      title={t("note")}
      read={read}
      everyMs={null}
      actions={
        writing ? null : (
          <Button tone="quiet" blocked={blocked} onClick={() => setWriting(true)}>
            {t("edit")}
          </Button>
        )
      }
      empty={(data) => (data.note === null && !writing ? <Nothing title={t("noNote")} /> : null)}
    >
      {({ note }) => (
        <>
          {note === null ? null : (
            <>
              <p className="whitespace-pre-wrap">{note.text}</p>
              <p className="pt-1 text-label text-second">
                {note.by} · <Age at={note.at} />
              </p>
            </>
          )}
          {writing ? <Write onDone={() => setWriting(false)} /> : null}
        </>
      )}
    </Panel>
  );
}

function Write({ onDone }: { onDone: () => void }) {
  const t = useTranslations("overview");
  const ui = useTranslations("ui");
  const words = useProblemWords();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const save = useMutation({
    mutationFn: () => call(writeShiftNote, { body: { text } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: shiftNoteQuery.queryKey });
      toast(t("noteSaved"));
      onDone();
    },
  });
  return (
    <form
      className="flex flex-col gap-2 pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <Field label={t("writeNote")} error={save.error ? words(save.error).words : null}>
        {(field) => <textarea {...field} rows={4} maxLength={2_000} required value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" tone="primary" blocked={save.isPending ? ui("working") : null}>
          {save.isPending ? ui("working") : ui("save")}
        </Button>
        <Button onClick={onDone}>{ui("cancel")}</Button>
      </div>
    </form>
  );
}

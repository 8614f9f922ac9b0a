"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Trash2 } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { deleteView, saveView } from "@/lib/console/calls";
import { call } from "@/lib/http/call";
import { useBlocked } from "../frame/me";
import { toast } from "../frame/toast";
import { useUndoToast } from "../frame/undo";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { IconButton } from "../ui/icon-button";
import { Menu, MenuItem } from "../ui/menu";
import { useProblemWords } from "../ui/problem";
import { viewsQuery } from "./queries";
import { toViewQuery, toViews, type ViewRow } from "./to-views";

type Asked = { name: string; query: string; shared: boolean };

/** Filters, columns and period of a screen under a name: one's own, and those that operators share. */
export function SavedViews({ screen }: { screen: "predictions" | "dispatches" }) {
  const t = useTranslations("views");
  const path = usePathname();
  const { data } = useQuery(viewsQuery(screen));
  const language = useLocale();
  const [keeping, setKeeping] = useState(false);
  const { save, remove } = useChanges(screen);
  const rows = toViews(data?.rows ?? [], save.isPending ? save.variables : null, remove.isPending ? remove.variables.id : null, language);
  return (
    <>
      <Menu
        trigger={
          <Button>
            <Bookmark aria-hidden size={14} />
            <span className="max-sm:sr-only">{t("menu")}</span>
          </Button>
        }
      >
        {rows.length === 0 ? <p className="max-w-56 px-2 py-1.5 text-second">{t("none")}</p> : null}
        {rows.map((row) => (
          <MenuItem key={row.id ?? "new"} onSelect={() => history.pushState(null, "", row.query === "" ? path : `${path}?${row.query}`)}>
            <span className="min-w-0 flex-1 truncate">{row.name}</span>
            {row.mine ? null : <span className="text-label text-second"> {t("by", { name: row.by })}</span>}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => setKeeping(true)}>
          <BookmarkPlus aria-hidden size={14} />
          {t("keep")}
        </MenuItem>
      </Menu>
      {keeping ? (
        <Keep
          rows={rows}
          onClose={() => setKeeping(false)}
          onSave={(view) => {
            save.mutate(view);
            setKeeping(false);
          }}
          onDelete={(id) => {
            const stored = data?.rows.find((row) => row.id === id);
            if (stored) remove.mutate(stored);
          }}
        />
      ) : null}
    </>
  );
}

/** Pending until the list has been read again: what was asked for stays drawn over it. */
function useChanges(screen: string) {
  const t = useTranslations("views");
  const client = useQueryClient();
  const words = useProblemWords();
  const undoable = useUndoToast();
  const reread = (): Promise<void> => client.invalidateQueries({ queryKey: viewsQuery(screen).queryKey });
  const onError = (error: Error): void => {
    toast.error(words(error).words);
    void reread();
  };
  const save = useMutation({
    mutationFn: ({ name, query, shared }: Asked) => call(saveView, { body: { screen, name, query, shared } }),
    onSuccess: async ({ name }) => {
      toast(t("saved", { name }));
      await reread();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: ({ id }: Asked & { id: string }) => call(deleteView, { params: { id } }),
    onSuccess: async (_, view) => {
      undoable(t("deleted", { name: view.name }), () => save.mutate({ name: view.name, query: view.query, shared: view.shared }));
      await reread();
    },
    onError,
  });
  return { save, remove };
}

function Keep({ rows, onClose, onSave, onDelete }: { rows: readonly ViewRow[]; onClose: () => void; onSave: (view: Asked) => void; onDelete: (id: string) => void }) {
  const t = useTranslations("views");
  const ui = useTranslations("ui");
  const search = useSearchParams();
  const cannotShare = useBlocked("operator");
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const asked = name.trim();
  const replaces = rows.some((row) => row.mine && row.name === asked);
  const mine = rows.filter((row) => row.mine);
  return (
    <Dialog open onClose={onClose} title={t("title")} description={t("hint")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (asked !== "") onSave({ name: asked, query: toViewQuery(search), shared });
        }}
      >
        <Field label={t("name")} hint={replaces ? t("replaces") : undefined}>
          {(field) => <input {...field} required maxLength={80} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <label className="inline-flex min-h-6 items-center gap-2">
          <input type="checkbox" className="size-4 accent-(--accent)" aria-describedby={cannotShare === null ? undefined : "share-why"} disabled={cannotShare !== null} checked={shared} onChange={(event) => setShared(event.target.checked)} />
          {t("share")}
          {cannotShare === null ? null : (
            <span id="share-why" className="text-label text-second">
              {cannotShare}
            </span>
          )}
        </label>
        <div className="flex gap-2">
          <Button type="submit" tone="primary" blocked={asked === "" ? t("nameFirst") : null}>
            {ui("save")}
          </Button>
          <Button onClick={onClose}>{ui("cancel")}</Button>
        </div>
      </form>
      {mine.length === 0 ? null : (
        <section aria-label={t("mine")}>
          <h3 className="pb-1 font-medium">{t("mine")}</h3>
          <ul>
            {mine.map((row) => (
              <li key={row.id ?? "new"} className="flex items-center justify-between gap-2 border-t border-line py-1">
                <span className="min-w-0 truncate">
                  {row.name}
                  {row.shared ? <span className="pl-2 text-label text-second">{t("isShared")}</span> : null}
                </span>
                <IconButton name={t("delete", { name: row.name })} blocked={row.id === null ? ui("working") : null} onClick={() => (row.id === null ? undefined : onDelete(row.id))}>
                  <Trash2 aria-hidden size={16} />
                </IconButton>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

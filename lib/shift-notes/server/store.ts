import type { Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import type { ShiftNote } from "@/lib/console/settings-contract";
import { db } from "@/lib/db/client";

const KEPT_MS = 7 * 24 * 3_600_000;

type Row = { id: number; text: string; author: string; at: Date };
const toNote = ({ id, text, author, at }: Row): ShiftNote => ({ text, by: author, at: at.toISOString(), version: id });

/** The newest note of the last seven days; an empty one takes the note away. */
export async function currentNote(now: Date): Promise<ShiftNote | null> {
  const row = await db().shiftNote.findFirst({ where: { at: { gt: new Date(now.getTime() - KEPT_MS) } }, orderBy: { id: "desc" } });
  return row === null || row.text === "" ? null : toNote(row);
}

export async function writeNote(text: string, actor: Actor, at: Date): Promise<ShiftNote> {
  return await audited(async (tx, append) => {
    const row = await tx.shiftNote.create({ data: { text, authorId: actor.id, author: actor.name, at } });
    await tx.changeEvent.create({ data: { kind: "shift-note", subject: String(row.id), version: row.id, createdAt: at } });
    await append({ at, actor, action: "shift-note.write", subject: { type: "shift-note", id: String(row.id) }, after: { characters: text.length } });
    return toNote(row);
  });
}

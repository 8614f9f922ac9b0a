import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/audit/actor";
import { audited } from "@/lib/audit/server/append";
import type { SavedView } from "@/lib/console/settings-contract";
import { db } from "@/lib/db/client";
import type { SavedViewModel } from "@/prisma/generated/mssql/models";

const toView = ({ id, screen, name, query, shared, owner, ownerId }: SavedViewModel, ownId: string): SavedView => ({ id, screen, name, query, shared, by: owner, mine: ownerId === ownId });

const ownerOf = (actor: Actor): string => `${actor.kind} ${actor.id}`;

/** One's own and the shared ones of a screen, by name. */
export async function listViews(screen: string, actor: Actor): Promise<SavedView[]> {
  const ownerId = ownerOf(actor);
  const rows = await db().savedView.findMany({ where: { screen, OR: [{ ownerId }, { shared: true }] }, orderBy: [{ name: "asc" }, { id: "asc" }], take: 500 });
  return rows.map((row) => toView(row, ownerId));
}

/** Saving under a name that one has already replaces that view. */
export async function saveView(view: { screen: string; name: string; query: string; shared: boolean }, actor: Actor, at: Date): Promise<SavedView> {
  const ownerId = ownerOf(actor);
  return await audited(async (tx, append) => {
    const { screen, name, query, shared } = view;
    const before = await tx.savedView.findFirst({ where: { ownerId, screen, name } });
    const row = before
      ? await tx.savedView.update({ where: { id: before.id }, data: { query, shared } })
      : await tx.savedView.create({ data: { ...view, id: randomUUID(), ownerId, owner: actor.name, createdAt: at } });
    await append({ at, actor, action: "view.save", subject: { type: "view", id: row.id }, before: before ? { query: before.query, shared: before.shared } : null, after: view });
    return toView(row, ownerId);
  });
}

/** False when there is no such view of theirs; `any` lets an administrator remove shared ones of others. */
export async function deleteView(id: string, actor: Actor, any: boolean, at: Date): Promise<boolean> {
  return await audited(async (tx, append) => {
    const row = await tx.savedView.findUnique({ where: { id } });
    if (!row || !(row.ownerId === ownerOf(actor) || (any && row.shared))) return false;
    await tx.savedView.delete({ where: { id } });
    await append({ at, actor, action: "view.delete", subject: { type: "view", id }, before: { screen: row.screen, name: row.name, query: row.query, shared: row.shared } });
    return true;
  });
}

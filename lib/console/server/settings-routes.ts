import { actorOf } from "@/lib/audit/actor";
import { auditPage, exportAudit } from "@/lib/audit/server/read";
import { verifyChain } from "@/lib/audit/server/verify";
import { mayAct } from "@/lib/auth/access";
import * as keys from "@/lib/auth/server/manage-keys";
import { Problem } from "@/lib/http/problem";
import { Reply, route, type Context, type Route } from "@/lib/http/route";
import * as people from "@/lib/people/server/accounts";
import * as self from "@/lib/people/server/self";
import { deleteView, listViews, saveView } from "@/lib/saved-views/server/views";
import { currentNote, writeNote } from "@/lib/shift-notes/server/notes";
import * as api from "../settings-contract";

const by = (context: Pick<Context<unknown, unknown, unknown>, "caller" | "requestId" | "remoteAddress" | "now">) => ({ actor: actorOf(context), now: context.now });

const done = <Value>(value: Value) => ({ success: true as const, ...value });

export const settingsRoutes: Route[] = [
  route(api.me).to(({ caller }) => self.readMe(caller)),
  route(api.saveProfile).to(({ caller, body }) => self.saveProfile(caller, body)),
  route(api.extendSession).to(({ caller, now }) => self.extendSession(caller, now)),
  route(api.changePassword).to(async (context) => done({ ended_sessions: await self.changePassword(context.caller, context.body, { ...by(context), address: context.remoteAddress }) })),

  route(api.people).to(async ({ now }) => ({ rows: await people.listPeople(now) })),
  route(api.addPerson).to((context) => people.addPerson(context.body, by(context))),
  route(api.changePerson).to((context) => people.changePerson(context.params.id, context.body, by(context))),
  route(api.resetPassword).to((context) => people.resetPassword(context.params.id, context.body.version, by(context))),
  route(api.endSessions).to(async (context) => done({ ended_sessions: await people.endSessions(context.params.id, by(context)) })),

  route(api.keys).to(async ({ now }) => ({ rows: await keys.listKeys(now) })),
  route(api.addKey).to((context) => {
    const { name, scopes, expires_at, rate_per_second, burst } = context.body;
    return keys.addKey({ name, scopes, expiresAt: expires_at === null ? null : new Date(expires_at), ratePerSecond: rate_per_second, burst }, by(context));
  }),
  route(api.rotateKey).to((context) => keys.rotateKey(context.params.id, by(context))),
  route(api.revokeKey).to((context) => keys.revokeKey(context.params.id, context.body, by(context))),

  route(api.audit).to(async ({ query, now }) => ({ computed_at: now.toISOString(), ...(await auditPage(query)) })),
  route(api.auditExport).to(({ query }) => {
    const type = query.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
    return new Reply(exportAudit(query), 200, { "content-type": type, "content-disposition": `attachment; filename="audit-${query.from.slice(0, 10)}-${query.to.slice(0, 10)}.${query.format}"` });
  }),
  route(api.verifyAudit).to(async () => {
    const { verifiedTo, rows, broken } = await verifyChain();
    return { verified_to: verifiedTo?.toISOString() ?? null, rows, broken_id: broken?.id ?? null, problem: broken?.problem ?? null };
  }),

  route(api.shiftNote).to(async ({ now }) => ({ note: await currentNote(now) })),
  route(api.writeShiftNote).to(async (context) => ({ note: await writeNote(context.body.text, actorOf(context), context.now) })),

  route(api.views).to(async (context) => ({ rows: await listViews(context.query.screen, actorOf(context)) })),
  route(api.saveView).to(async (context) => {
    const { caller, body, now } = context;
    if (body.shared && !mayAct(caller.scopes, "view.share")) throw new Problem("forbidden", "Sharing a view needs the scope operate.", { fields: [{ part: "body", field: "shared", message: "lacks operate" }], extra: { required_scopes: ["operate"] } });
    return await saveView(body, actorOf(context), now);
  }),
  route(api.deleteView).to(async (context) => {
    const { caller, params, now } = context;
    if (!(await deleteView(params.id, actorOf(context), mayAct(caller.scopes, "view.delete-anybodys"), now))) throw new Problem("not-found", "There is no such view of yours.", { fields: [{ part: "path", field: "id", message: `${params.id}: nothing found` }] });
    return { success: true };
  }),
];

import { prefixOf } from "../auth/address-prefix";
import type { Caller } from "../auth/caller";

/** Who did something, as the audit names them. */
export type Actor = { kind: "person" | "key" | "system"; id: string; name: string; requestId: string | null; addressPrefix: string | null };

export function actorOf(context: { caller: Caller; requestId: string; remoteAddress: string }): Actor {
  const { caller, requestId, remoteAddress } = context;
  if (caller.kind === "nobody") return { kind: "system", id: "", name: "nobody", requestId, addressPrefix: prefixOf(remoteAddress) };
  return { kind: caller.kind, id: caller.id, name: caller.name, requestId, addressPrefix: prefixOf(remoteAddress) };
}

/** The service itself, or somebody with a shell on its machine. */
export function systemActor(name: string): Actor {
  return { kind: "system", id: "", name, requestId: null, addressPrefix: null };
}

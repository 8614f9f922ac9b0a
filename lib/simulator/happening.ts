/** Something that happened, with when it happened; its members depend on the type. */
export type Happening = { type: string; atMs: number; callId: number | null; unitId: number | null; more: Record<string, unknown> };

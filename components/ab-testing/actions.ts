import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { z } from "zod";
import { approveRamp, config, holdRamp, planRamp, putConfig, resumeRamp, rollbackRamp, startRamp } from "@/lib/ab-testing/calls";
import type * as contract from "@/lib/ab-testing/contract";
import type { ConfigOut, RampOut } from "@/lib/ab-testing/contract";
import { largestPercent } from "@/lib/ab-testing/next-version";
import { call, CallError } from "@/lib/http/call";
import { toast } from "../frame/toast";
import { useUndoToast } from "../frame/undo";
import { AB_TESTING } from "./queries";
import { toStrategy } from "./to-strategy";
import { useRefusalWords } from "./words";

/** Pending until the new state has been read: what is asked for stays drawn over the old state, without a flicker. */
function useReread(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [AB_TESTING] });
}

type ConfigBody = z.input<NonNullable<(typeof contract.putConfig)["body"]>>;

export function useChangeConfig() {
  const reread = useReread();
  const refused = useRefusalWords();
  return useMutation({
    mutationFn: (body: ConfigBody) => call(putConfig, { body }),
    onSuccess: reread,
    onError: (error) => {
      toast.error(refused(error));
      void reread();
    },
  });
}

const endpoints = { start: startRamp, hold: holdRamp, resume: resumeRamp, rollback: rollbackRamp, approve: approveRamp, plan: planRamp } as const;
export type RampAct = keyof typeof endpoints;
export type RampAsk = { act: RampAct; version?: number | undefined; reason?: string; steps?: { share: number; hold_minutes: number; min_phase2: number; approval: boolean }[]; scheduledAt?: string | null };

function send({ act, version, reason = "", steps, scheduledAt = null }: RampAsk) {
  const body = { ...(version === undefined ? {} : { expected_version: version }), reason };
  if (act === "plan") return call(planRamp, { body: { ...body, ...(steps ? { steps } : {}), scheduled_at: scheduledAt } });
  if (act === "start") return call(endpoints[act], { body: { ...body, ...(steps ? { steps } : {}) } });
  return call(endpoints[act], { body });
}

export function useRampAction() {
  const reread = useReread();
  const refused = useRefusalWords();
  return useMutation({
    mutationFn: send,
    onSuccess: reread,
    onError: (error) => {
      toast.error(refused(error));
      void reread();
    },
  });
}

/**
 * One click: the ramp stops where it is and the share goes to 0, without a lock, so that it can be taken back as it was.
 * Undo sets the strategy again, or lets the ramp go on, which sets its own share.
 */
export function useBackToRules() {
  const t = useTranslations("abTesting");
  const reread = useReread();
  const refused = useRefusalWords();
  const undoable = useUndoToast();
  const back = useMutation({
    mutationFn: async ({ before, ramp }: { before: ConfigOut; ramp: RampOut | null }) => {
      const held = ramp?.status === "running" ? await hold() : null;
      // A ramp that stepped in between has made a new version: its number counts, not the one on screen.
      const version = held === null ? before.version : await currentVersion(before.version);
      const { config: next } = await call(putConfig, { body: { expected_version: version, reason: t("reasonBack"), strategy: { kind: "weight_based", phase2_share: 0 } } });
      return { before, version: next.version, ramp: held === null ? null : ramp };
    },
    onSuccess: async (done) => {
      // First the way back: a key pressed now must undo this, not what came before it.
      undoable(t("backDone"), () => undo.mutate(done));
      await reread();
    },
    onError: (error) => {
      toast.error(refused(error));
      void reread();
    },
  });
  const undo = useMutation({
    mutationFn: async ({ before, version, ramp }: { before: ConfigOut; version: number; ramp: RampOut | null }) => {
      if (ramp !== null) return await call(resumeRamp, { body: { reason: t("reasonUndo") } });
      // The server restores the version before. What is typed counts only where it has become a change like any other.
      const strategy = toStrategy(before.strategy);
      return await call(putConfig, { body: { expected_version: version, undo: true, reason: t("reasonUndo"), ...(strategy ? { confirmation: String(largestPercent(strategy)) } : {}) } });
    },
    onSuccess: async () => {
      await reread();
      toast(t("undone"));
    },
    onError: (error) => {
      toast.error(refused(error));
      void reread();
    },
  });
  return back;
}

/** Null when the ramp no longer ran: then nothing had to be held, and the share still goes to 0. */
async function hold(): Promise<RampOut | null> {
  try {
    return (await call(holdRamp, { body: {} })).ramp;
  } catch (error) {
    if (error instanceof CallError && error.status === 409) return null;
    throw error;
  }
}

async function currentVersion(known: number): Promise<number> {
  return Math.max(known, (await call(config)).config.version);
}

/** Pause is to hold the ramp: the share stays, nothing advances. */
export function usePause() {
  const t = useTranslations("abTesting");
  const undoable = useUndoToast();
  const action = useRampAction();
  return {
    ...action,
    pause: (ramp: RampOut) =>
      action.mutate({ act: "hold", version: ramp.version, reason: t("reasonPause") }, { onSuccess: () => undoable(t("pauseDone"), () => action.mutate({ act: "resume", reason: t("reasonUndo") })) }),
  };
}

"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { useState, type ReactNode } from "react";
import type { Preferences } from "@/lib/console/preferences";
import { CallError } from "@/lib/http/call";
import { onUse } from "../ui/on-use";
import { PreferencesProvider } from "./preferences";
import { sessionEnded } from "./session";
import { useNotices } from "./toast";

const Tips = onUse(() => import("../ui/tips").then((module) => module.Tips), { fetchWhenDrawn: false });
const Toaster = onUse(() => import("./toaster").then((module) => module.Toaster));

function makeClient(): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof CallError && error.status === 401) sessionEnded(true);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal is an answer: only silence and our own failures are worth another try.
        retry: (failures, error) => failures < 2 && !(error instanceof CallError && error.status < 500),
      },
    },
  });
}

export function Providers({ preferences, children }: { preferences: Preferences; children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <PreferencesProvider initial={preferences}>
      <NuqsAdapter>
        <QueryClientProvider client={client}>
          {children}
          <Notices />
          <Tips />
        </QueryClientProvider>
      </NuqsAdapter>
    </PreferencesProvider>
  );
}

function Notices() {
  return useNotices() ? <Toaster /> : null;
}

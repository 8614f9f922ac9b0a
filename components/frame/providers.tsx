"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { useTranslations } from "next-intl";
import { Tooltip } from "radix-ui";
import { useState, type ReactNode } from "react";
import { Toaster } from "sonner";
import type { Preferences } from "@/lib/console/preferences";
import { CallError } from "@/lib/http/call";
import { PreferencesProvider, usePreferences } from "./preferences";
import { sessionEnded } from "./session";

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
          <Tooltip.Provider delayDuration={300}>{children}</Tooltip.Provider>
          <Toasts />
        </QueryClientProvider>
      </NuqsAdapter>
    </PreferencesProvider>
  );
}

function Toasts() {
  const t = useTranslations("frame");
  const { preferences } = usePreferences();
  return <Toaster containerAriaLabel={t("notices")} position="bottom-left" theme={preferences.theme} visibleToasts={4} closeButton toastOptions={{ classNames: { toast: "!bg-page !text-ink !border-line", actionButton: "!bg-accent !text-on-accent" } }} />;
}

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { me } from "@/lib/console/calls";
import type { Role } from "@/lib/console/settings-contract";
import { call } from "@/lib/http/call";
import { useOnline } from "./online";

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => call(me, { signal }), staleTime: 60_000, refetchInterval: 60_000 });

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/**
 * Why the person cannot do what takes this role now, in words; null when they can. The screen explains, the server decides: while
 * the role is not known, nothing is blocked.
 */
export function useBlocked(needs: Role): string | null {
  const t = useTranslations("roles");
  const { data } = useQuery(meQuery);
  const online = useOnline();
  if (!online) return t("offline");
  return data && rank[data.role] < rank[needs] ? t("needs", { role: t(needs) }) : null;
}

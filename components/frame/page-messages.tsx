import { getMessages } from "next-intl/server";
import type { Messages } from "next-intl";
import type { ReactNode } from "react";
import { MoreMessages } from "./more-messages";

/**
 * The words that what is inside draws with in the browser, beside those that the layouts around it have sent. Only these
 * cross the wire; lib/i18n/page-messages.test.ts holds the names to what the modules ask for.
 */
export async function PageMessages({ of, children }: { of: readonly (keyof Messages)[]; children: ReactNode }) {
  const messages = await getMessages();
  return <MoreMessages messages={Object.fromEntries(of.map((name) => [name, messages[name]]))}>{children}</MoreMessages>;
}

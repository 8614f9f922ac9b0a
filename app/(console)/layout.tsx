import type { ReactNode } from "react";
import { ConsoleFrame } from "@/components/frame/console-frame";
import { PageMessages } from "@/components/frame/page-messages";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <PageMessages of={["find", "keys", "live", "login", "palette", "problems", "range", "roles", "screens", "session", "state", "theme", "ui", "units"]}>
      <ConsoleFrame>{children}</ConsoleFrame>
    </PageMessages>
  );
}

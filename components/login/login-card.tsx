"use client";

import { LoginForm } from "./login-form";

/** A whole page load after signing in: nothing of the signed-out state remains. */
export function LoginCard({ next }: { next: string }) {
  return (
    <div className="rounded-panel border border-line bg-panel p-4">
      <LoginForm next={next} onDone={() => location.assign(next)} />
    </div>
  );
}

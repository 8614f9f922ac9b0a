import { forbidden } from "next/navigation";

/** Where a page that takes another role leads (proxy.ts): 403, with the words of forbidden.tsx. */
export default function NoPermissionPage() {
  forbidden();
}

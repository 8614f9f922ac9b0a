import type { Target } from "../http/call";
import type * as contract from "./contract";

/** Where the state of the service is asked, for the browser; held to its contract by the compiler. */
export const ready: Target<typeof contract.ready> = { method: "GET", path: "/api/health/ready" };

import type { Target } from "../http/call";
import type * as contract from "./contract";

/** Where an endpoint is that the console names, for the browser; held to its contract by the compiler. */
export const modelInfo: Target<typeof contract.modelInfo> = { method: "GET", path: "/api/v2/dispatch/model/info" };

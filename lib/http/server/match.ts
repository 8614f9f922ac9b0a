import { Problem } from "../problem";
import type { Route } from "../route";
import type { Match } from "./respond";

/** Finds the route of a method and path. Parameters are percent-decoded; HEAD asks what GET would say. */
export type Matcher = (method: string, path: string) => Match | Problem;

type Entry = { segments: string[]; byMethod: Map<string, Route> };

export function matcher(routes: readonly Route[]): Matcher {
  const fixed = new Map<string, Map<string, Route>>();
  const patterns: Entry[] = [];
  for (const route of routes) {
    const { path, method } = route.endpoint;
    let byMethod: Map<string, Route>;
    if (path.includes("{")) {
      const segments = path.split("/");
      let entry = patterns.find((each) => each.segments.join("/") === segments.join("/"));
      if (!entry) patterns.push((entry = { segments, byMethod: new Map() }));
      byMethod = entry.byMethod;
    } else {
      byMethod = fixed.get(path) ?? new Map<string, Route>();
      fixed.set(path, byMethod);
    }
    if (byMethod.has(method)) throw new Error(`two routes for ${method} ${path}`);
    byMethod.set(method, route);
  }

  return (method, path) => {
    const asked = method === "HEAD" ? "GET" : method;
    const byMethod = fixed.get(path);
    if (byMethod) return pick(byMethod, asked, {});
    const segments = path.split("/");
    for (const entry of patterns) {
      const params = fit(entry.segments, segments);
      if (params instanceof Problem) return params;
      if (params) return pick(entry.byMethod, asked, params);
    }
    return new Problem("not-found", "There is no such path.", { fields: [{ part: "path", field: "", message: "unknown" }] });
  };
}

function pick(byMethod: Map<string, Route>, method: string, params: Record<string, string>): Match | Problem {
  const route = byMethod.get(method);
  if (route) return { route, params };
  const allow = [...byMethod.keys()].join(", ");
  return new Problem("method-not-allowed", `Only ${allow} here.`, {
    headers: { allow },
    fields: [{ part: "path", field: "", message: `method must be ${allow}` }],
  });
}

function fit(pattern: string[], segments: string[]): Record<string, string> | Problem | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (let i = 0; i < pattern.length; i++) {
    const part = pattern[i]!;
    if (part.startsWith("{")) {
      const name = part.slice(1, -1);
      try {
        params[name] = decodeURIComponent(segments[i]!);
      } catch {
        return new Problem("invalid-request", `path: ${name} is not percent-encoded text`, { fields: [{ part: "path", field: name, message: "not percent-encoded text" }] });
      }
    } else if (part !== segments[i]) return null;
  }
  return params;
}

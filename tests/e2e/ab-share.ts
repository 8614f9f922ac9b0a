import { expect, shared, url } from "./fixtures";

type Config = { version: number; strategy: { kind: string; phase2_share?: number } };

export async function readConfig(): Promise<Config> {
  const response = await fetch(`${url}/api/v3/ab-testing/config`, { headers: { authorization: `Bearer ${shared().key}` } });
  return ((await response.json()) as { config: Config }).config;
}

/** Sets the share as a service would, whatever it was; as another test where a key is given. */
export async function setShare(percent: number, experimentKey?: string): Promise<void> {
  const { version } = await readConfig();
  const response = await fetch(`${url}/api/v3/ab-testing/config`, {
    method: "PUT",
    headers: { authorization: `Bearer ${shared().key}`, "content-type": "application/json" },
    body: JSON.stringify({ expected_version: version, reason: "browser test", confirmation: String(percent), experiment_key: experimentKey, strategy: { kind: "weight_based", phase2_share: percent / 100 } }),
  });
  expect(response.status, await response.text()).toBe(200);
}

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { Manifest } from "@/lib/models/manifest";
import { openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi({ MODELS_DIR: "models", DEFAULT_MODEL: "optimal@1" });
});
afterAll(() => api.stop());

it.each([undefined, "optimal@1", "eta@1", "sf-ontime@1", "legacy-recipe@1"])("GET model/info of %s gives the figures of the manifest", async (id) => {
  const manifest = Manifest.parse(JSON.parse(readFileSync(`models/${id ?? "optimal@1"}/manifest.json`, "utf8")));
  const { model } = await api.ok(contract.modelInfo, id === undefined ? {} : { query: `model=${id}` });
  const expected = Object.entries(manifest.metrics!.values).map(([name, { value, low, high }]) => [name, { value, low, high }]);
  expect(model.metrics).toMatchObject(Object.fromEntries(expected));
  expect(Object.keys(model.metrics).sort()).toEqual(expected.map(([name]) => name).sort());
  expect(model.held_out).toMatchObject({ rows: manifest.metrics!.rows, baselines: manifest.metrics!.baselines });
  expect(model.gates).toEqual(manifest.gates);
  const { auc, brier, mae } = manifest.metrics!.values;
  expect(model.performance).toMatchObject({ ...(auc ? { auc_roc: auc.value } : {}), ...(brier ? { brier: brier.value } : {}), ...(mae ? { mae: mae.value } : {}) });
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ModelFiles } from "../build-folder";
import { Manifest } from "../manifest";
import { syntheticFolder, syntheticId } from "../synthetic";
import { listModels, readModelFolder, writeModelFolder } from "./store";

const files = syntheticFolder();
const changed = (change: Partial<Manifest>): ModelFiles => {
  const manifest = Manifest.parse(JSON.parse(Buffer.from(files["manifest.json"]).toString("utf8")));
  return { ...files, "manifest.json": Buffer.from(JSON.stringify({ ...manifest, ...change })) };
};

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "models-"));
  folder = join(root, syntheticId);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("reads back what was written, and nothing else is left behind", () => {
  expect(writeModelFolder(folder, files)).toBe(true);
  expect(readModelFolder(folder).ensemble.trees).toHaveLength(100);
  expect(readdirSync(root)).toEqual([syntheticId]);
  expect(listModels(root)).toEqual([syntheticId]);
});

it("leaves the same model as it is, whenever it was made, and refuses another one under its version", () => {
  writeModelFolder(folder, files);
  const before = readFileSync(join(folder, "manifest.json"));
  expect(writeModelFolder(folder, changed({ createdAt: "2027-01-01T00:00:00Z" }))).toBe(false);
  expect(() => writeModelFolder(folder, changed({ threshold: 0.4 }))).toThrow("exists");
  expect(readFileSync(join(folder, "manifest.json"))).toEqual(before);
});

it("leaves no folder when writing fails", () => {
  expect(() => writeModelFolder(folder, { ...files, "../nowhere/model.onnx": new Uint8Array() } as ModelFiles)).toThrow();
  expect(readdirSync(root)).toEqual([]);
});

it.each([["model.onnx"], ["ensemble.json"]])("refuses a folder whose %s was changed", (name) => {
  writeModelFolder(folder, files);
  writeFileSync(join(folder, name), Buffer.concat([readFileSync(join(folder, name)), Buffer.from(" ")]));
  expect(() => readModelFolder(folder)).toThrow("checksum");
});

it.each([
  ["is not JSON", "{"],
  ["is of another form", JSON.stringify({ formatVersion: 2 })],
])("refuses a manifest that %s", (_, text) => {
  writeModelFolder(folder, files);
  writeFileSync(join(folder, "manifest.json"), text);
  expect(() => readModelFolder(folder)).toThrow("malformed-manifest");
});

it("names a folder that is not there", () => {
  expect(() => readModelFolder(join(root, "none@1"))).toThrow("not-found");
  expect(listModels(join(root, "none"))).toEqual([]);
});

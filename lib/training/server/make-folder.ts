import { buildFolder, type ModelFiles } from "@/lib/models/build-folder";
import type { Manifest } from "@/lib/models/manifest";
import { onnxOutput, toOnnx } from "@/lib/models/onnx";
import { checkParity } from "@/lib/models/parity";
import { openOnnxSession } from "@/lib/models/server/onnx-session";
import { modelCard } from "../model-card";
import type { TrainingSpec } from "../spec";
import type { Trained } from "../trained";

/** Exports what was trained, holds the export to the trees (gate G8), and gives the files of the model folder. */
export async function makeFolder(
  spec: TrainingSpec,
  trained: Trained,
  about: { createdAt: Date; command: string; data: NonNullable<Manifest["data"]> },
): Promise<{ files: ModelFiles; manifest: Manifest }> {
  const onnx = toOnnx(trained.ensemble);
  const session = await openOnnxSession(onnx, onnxOutput(trained.ensemble));
  const parity = await checkParity(trained.ensemble, session.run).finally(() => session.release());
  trained.gates.push({
    id: "G8",
    title: "Parity",
    verdict: "pass",
    detail: `ONNX against the trees on ${parity.rows} rows with missing values, exact thresholds and extremes: largest difference ${parity.maxAbsDifference.toExponential(1)}`,
  });
  const { name, version } = spec;
  const createdAt = about.createdAt.toISOString();
  return buildFolder({
    manifest: {
      name,
      version,
      createdAt,
      description: spec.description,
      task: spec.task,
      target: { name: spec.target.column, unit: spec.target.unit, description: spec.target.description },
      targetTransform: spec.targetTransform,
      features: trained.features,
      scaler: trained.scaler,
      calibration: trained.calibration,
      threshold: 0.5,
      quantiles: trained.quantiles,
      baseline: trained.baseline,
      metrics: trained.metrics,
      leaks: trained.leaks,
      engine: trained.engine,
      data: about.data,
      parity,
      gates: trained.gates,
    },
    ensemble: trained.ensemble,
    onnx,
    goldenInputs: trained.goldenInputs,
    readme: modelCard({ name, version, data: about.data, createdAt }, spec, trained, about.command),
  });
}

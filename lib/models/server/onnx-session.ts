import { InferenceSession, Tensor } from "onnxruntime-node";
import { ONNX_INPUT } from "../onnx";

export type OnnxSession = {
  /** Scores of `rows` rows of float32 inputs, row after row. */
  run: (inputs: Float32Array, rows: number) => Promise<Float32Array>;
  release: () => Promise<void>;
};

/** One thread: at the sizes served here a second one doubles the CPU and saves no time. */
export async function openOnnxSession(source: string | Uint8Array, output: { name: string; width: number; column: number }): Promise<OnnxSession> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" as const };
  const session = typeof source === "string" ? await InferenceSession.create(source, options) : await InferenceSession.create(source, options);
  const { name, width, column } = output;
  return {
    async run(inputs, rows) {
      const tensor = new Tensor("float32", inputs, [rows, inputs.length / rows]);
      const result = await session.run({ [ONNX_INPUT]: tensor }, [name]);
      const data = result[name]!.data as Float32Array;
      if (width === 1) return data;
      const scores = new Float32Array(rows);
      for (let row = 0; row < rows; row++) scores[row] = data[row * width + column]!;
      return scores;
    },
    release: () => session.release(),
  };
}

/** A training run that is refused, with a name for why. The message is one line for a person. */
export class TrainingError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = "TrainingError";
  }
}

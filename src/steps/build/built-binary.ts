/** A program that was built, looked at and, where it runs here, started. */
import type { Target } from "../../domain/target.ts";
import type { InputFile } from "../../ports/packager.ts";
import type { BinaryFacts } from "./inspect.ts";
import type { SmokeOutcome } from "./smoke.ts";

export interface BuiltBinary extends InputFile {
  /** As users call it; `name` is the file's, which ends in .exe for Windows. */
  readonly program: string;
  readonly target: Target;
  readonly facts: BinaryFacts;
  /** null where the configuration says `smoke: false`. */
  readonly smoke: SmokeOutcome | null;
  /** Taken from what was built already. */
  readonly reused: boolean;
}

/**
 * Property tests draw the same cases in every run, so that a red run is a change's fault and can be repeated. New cases
 * are looked for by `npm run fuzz`, which draws others until it is stopped or finds one.
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? "20261121") });

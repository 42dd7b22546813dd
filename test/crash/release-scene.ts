/**
 * A small project that is released to a folder, on the real file system: copied for every case, cut in this process
 * with ports that may be mortal, and looked at as a whole afterwards.
 */
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSigner } from "../../src/adapters/open-signer.ts";
import type { CollectingReporter } from "../../src/adapters/collecting-reporter.ts";
import { cut, type CutResult } from "../../src/operations/cut.ts";
import type { Ports } from "../../src/ports/index.ts";
import { author } from "../repository.ts";
import { realPorts } from "../scratch.ts";
import { tinyProgram } from "../tiny-program.ts";
import { mortalPorts, type Fate, type MortalPorts } from "./mortal-ports.ts";

export const tag = "v1.0.0";

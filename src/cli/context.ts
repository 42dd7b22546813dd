/** What commands are given of the world. Tests hand in their own; main.ts the real one. */
import type { BaseContext } from "clipanion";
import type { Decompressor } from "../ports/decompressor.ts";
import type { ServeFolder } from "../ports/folder-server.ts";
import type { Ports } from "../ports/index.ts";
import type { Keys } from "../ports/keys.ts";
import type { Shown } from "../ports/reporter.ts";
import type { OpenSigner } from "../ports/signer.ts";
import type { OpenStorage } from "../ports/storage.ts";

export interface ScreenOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Plain lines even on a terminal. */
  readonly ci: boolean;
}

export interface World {
  readonly ports: Ports;
  readonly openSigner: OpenSigner;
  readonly keys: Keys;
  readonly openStorage: OpenStorage;
  readonly decompressor: Decompressor;
  readonly serveFolder: ServeFolder;
  /** Prints a result for people on standard output, as plain text. */
  readonly show: (result: readonly Shown[]) => void;
  /** Ends the screen: what is printed afterwards stands below it. */
  readonly close: () => Promise<void>;
}

export interface Context extends BaseContext {
  readonly version: string;
  /** Begins what a command in a repository will wait for; its own module is loaded meanwhile. */
  lookAhead?(): Promise<void>;
  /** Loads and makes the adapters. */
  open(options: ScreenOptions): Promise<World>;
}

/** What commands are given of the world. Tests hand in their own; main.ts the real one. */
import type { BaseContext } from "clipanion";
import type { Ports } from "../ports/index.ts";
import type { Keys } from "../ports/keys.ts";
import type { OpenSigner } from "../ports/signer.ts";

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
  /** Ends the screen: what is printed afterwards stands below it. */
  close(): Promise<void>;
}

export interface Context extends BaseContext {
  readonly version: string;
  /** Loads and makes the adapters. */
  open(options: ScreenOptions): Promise<World>;
}

/** What operations are given: the ports, and how a project's signer is opened. */
import type { Ports } from "../ports/index.ts";
import type { OpenSigner } from "../ports/signer.ts";

export interface OperationWorld {
  readonly ports: Ports;
  readonly openSigner: OpenSigner;
}

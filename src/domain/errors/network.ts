import type { ErrorTable } from "./table.ts";

/** Requests over the network, and the places beyond it that hold a repository. */
export const networkErrors = {
  NETWORK_UNREACHABLE: { exit: 7, why: "No connection came about, so nothing of this request was done." },
  NETWORK_UNTRUSTED: {
    exit: 7,
    why: "Whoever answers could not prove who it is; a credential must not be sent there, nor bytes taken from it.",
  },
  NETWORK_ANSWER_LOST: { exit: 5, why: "Whether the last request had its effect is looked up by the next run." },
  NETWORK_ANSWER_INVALID: { exit: 7, why: "An answer that is not understood must not be taken for a good one." },
  STORAGE_CREDENTIALS: { exit: 6, why: "Without a credential nothing can be read or written there." },
  STORAGE_FORBIDDEN: { exit: 6, why: "The credential that was used does not allow this." },
  STORAGE_MISSING: {
    exit: 2,
    why: "A place that is not there is made by you, with the rights that you want it to have.",
  },
  STORAGE_UNFIT: {
    exit: 7,
    why: "Where two writers cannot be told apart, one of them would silently undo what the other has published.",
  },
  STORAGE_BUSY: { exit: 5, why: "The place refused for the moment; nothing that clients see is half done." },
} as const satisfies ErrorTable;

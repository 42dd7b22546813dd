/**
 * Keeps dead buffers from piling up. V8 counts a buffer as the small object that it is on the heap, not as the block
 * outside of it, so a stream of gigabytes leaves tens of megabytes of dead blocks before anything is collected. Streams
 * call `passed` with what has flowed through them; every few megabytes the young generation is collected, in less than
 * a millisecond. Nothing but memory depends on it.
 */
const interval = 8 * 1024 * 1024;

type Collect = (options: { readonly type: "minor" }) => void;

let collect: Collect | undefined;
let since = 0;

export function passed(bytes: number): void {
  since += bytes;
  if (since < interval) return;
  since = 0;
  collect ??= exposed();
  collect({ type: "minor" });
}

function exposed(): Collect {
  // Loaded only where megabytes flow: they would cost every start some milliseconds.
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const { runInNewContext } = process.getBuiltinModule("node:vm");
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("globalThis.gc");
  return typeof found === "function" ? (found as Collect) : (): void => undefined;
}

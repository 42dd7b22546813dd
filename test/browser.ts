/**
 * A real browser, driven over the DevTools protocol by Node's own WebSocket. The program itself, not the script that
 * distributions put before it: that one lives on when it is told to end.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium-headless-shell"].find((path) =>
  existsSync(path),
);

/** For describeWith. */
export const browserPrograms: readonly string[] = ["chromium-headless-shell"];

export interface View {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly script?: boolean;
}

export interface Browser {
  /** Opens an address, and answers what an expression is worth there. */
  evaluate<Value>(url: string, view: View, expression: string): Promise<Value>;
  screenshot(url: string, view: View): Promise<Buffer>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export async function browser(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-browser-"));
  const flags = ["--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${folder}`];
  const child = spawn(program ?? "chromium-headless-shell", flags, { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (part: Buffer) => {
      said += part.toString();
      const found = /DevTools listening on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("exit", () => reject(new Error(said)));
  });
  const socket = new WebSocket(address);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const waiting = new Map<number, (answer: Answer) => void>();
  const events = new Map<string, () => void>();
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    if (answer.method !== undefined) events.get(`${answer.sessionId} ${answer.method}`)?.();
  });
  let count = 0;
  const send = async (
    method: string,
    parameters: object = {},
    session?: string,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const id = ++count;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    socket.send(
      JSON.stringify({ id, method, params: parameters, ...(session === undefined ? {} : { sessionId: session }) }),
    );
    const { result, error } = await answered;
    if (result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  };
  const open = async (
    url: string,
    { width, height = 800, dark = false, script = true }: View,
  ): Promise<[string, string]> => {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const session = String(sessionId);
    await send("Page.enable", {}, session);
    await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false }, session);
    const media = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await send("Emulation.setEmulatedMedia", { features: media }, session);
    await send("Emulation.setScriptExecutionDisabled", { value: !script }, session);
    const loaded = new Promise<void>((resolve) => events.set(`${session} Page.loadEventFired`, resolve));
    await send("Page.navigate", { url }, session);
    await loaded;
    return [session, String(targetId)];
  };
  return {
    async evaluate<Value>(url: string, view: View, expression: string): Promise<Value> {
      const [session, targetId] = await open(url, view);
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true }, session);
      await send("Target.closeTarget", { targetId });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value: Value }).value;
    },
    async screenshot(url, view) {
      const [session, targetId] = await open(url, view);
      const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true }, session);
      await send("Target.closeTarget", { targetId });
      return Buffer.from(String(data), "base64");
    },
    close() {
      socket.close();
      child.kill("SIGKILL");
      // It writes into its folder until its last process is gone.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
